import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { runAthena } from '../../lib/collectors/athena.ts';
import type { AthenaRow } from '../../lib/collectors/athena.ts';
import { duckdbAthenaServer } from '../support/duckdb-athena.ts';

/** The statement that docs/census.md gives to those whose inventory is delivered as ORC. */
async function documented(): Promise<string> {
  const page = await readFile(new URL('../../docs/census.md', import.meta.url), 'utf8');
  const [, sql] = /ORC through Athena:[\s\S]*?```sql\n([\s\S]*?)```/.exec(page) ?? [];
  if (sql === undefined) throw new Error('docs/census.md shows no statement for ORC');
  return sql;
}

test('the statement for ORC in the docs counts every object version of one delivery, and nothing else', async () => {
  const athena = await duckdbAthenaServer();
  await athena.connection.run(`CREATE TABLE inventory AS SELECT * FROM (VALUES
    ('a', 'SSE-KMS', 'ENABLED', true, false, 10, '2026-11-24-01-00'),
    ('a', 'SSE-KMS', 'ENABLED', true, NULL, 5, '2026-11-24-01-00'),
    ('a', 'SSE-KMS', 'DISABLED', false, false, 7, '2026-11-24-01-00'),
    ('b', 'NOT-SSE', NULL, true, false, 1, '2026-11-24-01-00'),
    ('c', NULL, NULL, true, true, NULL, '2026-11-24-01-00'),
    ('a', 'SSE-S3', NULL, true, false, 100, '2026-11-23-01-00')
  ) AS t(key, encryption_status, bucket_key_status, is_latest, is_delete_marker, size, dt)`);
  try {
    const { pages } = await runAthena(
      {
        client: athena.client,
        database: null,
        output: null,
        workgroup: null,
        sleep: () => Promise.resolve(),
      },
      await documented(),
    );
    const rows: AthenaRow[] = [];
    for await (const page of pages) rows.push(...page);
    expect(rows.map((row) => Object.values(row)).sort()).toEqual([
      ['NOT-SSE', null, 'true', '1', '1'],
      ['SSE-KMS', 'DISABLED', 'false', '1', '7'],
      ['SSE-KMS', 'ENABLED', 'true', '2', '15'],
    ]);
  } finally {
    athena.close();
  }
});

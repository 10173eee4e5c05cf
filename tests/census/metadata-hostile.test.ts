import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText, isText, quotedName } from '../../lib/collectors/athena-text.ts';
import { MARKERS } from '../../lib/census/classify.ts';
import { metadataCensus } from '../../lib/census/metadata-table.ts';
import type { ObjectRecord } from '../../lib/model/census.ts';
import { duckdbAthenaServer } from '../support/duckdb-athena.ts';
import type { AthenaServer } from '../support/duckdb-athena.ts';
import { putTable } from '../support/metadata-table.ts';
import type { TableRow } from '../support/metadata-table.ts';
import { recordsInto } from '../support/parts.ts';

let server: AthenaServer;
beforeAll(async () => {
  server = await duckdbAthenaServer({ pageRows: 4 });
});
afterAll(() => server.close());

const PIECES = [
  "'",
  "''",
  '"',
  '%',
  '_',
  '\\',
  '\n',
  '\r',
  '\t',
  '\u0000',
  '\u0001',
  '\u007F',
  '\u2028',
  ';',
  '--',
  '/*',
  '*/',
  '?',
  '$1',
  '{}',
  '`',
  ',',
  ' ',
  'a',
  'phi/',
  'é',
  'e\u0301',
  '🔒',
  'ß',
  '\uFFFD',
  'A',
  '.instruction',
  'chr(10)',
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 5 }).map((pieces) => pieces.join(''));
const key = text.filter((one) => one !== '');

async function* noUploads() {
  await Promise.resolve();
  yield [];
}

describe('hostile texts', () => {
  test('are themselves again when SQL has read them, as literals and as names', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.string({ unit: 'grapheme' })), async (any) => {
        fc.pre(isText(any));
        const answer = await server.connection.runAndReadAll(
          `SELECT ${anyText(any)} AS value${any.includes('\0') ? '' : `, 1 AS ${quotedName(`n${any}`)}`}`,
        );
        expect(answer.getRowsJson()[0]?.[0]).toBe(any);
        if (!any.includes('\0')) expect(answer.columnNames()[1]).toBe(`n${any}`);
      }),
      { numRuns: 300 },
    );
  });

  test('half a surrogate pair is refused', () => {
    expect(() => anyText('a\uD83D')).toThrow(/surrogate/);
    expect(anyText('')).toBe("''");
  });

  test('as keys, prefixes, metadata, statuses, bucket and table names: every row is counted once, under its classes', async () => {
    const rowOf = fc.record({
      key,
      status: fc.option(fc.oneof(fc.constantFrom('SSE-S3', 'SSE-KMS', 'SSE-C'), text), { nil: null }),
      arn: fc.option(text, { nil: null }),
      metadata: fc.dictionary(
        fc.oneof(fc.constantFrom(...MARKERS.map(([name]) => name)), text),
        fc.oneof(text, fc.constantFrom('115', 'kms+context')),
        { maxKeys: 3 },
      ),
    });
    const table = fc.record({
      rows: fc.uniqueArray(rowOf, { selector: (row) => row.key, maxLength: 12 }),
      prefixes: fc.uniqueArray(key, { maxLength: 4 }),
      bucket: text,
    });
    await fc.assert(
      fc.asyncProperty(table, async ({ rows, prefixes, bucket }) => {
        const names = {
          version: 'V2',
          catalog: 's3tablescatalog/aws-s3',
          namespace: `b_${bucket.replaceAll('\0', '')}`,
          name: 'inventory',
        } as const;
        const given = rows.map((row, i): TableRow => ({
          bucket,
          key: row.key,
          sequence_number: String(i),
          is_delete_marker: false,
          size: 1,
          last_modified_date: '2026-11-25 11:00:00',
          encryption_status: row.status,
          kms_key_arn: row.arn,
          user_metadata: row.metadata,
        }));
        await putTable(server, names, given);
        const classesOf = (one: string) => prefixes.filter((prefix) => one.startsWith(prefix)).sort();
        const records: ObjectRecord[] = [];
        const { census } = await metadataCensus({
          bucket,
          table: names,
          versioned: false,
          place: {
            client: server.client,
            database: null,
            output: null,
            workgroup: null,
            sleep: () => Promise.resolve(),
          },
          prefixes,
          classesOf,
          mustRecord: () => Promise.resolve(true),
          parts: recordsInto(records),
          uploads: noUploads(),
          clock: () => new Date(0),
        });
        const { groups, unassessed, population } = census;
        expect(population).toBe(rows.length);
        expect([...groups, ...unassessed].reduce((sum, { objects }) => sum + objects, 0)).toBe(rows.length);
        // Each row comes back as itself, and in the classes of its own key, not of the sample of its group.
        expect(records.map((record) => record.key).sort()).toEqual(rows.map((row) => row.key).sort());
        for (const record of records) expect(record.dataClasses).toEqual(classesOf(record.key));
        expect(census.origin?.notes.join(' ')).not.toMatch(/changed while/);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

import { afterEach, describe, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { main } from '../../lib/cli/main.ts';
import { deliver } from '../support/inventory-delivery.ts';
import type { Delivery, DeliveryOptions, InventoryRow } from '../support/inventory-delivery.ts';

let delivery: Delivery | null = null;
afterEach(async () => {
  await delivery?.remove();
  delivery = null;
});

async function run(
  rows: readonly InventoryRow[],
  options: DeliveryOptions = {},
  ...more: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  delivery ??= await deliver(rows, options);
  const written = { out: '', err: '' };
  const sink = (to: 'out' | 'err') => ({
    write: (text: string) => {
      written[to] += text;
    },
    isTerminal: false,
    columns: 80,
  });
  const code = await main(['census', '--inventory', delivery.manifest, ...more], {
    out: sink('out'),
    err: sink('err'),
    env: {},
    clock: () => new Date('2026-11-25T00:00:00Z'),
    random: () => 0,
    onInterrupt: () => () => undefined,
  });
  return { code, ...written };
}

describe('sealcheck census --inventory', () => {
  test('prints the census as JSON, without AWS, and exits 0 when everything was assessed', async () => {
    const { code, out } = await run([{ key: 'a', status: 'SSE-KMS' }, { key: 'b' }], {}, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      bucket: 'src',
      population: 2,
      assessed: 2,
      unassessable: {},
      byEncryption: { 'SSE-KMS': { objects: 1, bytes: 10 }, 'SSE-S3': { objects: 1, bytes: 10 } },
      clientSide: { undetermined: { objects: 2, bytes: 20 } },
    });
  });

  test('exits 3 when something could not be assessed, and names it to a person too', async () => {
    const { code, out } = await run([{ key: 'a', status: 'X\u001B[31m' }]);
    expect(code).toBe(3);
    expect(out).toMatch(/not readable: UNKNOWN_ENCRYPTION_STATUS\(X/);
    expect(out).not.toContain('\u001B');
  });

  test('exits 3 when a data file is missing, with the file in the reason', async () => {
    delivery = await deliver([{ key: 'a' }, { key: 'b' }], { files: 2 });
    await rm(delivery.dataFiles[0]!);
    const { code, out } = await run([], {}, '--json');
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ complete: false, population: 1 });
    expect(JSON.parse(out).incompleteReason).toMatch(/part-0/);
  });

  test.each<readonly [string, DeliveryOptions, readonly string[]]>([
    ['a wrong checksum', { checksum: 'wrong' }, []],
    ['ORC', { change: (manifest) => (manifest['fileFormat'] = 'ORC') }, []],
    ["another bucket's inventory", {}, ['--bucket', 'mine']],
  ])('exits 2 with one sentence and no output for %s', async (_name, options, more) => {
    const { code, out, err } = await run([{ key: 'a' }], options, ...more);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err.trimEnd().split('\n').at(-1)).toMatch(/^sealcheck: The inventory .*\.$/);
  });
});

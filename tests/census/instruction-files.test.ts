import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPairer } from '../../lib/census/instruction-files.ts';
import type { Assessed, Sibling } from '../../lib/census/instruction-files.ts';
import type { ClientSideEncryption } from '../../lib/model/object-encryption.ts';

const item = (
  key: string,
  clientSide: ClientSideEncryption | null = { kind: 'none' },
  isLatest = true,
): Assessed => ({
  entry: { key, versionId: null, isLatest, size: 1, lastModified: null, deleteMarker: false },
  encryption: clientSide && { serverSide: { type: 'SSE-S3' }, clientSide },
});
const instruction = (key: string, isLatest = true): Assessed =>
  item(`${key}.instruction`, { kind: 'instruction-file' }, isLatest);

async function pair(
  items: readonly Assessed[],
  options: { readonly probe?: Sibling; readonly maxHeld?: number } = {},
): Promise<Assessed[]> {
  const out: Assessed[] = [];
  const pairer = createPairer(
    (one) => out.push(one),
    () => Promise.resolve(options.probe ?? 'none'),
    options.maxHeld,
  );
  for (const one of items) await pairer.push(one);
  await pairer.flush(null);
  return out;
}

const kindOf = (items: readonly Assessed[], key: string): string | undefined =>
  items.find(({ entry }) => entry.key === key)?.encryption?.clientSide.kind;

describe('pairing objects with their instruction files', () => {
  test('an unmarked object with an instruction file claims client-side encryption', async () => {
    const out = await pair([item('a'), item('a-1'), instruction('a'), item('b')]);
    expect(kindOf(out, 'a')).toBe('claimed');
    expect(kindOf(out, 'a-1')).toBe('none');
    expect(kindOf(out, 'a.instruction')).toBe('instruction-file');
    expect(kindOf(out, 'b')).toBe('none');
  });

  test('an ordinary object that is only named like one changes nothing', async () => {
    const out = await pair([item('a'), item('a.instruction')]);
    expect(kindOf(out, 'a')).toBe('none');
  });

  test('a sibling that cannot be read leaves the object undetermined', async () => {
    const out = await pair([item('a'), item('a.instruction', null)]);
    expect(kindOf(out, 'a')).toBe('undetermined');
  });

  test('a noncurrent version is undetermined: S3 does not record which version the file belongs to', async () => {
    const out = await pair([item('a'), item('a', { kind: 'none' }, false), instruction('a')]);
    expect(
      out
        .filter(({ entry }) => entry.key === 'a')
        .map((o) => o.encryption?.clientSide.kind)
        .sort(),
    ).toEqual(['claimed', 'undetermined']);
  });

  test('V3 marks without a key need the instruction file', async () => {
    const v3: ClientSideEncryption = {
      kind: 'claimed',
      format: 'V3',
      keyWrap: null,
      cipher: null,
      instructionFile: true,
    };
    expect(kindOf(await pair([item('a', v3), instruction('a')]), 'a')).toBe('claimed');
    expect(kindOf(await pair([item('a', v3)]), 'a')).toBe('invalid');
  });

  test('very many versions of one key are settled by asking for the file instead of holding them', async () => {
    const versions = Array.from({ length: 50 }, (_, i) => item('a', { kind: 'none' }, i === 0));
    const out = await pair([...versions, instruction('a')], { probe: 'marked', maxHeld: 10 });
    expect(out).toHaveLength(51);
    expect(out.filter((o) => o.encryption?.clientSide.kind === 'claimed')).toHaveLength(1);
    expect(out.filter((o) => o.encryption?.clientSide.kind === 'undetermined')).toHaveLength(49);
  });

  test('every object comes out once and in order, paired just when its instruction file is listed', async () => {
    const names = fc.uniqueArray(
      fc.string({ unit: fc.constantFrom('a', '-', '.', '/', '\u{1F600}'), minLength: 1, maxLength: 4 }),
      {
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(names, fc.array(fc.nat(11), { maxLength: 6 }), async (keys, picks) => {
        const marked = new Set(picks.map((pick) => keys[pick]).filter((key) => key !== undefined));
        const all = [...keys.map((key) => item(key)), ...[...marked].map((key) => instruction(key))];
        const byUtf8 = (a: Assessed, b: Assessed): number =>
          Buffer.compare(Buffer.from(a.entry.key), Buffer.from(b.entry.key));
        const out = await pair(all.sort(byUtf8));
        expect(out.map(({ entry }) => entry.key)).toEqual(all.map(({ entry }) => entry.key));
        for (const key of keys) expect(kindOf(out, key)).toBe(marked.has(key) ? 'claimed' : 'none');
      }),
    );
  });
});

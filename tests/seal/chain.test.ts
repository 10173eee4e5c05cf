import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { verifyChain } from '../../lib/seal/chain.ts';
import type { Link } from '../../lib/seal/chain.ts';
import { sha256 } from '../../lib/seal/digest.ts';
import { manifestText } from '../../lib/seal/manifest.ts';
import { FILES, manifestOf } from './packs.ts';

function chainOf(length: number, prefix = 'run'): Link[] {
  const links: Link[] = [];
  for (let sequence = 1; sequence <= length; sequence += 1) {
    const previousManifestSha256 = links.at(-1)?.manifestSha256 ?? null;
    const manifest = manifestOf(FILES, { runId: `${prefix}-${sequence}`, sequence, previousManifestSha256 });
    links.push({ manifest, manifestSha256: sha256(manifestText(manifest)) });
  }
  return links;
}

const [one, two, three, four] = chainOf(4) as [Link, Link, Link, Link];
const [, otherTwo] = chainOf(2, 'other') as [Link, Link];

describe('the chain of runs', () => {
  test.each<[string, Link[], string | null, string[], RegExp]>([
    ['whole', [one, two, three, four], four.manifestSha256, [], /^$/],
    ['a part of it, without its beginning', [three, four], four.manifestSha256, [], /^$/],
    ['one run', [one], null, [], /^$/],
    ['a run cut out', [one, two, four], null, ['CHAIN_CUT'], /run-2 and run-4 number 3 is missing/],
    ['several runs cut out', [one, four], null, ['CHAIN_CUT'], /numbers 2 to 3 are missing/],
    [
      'two runs in each other’s place',
      [one, three, two, four],
      null,
      ['CHAIN_CUT', 'CHAIN_REORDERED', 'CHAIN_CUT'],
      /missing/,
    ],
    ['a run twice', [one, two, two], null, ['CHAIN_REORDERED'], /twice/],
    [
      'two runs with one number',
      [one, two, otherTwo],
      null,
      ['CHAIN_FORKED'],
      /run-2 and other-2 both claim the number 2/,
    ],
    ['a run replaced', [one, otherTwo, three], null, ['CHAIN_BROKEN', 'CHAIN_BROKEN'], /replaced/],
    [
      'the end cut off',
      [one, two, three],
      four.manifestSha256,
      ['CHAIN_HEAD'],
      /runs at the end are missing/,
    ],
    ['no runs where a head is known', [], four.manifestSha256, ['CHAIN_HEAD'], /of no run/],
  ])('%s', (_, links, head, codes, message) => {
    const problems = verifyChain(links, head);
    expect(problems.map(({ code }) => code)).toEqual(codes);
    expect(problems[0]?.message ?? '').toMatch(message);
  });

  test('whatever is left out, doubled or moved, only an unbroken row of runs up to the head passes', () => {
    const chain = chainOf(6);
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 7 }), (picked) => {
        const whole = picked.every((at, i) => i === 0 || at === picked[i - 1]! + 1) && picked.at(-1) === 5;
        const problems = verifyChain(
          picked.map((at) => chain[at]!),
          chain[5]!.manifestSha256,
        );
        expect(problems.length === 0).toBe(whole);
      }),
      { numRuns: 500 },
    );
  });
});

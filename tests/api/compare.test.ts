import { beforeAll, describe, expect, test } from '@jest/globals';

type Finding = { id: string; status: string; waiver?: { state: string } | null };
type Comparison = Record<'worse' | 'better' | 'other' | 'added' | 'gone', string[]> & { same: number };
type Compare = (before: readonly object[], after: readonly object[]) => Comparison;

let compareFindings: Compare;
beforeAll(async () => {
  // The portal's own script, as the browser gets it.
  const script = new URL('../../portal/compare.js', import.meta.url).href;
  ({ compareFindings } = (await import(script)) as { compareFindings: Compare });
});

const finding = (rest: Finding) => ({ bucket: 'b', pack: 'p', requirement: 'r', check: 'stored', ...rest });
const WAIVED = { state: 'active' };

describe('two audits compared', () => {
  test.each<[string, Finding[], Finding[], Partial<Comparison>]>([
    [
      'a failure that came',
      [{ id: '1', status: 'COMPLIANT' }],
      [{ id: '1', status: 'NON_COMPLIANT' }],
      { worse: ['b: p/r, stored (COMPLIANT → NON_COMPLIANT)'] },
    ],
    [
      'a failure that went',
      [{ id: '1', status: 'NON_COMPLIANT' }],
      [{ id: '1', status: 'COMPLIANT' }],
      { better: ['b: p/r, stored (NON_COMPLIANT → COMPLIANT)'] },
    ],
    [
      'a failure that was waived',
      [{ id: '1', status: 'NON_COMPLIANT' }],
      [{ id: '1', status: 'NON_COMPLIANT', waiver: WAIVED }],
      { better: ['b: p/r, stored (NON_COMPLIANT → WAIVED)'] },
    ],
    [
      'a waiver that expired',
      [{ id: '1', status: 'NON_COMPLIANT', waiver: WAIVED }],
      [{ id: '1', status: 'NON_COMPLIANT', waiver: { state: 'expired' } }],
      { worse: ['b: p/r, stored (WAIVED → NON_COMPLIANT)'] },
    ],
    [
      'a pass that is not known any more',
      [{ id: '1', status: 'COMPLIANT' }],
      [{ id: '1', status: 'INSUFFICIENT_DATA' }],
      { other: ['b: p/r, stored (COMPLIANT → INSUFFICIENT_DATA)'] },
    ],
    [
      'one asked for the first time',
      [],
      [{ id: '1', status: 'COMPLIANT' }],
      { added: ['b: p/r, stored (COMPLIANT)'] },
    ],
    [
      'one no longer asked',
      [{ id: '1', status: 'NON_COMPLIANT' }],
      [],
      { gone: ['b: p/r, stored (NON_COMPLIANT)'] },
    ],
    [
      'one that is as it was',
      [{ id: '1', status: 'NON_COMPLIANT' }],
      [{ id: '1', status: 'NON_COMPLIANT', waiver: null }],
      { same: 1 },
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(compareFindings(before.map(finding), after.map(finding))).toEqual({
      worse: [],
      better: [],
      other: [],
      added: [],
      gone: [],
      same: 0,
      ...expected,
    });
  });
});

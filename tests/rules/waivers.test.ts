import { describe, expect, test } from '@jest/globals';
import { applyWaivers, coversResource } from '../../lib/rules/waivers.ts';
import type { Waiver } from '../../lib/model/requirement.ts';
import { TODAY, edited, packOf } from './packs.ts';

const [base] = packOf(edited('reason:', 'checks: [stored, keys]\n    reason:')).waivers as [Waiver];
const waiver = (change: Partial<Waiver> = {}): Waiver => ({ ...base, ...change });
const finding = {
  pack: 'p',
  requirement: 'sealed',
  check: 'stored',
  resource: 'arn:aws:s3:::legacy',
} as const;

describe('a waiver covers', () => {
  test('what it names, with its state', () => {
    expect(applyWaivers([base], finding, TODAY)).toEqual({ ...base, state: 'active' });
  });

  test.each([
    ['another requirement', { requirement: 'other' }],
    ['another pack with a requirement of that name', { pack: 'q' }],
    ['a check it does not list', { check: 'enforced' }],
    ['another bucket', { resource: 'arn:aws:s3:::legacy-2' }],
  ] as const)('not %s', (_, change) => {
    expect(applyWaivers([base], { ...finding, ...change }, TODAY)).toBeNull();
  });

  test('all five checks when it lists none', () => {
    const [all] = packOf(edited('PHI', 'All')).waivers as [Waiver];
    for (const check of ['stored', 'default', 'enforced', 'keys', 'opened'] as const) {
      expect(applyWaivers([all], { ...finding, check }, TODAY)?.state).toBe('active');
    }
  });

  test.each([
    ['2025-12-31', null],
    ['2026-01-01', 'active'],
    ['2026-12-31', 'active'],
    ['2027-01-01', 'expired'],
  ])('on %s: %s', (day, state) => {
    expect(applyWaivers([base], finding, day)?.state ?? null).toBe(state);
  });

  test('an active waiver comes before an expired one, in whatever order they stand', () => {
    const expired = waiver({ expires: '2026-03-01', reason: 'old' });
    for (const waivers of [
      [expired, base],
      [base, expired],
    ]) {
      expect(applyWaivers(waivers, finding, TODAY)).toMatchObject({ state: 'active', reason: base.reason });
    }
  });

  test('of several the one that lasts longest', () => {
    const longer = waiver({ expires: '2027-01-01', reason: 'longer' });
    expect(applyWaivers([base, longer], finding, TODAY)?.reason).toBe('longer');
    expect(applyWaivers([longer, base], finding, '2028-01-01')).toMatchObject({
      state: 'expired',
      reason: 'longer',
    });
  });

  test('nothing before its approval, even when it lasts longest', () => {
    const later = waiver({ approved: '2026-12-01', expires: '2027-06-01' });
    expect(applyWaivers([later, base], finding, TODAY)?.approved).toBe('2026-01-01');
  });
});

describe('the resource of a waiver', () => {
  test.each([
    ['arn:aws:s3:::b', 'arn:aws:s3:::b', true],
    ['arn:aws:s3:::b', 'arn:aws:s3:::b/key', true],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b', true],
    ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/deep/key', true],
    ['arn:aws:s3:::b/', 'arn:aws:s3:::b', true],
    ['arn:aws:s3:::b-*', 'arn:aws:s3:::b-1', true],
    ['arn:aws:s3:::b-*', 'arn:aws:s3:::b', false],
    ['arn:aws:s3:::b-*/*', 'arn:aws:s3:::b-1', true],
    ['arn:*:s3:::b', 'arn:aws-us-gov:s3:::b', true],
    ['arn:aws:s3:::b', 'arn:aws-us-gov:s3:::b', false],
    ['arn:aws:s3:::b/2019/*', 'arn:aws:s3:::b', false],
    ['arn:aws:s3:::b/2019/*', 'arn:aws:s3:::b/2019/key', true],
    ['arn:aws:s3:::b/2019/*', 'arn:aws:s3:::b/2020/key', false],
    ['arn:aws:s3:::b?', 'arn:aws:s3:::b/', false],
    ['arn:aws:s3:::b', 'arn:aws:s3:::bb', false],
  ])('%s covers %s: %s', (pattern, resource, expected) => {
    expect(coversResource(pattern, resource)).toBe(expected);
  });
});

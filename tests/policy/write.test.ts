import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { ALLOWABLE_TYPES } from '../../lib/model/object-encryption.ts';
import { WRITE_PATHS } from '../../lib/model/proof.ts';
import { isDenied } from '../../lib/policy/evaluate/evaluate.ts';
import { parsePolicy } from '../../lib/policy/parse/document.ts';
import { questionOf } from '../../lib/policy/prove/terms.ts';
import type { ProofTerms } from '../../lib/policy/prove/terms.ts';
import { writePolicy } from '../../lib/policy/write/write.ts';
import { keyArn, OWNER, randomPolicy } from './random-policy.ts';

const FROM = '2026-11-01T00:00:00Z';
const write = (terms: ProofTerms, existing: string | null = null) =>
  writePolicy(
    questionOf({ bucket: 'b', account: OWNER, ...terms }, [], FROM),
    WRITE_PATHS,
    existing === null ? null : { text: existing, file: 'old.json' },
  );
const OURS = keyArn('k1');

const requirement = fc.record({
  require: fc.subarray([...ALLOWABLE_TYPES], { minLength: 1 }),
  pinned: fc.boolean(),
  default: fc.constantFrom('AES256', `aws:kms:${OURS}`, 'aws:kms', `aws:kms:dsse:${OURS}`),
  block: fc.constantFrom([], ['SSE-C']),
  tls: fc.constantFrom(undefined, '1.2', '1.3'),
});
type Drawn = typeof requirement extends fc.Arbitrary<infer T> ? T : never;

const termsOf = ({ require, pinned, tls, ...rest }: Drawn): ProofTerms => ({
  ...rest,
  require,
  ...(tls === undefined ? {} : { tls }),
  ...(pinned && require.some((type) => type.includes('KMS')) ? { key: [OURS, 'customer-managed'] } : {}),
});

describe('a written policy', () => {
  test('is proved on every path, whatever is required', () => {
    fc.assert(
      fc.property(requirement, (drawn) => {
        const { paths } = write(termsOf(drawn));
        expect(WRITE_PATHS.map((path) => paths[path].verdict)).toEqual(['proved', 'proved', 'proved']);
      }),
      { numRuns: 120 },
    );
  }, 60_000);

  test('stays proved merged into any policy, whose statements it keeps', () => {
    fc.assert(
      fc.property(requirement, randomPolicy(true), (drawn, old) => {
        const { paths, text } = write(termsOf(drawn), JSON.stringify(old));
        expect(WRITE_PATHS.map((path) => paths[path].verdict)).toEqual(['proved', 'proved', 'proved']);
        const { Statement } = JSON.parse(text) as { readonly Statement: readonly unknown[] };
        expect(Statement.slice(0, old.Statement.length)).toEqual(JSON.parse(JSON.stringify(old.Statement)));
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('lets log delivery through where the default is right, and says when it cannot', () => {
    const delivered = (text: string) =>
      isDenied([parsePolicy(text, 'bucket', 'p')], {
        action: 's3:PutObject',
        resource: 'arn:aws:s3:::b/AWSLogs/x',
        principal: { kind: 'service', service: 'delivery.logs.amazonaws.com' },
        context: {},
        boundByScp: true,
      });
    const spared = write({ require: ['SSE-KMS'], default: `aws:kms:${OURS}`, key: [OURS], tls: '1.2' });
    expect([spared.headerless, delivered(spared.text)]).toEqual(['spared', 'no']);
    const refused = write({ require: ['SSE-KMS'], default: 'AES256', key: [OURS], tls: '1.2' });
    expect([refused.headerless, delivered(refused.text)]).toEqual(['refused', 'yes']);
  });

  test('replaces its own statements when merged again', () => {
    const first = write({ require: ['SSE-KMS'], key: [OURS] }).text;
    expect(write({ require: ['SSE-KMS'], key: [OURS] }, first).text).toBe(first);
  });

  test.each<[string, ProofTerms, RegExp]>([
    [
      'who manages a key',
      { require: ['SSE-KMS'], key: ['customer-managed'] },
      /sees the ARN of a key, not who manages it/,
    ],
    ['an alias', { require: ['SSE-KMS'], key: ['alias/ours'] }, /not who manages it or what aliases/],
    [
      'a pattern under customer management',
      { require: ['SSE-KMS'], key: ['arn:aws:kms:*:111122223333:key/*', 'customer-managed'] },
      /name the keys with --key/,
    ],
  ])('cannot enforce %s', (_, terms, words) => {
    expect(() => write(terms)).toThrow(words);
  });
});

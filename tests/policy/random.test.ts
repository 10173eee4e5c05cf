import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import type { AllowableType } from '../../lib/model/object-encryption.ts';
import { parsePolicy } from '../../lib/policy/parse/document.ts';
import { prove } from '../../lib/policy/prove/prove.ts';
import type { Question } from '../../lib/policy/prove/question.ts';
import { bruteForce } from './brute-force.ts';
import { OWNER, keyArn, randomPolicy } from './random-policy.ts';

/** `SEALCHECK_RANDOM_RUNS=200000 npm test -- --testPathPatterns tests/policy/random` for a long run. */
const RUNS = Number(process.env['SEALCHECK_RANDOM_RUNS'] ?? 1000);

const requirement = fc.record({
  allow: fc.constantFrom<readonly AllowableType[]>(
    ['SSE-KMS'],
    ['SSE-S3'],
    ['SSE-KMS', 'DSSE-KMS'],
    ['SSE-S3', 'SSE-KMS', 'SSE-C'],
  ),
  pinned: fc.boolean(),
  tls: fc.constantFrom(null, null, '1.2'),
  byDefault: fc.constantFrom<Question['default']>(
    { state: 'known', algorithm: 'AES256', key: null },
    { state: 'known', algorithm: 'aws:kms', key: keyArn('k1') },
  ),
  sseC: fc.constantFrom<Question['sseC']>('open', 'blocked'),
});

type Drawn = typeof requirement extends fc.Arbitrary<infer T> ? T : never;

function ask(policy: string, drawn: Drawn): Question {
  const keyed = drawn.pinned && drawn.allow.includes('SSE-KMS');
  return {
    bucket: { name: 'b', partition: 'aws', account: OWNER, region: 'us-east-1' },
    prefixes: null,
    documents: [parsePolicy(policy, 'bucket', 'random.json')],
    allow: drawn.allow,
    key: keyed ? { manager: 'any', arns: [keyArn('k1')], aliases: [], accounts: [] } : null,
    tls: drawn.tls,
    default: drawn.byDefault,
    sseC: drawn.sseC,
    keys: [],
    from: '2026-11-01T00:00:00Z',
  };
}

const EVALUATIONS = 3_000;

/** How often each verdict came out: a test in which one never does would prove nothing. */
function tally() {
  const counts = { proved: 0, refuted: 0, undecided: 0 };
  return {
    count: (verdict: keyof typeof counts) => {
      counts[verdict] += 1;
      return verdict;
    },
    expectMixture: () => {
      expect(counts.proved).toBeGreaterThan(RUNS / 50);
      expect(counts.refuted).toBeGreaterThan(RUNS / 10);
    },
  };
}

describe('random policies against every request of a small world', () => {
  test('what is not refuted lets no request through, and without key-id clauses nothing is left undecided', () => {
    const verdicts = tally();
    fc.assert(
      fc.property(randomPolicy(false), requirement, (policy, drawn) => {
        const text = JSON.stringify(policy);
        const question = ask(text, drawn);
        const verdict = verdicts.count(prove(question, 'put').verdict);
        if (verdict !== 'refuted') expect(bruteForce(question, text, EVALUATIONS)).toBe(false);
        // What a request of an AWS service carries beside its name is not documented.
        if (!/principalarn|principalaccount|userid/i.test(text)) expect(verdict).not.toBe('undecided');
      }),
      { numRuns: RUNS },
    );
    verdicts.expectMixture();
  }, 600_000);

  test('with key-id clauses no request gets through under every reading unless it refutes', () => {
    const verdicts = tally();
    fc.assert(
      fc.property(randomPolicy(true), requirement, (policy, drawn) => {
        const text = JSON.stringify(policy);
        const question = ask(text, drawn);
        const verdict = verdicts.count(prove(question, 'put').verdict);
        if (verdict !== 'refuted') expect(bruteForce(question, text, EVALUATIONS)).toBe(false);
      }),
      { numRuns: RUNS },
    );
    verdicts.expectMixture();
  }, 600_000);
});

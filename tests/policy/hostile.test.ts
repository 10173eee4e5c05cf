import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../lib/policy/parse/document.ts';
import { prove } from '../../lib/policy/prove/prove.ts';
import { questionOf } from '../../lib/policy/prove/terms.ts';
import { LIMITS } from '../../lib/policy/search/budget.ts';

const SSE = 's3:x-amz-server-side-encryption';
const wrong = { StringNotEquals: { [SSE]: 'aws:kms' } };

function ask(statements: readonly Readonly<Record<string, unknown>>[], limits = LIMITS) {
  const policy = {
    Version: '2012-10-17',
    Statement: statements.map((rest) => ({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::b/*',
      ...rest,
    })),
  };
  const document = parsePolicy(JSON.stringify(policy), 'bucket', 'hostile.json');
  return prove(
    questionOf({ require: ['SSE-KMS'], bucket: 'b' }, [document], '2026-11-01T00:00:00Z'),
    'put',
    limits,
  );
}

const tag = (value: unknown): unknown => ({ ...wrong, StringNotLike: { 'aws:PrincipalTag/t': value } });
const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');

describe('policies made to be hard get an answer within the limits', () => {
  test.each<[string, readonly Readonly<Record<string, unknown>>[], RegExp]>([
    [
      'one pattern of thousands of stars',
      [{ Condition: tag(`*${'a*b*'.repeat(4000)}`) }],
      /refuted|undecided/,
    ],
    [
      'one pattern of thousands of question marks',
      [{ Condition: tag(`*a${'?'.repeat(15_000)}`) }],
      /refuted|undecided/,
    ],
    [
      'many patterns that cannot be told apart cheaply',
      letters.map((a) => ({ Condition: tag(`*${a}????????????*${a}`) })),
      /refuted|undecided/,
    ],
    [
      'patterns of every pair of letters',
      [{ Condition: tag(letters.flatMap((a) => letters.map((b) => `*${a}*${b}*`)).slice(0, 600)) }],
      /refuted|undecided/,
    ],
    [
      'a thousand literal values',
      [{ Condition: tag(Array.from({ length: 1500 }, (_, i) => `v${i}`)) }],
      /refuted/,
    ],
    [
      'hundreds of statements',
      Array.from({ length: 90 }, (_, i) => ({
        Condition: { ...wrong, StringNotEquals: { [SSE]: 'aws:kms', [`aws:PrincipalTag/t${i}`]: 'x' } },
      })),
      /refuted/,
    ],
    ['a pigeonhole of tags', pigeons(5), /proved|undecided/],
    [
      'hundreds of ranges',
      [
        {
          Condition: {
            ...wrong,
            NotIpAddress: {
              'aws:SourceIp': Array.from(
                { length: 900 },
                (_, i) => `10.${i % 256}.${Math.floor(i / 256)}.0/28`,
              ),
            },
          },
        },
      ],
      /refuted/,
    ],
    [
      'variables in every place',
      Array.from({ length: 20 }, (_, i) => ({
        Condition: {
          ...wrong,
          StringNotEquals: { [SSE]: 'aws:kms', 's3:x-amz-storage-class': `\${aws:PrincipalTag/t${i}}` },
        },
      })),
      /refuted|undecided/,
    ],
  ])(
    '%s',
    (_, statements, verdict) => {
      expect(ask(statements).verdict).toMatch(verdict);
    },
    60_000,
  );

  test('running out of steps is undecided, never proved', () => {
    const few = { states: 50, cells: 4, nodes: 10, work: 400 };
    const proof = ask([{ Condition: wrong }, { Condition: tag(['a*', 'b*', '*c']) }], few);
    expect(proof).toMatchObject({ verdict: 'undecided', reason: expect.stringMatching(/within the limits/) });
  });
});

/** n+1 tags, each of which must hold one of n values, no two the same: a proof by search alone is exponential. */
function pigeons(holes: number): readonly Readonly<Record<string, unknown>>[] {
  const names = Array.from({ length: holes + 1 }, (_, i) => `aws:PrincipalTag/p${i}`);
  const values = Array.from({ length: holes }, (_, i) => `h${i}`);
  const one = (condition: unknown): Readonly<Record<string, unknown>> => ({ Condition: condition });
  return [
    ...names.map((name) => one({ StringNotEquals: { [name]: values } })),
    ...names.flatMap((a, i) =>
      names
        .slice(i + 1)
        .flatMap((b) => values.map((value) => one({ StringEquals: { [a]: value, [b]: value } }))),
    ),
  ];
}

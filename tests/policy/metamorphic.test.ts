import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../lib/policy/parse/document.ts';
import { prove } from '../../lib/policy/prove/prove.ts';
import { questionOf } from '../../lib/policy/prove/terms.ts';
import { keyArn, randomPolicy } from './random-policy.ts';
import type { PolicyJson, StatementJson } from './random-policy.ts';

const RUNS = 250;

function verdictOf(policy: unknown): string {
  const document = parsePolicy(JSON.stringify(policy), 'bucket', 'random.json');
  const terms = {
    require: ['SSE-KMS'],
    key: [keyArn('k1')],
    tls: '1.2',
    bucket: 'b',
    account: '111122223333',
  };
  return prove(questionOf(terms, [document], '2026-11-01T00:00:00Z'), 'put').verdict;
}

const withStatements = (policy: PolicyJson, statements: readonly StatementJson[]): PolicyJson => ({
  ...policy,
  Statement: statements,
});

const upper = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toUpperCase(), upper(inner)]));

describe('what must not change an answer', () => {
  test.each<[string, (policy: PolicyJson) => PolicyJson]>([
    ['the order of statements', (policy) => withStatements(policy, [...policy.Statement].reverse())],
    [
      'an Allow that has nothing to do with it',
      (policy) =>
        withStatements(policy, [
          ...policy.Statement,
          { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' },
        ]),
    ],
    [
      'a statement written twice',
      (policy) => withStatements(policy, [...policy.Statement, ...policy.Statement]),
    ],
    [
      'the case of operators and keys',
      (policy) =>
        withStatements(
          policy,
          policy.Statement.map((one) => ({
            ...one,
            ...(one['Condition'] === undefined ? {} : { Condition: upper(one['Condition']) }),
          })),
        ),
    ],
    [
      'one statement split by its actions',
      (policy) => withStatements(policy, policy.Statement.flatMap(split)),
    ],
  ])(
    '%s',
    (_, change) => {
      fc.assert(
        fc.property(randomPolicy(true), (policy) => {
          expect(verdictOf(change(policy))).toBe(verdictOf(policy));
        }),
        { numRuns: RUNS },
      );
    },
    120_000,
  );

  test('another Deny never turns a proof into a refutation', () => {
    fc.assert(
      fc.property(randomPolicy(true), randomPolicy(true), (policy, more) => {
        fc.pre(verdictOf(policy) === 'proved');
        expect(verdictOf(withStatements(policy, [...policy.Statement, ...more.Statement]))).toBe('proved');
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});

function split(statement: StatementJson): readonly StatementJson[] {
  const { Action: actions } = statement;
  return Array.isArray(actions) ? actions.map((Action: unknown) => ({ ...statement, Action })) : [statement];
}

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { isDenied } from '../../lib/policy/evaluate/evaluate.ts';
import type { Principal } from '../../lib/policy/evaluate/request.ts';
import { parsePolicy } from '../../lib/policy/parse/document.ts';

type Row = {
  readonly case: string;
  readonly version?: string | null;
  readonly statement: Readonly<Record<string, unknown>>;
  readonly request: {
    readonly action?: string;
    readonly resource?: string;
    readonly role?: string;
    readonly session?: string;
    readonly context?: Readonly<Record<string, string>>;
    readonly lists?: Readonly<Record<string, readonly string[]>>;
  };
  readonly answer: 'D' | 'N' | '?';
};

const file = new URL('../cases/policy/known-answers.json', import.meta.url);
const SHORT: Readonly<Record<string, string>> = {
  SSE: 's3:x-amz-server-side-encryption',
  KID: 's3:x-amz-server-side-encryption-aws-kms-key-id',
  SSEC: 's3:x-amz-server-side-encryption-customer-algorithm',
  CREATION: 's3:ObjectCreationOperation',
};
const { rows } = JSON.parse(
  readFileSync(file, 'utf8').replace(/"(SSE|KID|SSEC|CREATION)"/g, (_, name: string) =>
    JSON.stringify(SHORT[name]),
  ),
) as { rows: readonly Row[] };
const ACCOUNT = '111122223333';

function documentOf({ version = '2012-10-17', statement }: Row) {
  const whole: Readonly<Record<string, unknown>> = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::b/*',
    ...statement,
  };
  const kept = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null));
  const policy = { ...(version === null ? {} : { Version: version }), Statement: kept };
  return parsePolicy(JSON.stringify(policy), 'bucket', 'row.json');
}

function principalOf({ request }: Row): Principal {
  const base = { partition: 'aws', account: ACCOUNT, id: 'AROAEXAMPLEROLEID' };
  return request.role === undefined
    ? { ...base, kind: 'user', path: 'ann' }
    : { ...base, kind: 'role', path: request.role, session: request.session ?? 'session', provider: null };
}

describe('one statement against one request', () => {
  test.each(rows.map((row) => [row.case, row] as const))('%s', (_, row) => {
    const single = Object.entries(row.request.context ?? {}).map(([key, value]) => [
      key.toLowerCase(),
      [value],
    ]);
    const lists = Object.entries(row.request.lists ?? {}).map(([key, values]) => [key.toLowerCase(), values]);
    const answer = isDenied([documentOf(row)], {
      action: row.request.action ?? 's3:PutObject',
      resource: row.request.resource ?? 'arn:aws:s3:::b/k',
      principal: principalOf(row),
      context: Object.fromEntries([...single, ...lists]) as Record<string, readonly string[]>,
      boundByScp: true,
    });
    expect(answer).toBe({ D: 'yes', N: 'no', '?': 'unknown' }[row.answer]);
  });

  test('covers all 28 cases', () => {
    const numbers = rows.map((row) => Number(/^\d+/.exec(row.case)?.[0]));
    for (let number = 1; number <= 28; number += 1) expect(numbers).toContain(number);
  });
});

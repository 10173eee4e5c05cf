import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withAccounts } from '../../lib/collectors/account-clients.ts';
import { MEMBER, REFUSING, startOrganization, WHOLE } from '../support/organization.ts';
import { ACCOUNT } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await startOrganization();
});
afterEach(async () => sandbox.close());

const assumed = (): number => sandbox.state.requests.get('sts:AssumeRole') ?? 0;
const minutes = (count: number): number => count * 60_000;

describe('credentials of another account', () => {
  test('many at once are one request, and good ones are kept', async () => {
    const aws = withAccounts(sandbox.aws, WHOLE);
    const all = await Promise.all(Array.from({ length: 20 }, async () => aws.account(MEMBER).credentials()));
    expect(new Set(all.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
    await aws.account(MEMBER).credentials();
    expect(assumed()).toBe(1);
  });

  test('are asked for again before they end', async () => {
    const aws = withAccounts(sandbox.aws, WHOLE);
    // An hour, of which four minutes are left.
    sandbox.state.now = () => Date.now() - minutes(56);
    await aws.account(MEMBER).credentials();
    sandbox.state.now = Date.now;
    await aws.account(MEMBER).credentials();
    await aws.account(MEMBER).credentials();
    expect(assumed()).toBe(2);
  });

  test('a refusal says which call was refused, and is not kept', async () => {
    const aws = withAccounts(sandbox.aws, WHOLE);
    const refused = aws.account(REFUSING).credentials();
    await expect(refused).rejects.toMatchObject({
      reason: { code: 'ACCESS_DENIED', operation: 'sts:AssumeRole', httpStatus: 403 },
    });
    const arn = `arn:aws:iam::${REFUSING}:role/${WHOLE.role}`;
    sandbox.state.roles.set(arn, { arn, externalId: null, trusts: null, maxSessionSeconds: 3600 });
    expect((await aws.account(REFUSING).credentials()).accessKeyId).toMatch(/^ASIA/);
  });

  test('the own account takes no role, and without a scope every account is the own one', async () => {
    expect((await withAccounts(sandbox.aws, WHOLE).account(ACCOUNT).credentials()).accessKeyId).toBe('test');
    expect(withAccounts(sandbox.aws, undefined).account(MEMBER)).toBe(sandbox.aws);
    expect(assumed()).toBe(0);
  });

  test('clients are made once an account, whichever clients are asked', () => {
    const aws = withAccounts(sandbox.aws, WHOLE);
    expect(aws.account(MEMBER)).toBe(aws.account(REFUSING).account(MEMBER));
    expect(aws.account(MEMBER).s3('eu-west-1')).toBe(aws.account(MEMBER).s3('eu-west-1'));
  });
});

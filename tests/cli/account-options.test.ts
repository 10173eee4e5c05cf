import { describe, expect, test } from '@jest/globals';
import { accountScope } from '../../lib/cli/account-options.ts';
import type { AccountOptions } from '../../lib/cli/account-options.ts';
import { runCli } from '../support/cli.ts';

const MEMBER = '444455556666';

describe('accounts on the command line', () => {
  test('nothing said: the own account alone', () => {
    expect(accountScope({})).toBeUndefined();
  });

  test('a list is told once each, with or without commas; the role without its slash', () => {
    expect(accountScope({ account: [`${MEMBER},111122223333`, MEMBER], role: '/audit/sealcheck' })).toEqual({
      organization: false,
      ids: ['111122223333', MEMBER],
      role: 'audit/sealcheck',
      externalId: null,
    });
  });

  test.each<[string, AccountOptions, string]>([
    [
      'no role',
      { organization: true },
      "Accounts need --role: the role that is assumed in each but the caller's own.",
    ],
    [
      'no accounts',
      { role: 'r' },
      '--role and --external-id say how accounts are entered; say which accounts.',
    ],
    [
      'an external id alone',
      { externalId: 'x1' },
      '--role and --external-id say how accounts are entered; say which accounts.',
    ],
    [
      'an id of 11 digits',
      { account: ['44445555666'], role: 'r' },
      '--account "44445555666" is no account id: those have 12 digits.',
    ],
    ['an empty id', { account: [''], role: 'r' }, '--account "" is no account id: those have 12 digits.'],
    [
      'a role by ARN',
      { account: [MEMBER], role: 'arn:aws:iam::1:role/r' },
      '--role takes a role\'s name, the same in every account, not the ARN "arn:aws:iam::1:role/r".',
    ],
    [
      'a role with a blank',
      { account: [MEMBER], role: 'my role' },
      '--role is "my role", which is no name of a role.',
    ],
    [
      'a path without a name',
      { account: [MEMBER], role: 'audit/' },
      '--role is "audit/", which is no name of a role.',
    ],
    [
      'a long name',
      { account: [MEMBER], role: 'r'.repeat(65) },
      `--role is "${'r'.repeat(65)}", which is no name of a role.`,
    ],
    [
      'a short external id',
      { account: [MEMBER], role: 'r', externalId: 'x' },
      '--external-id has 2 to 1,224 letters, digits and +=,.@:/-_ and no others.',
    ],
  ])('%s is refused in a sentence', (_name, options, message) => {
    expect(() => accountScope(options)).toThrow(message);
  });

  test('the program ends with 2, and a resumed run takes none of them', async () => {
    const bad = await runCli(['audit', '--rules', 'rules/baseline.yml', '--account', 'x', '--role', 'r']);
    expect(bad).toMatchObject({ code: 2, stdout: '' });
    expect(bad.stderr).toContain('--account "x" is no account id');
    const resumed = await runCli(['audit', '--resume', 'nowhere', '--role', 'other']);
    expect(resumed).toMatchObject({ code: 2 });
    expect(resumed.stderr).toContain('--resume takes');
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { ACCOUNT, expectRefusal, newBucket, useSandbox } from '../sdk.ts';
import type { Clients } from '../sdk.ts';

const rig = useSandbox();
const OTHER = '444455556666';
const AUDITOR = `arn:aws:iam::${OTHER}:role/audit/Auditor`;
const CAUTIOUS = `arn:aws:iam::${OTHER}:role/Cautious`;
const CLOSED = `arn:aws:iam::${OTHER}:role/Closed`;

beforeAll(() => {
  const role = (arn: string, externalId: string | null, trusts: string[] | null) =>
    rig.state.roles.set(arn, { arn, externalId, trusts, maxSessionSeconds: 7200 });
  role(AUDITOR, null, [ACCOUNT]);
  role(CAUTIOUS, 'the word', null);
  role(CLOSED, null, ['arn:aws:iam::999999999999:user/friend']);
});

const assume = (input: Partial<AssumeRoleCommandInput> = {}, { sts }: Pick<Clients, 'sts'> = rig) =>
  sts.send(new AssumeRoleCommand({ RoleArn: AUDITOR, RoleSessionName: 'run-1', ...input }));
async function sessionOf(input: Partial<AssumeRoleCommandInput> = {}): Promise<Clients> {
  const { Credentials } = await assume(input);
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
  return rig.as({
    accessKeyId: AccessKeyId!,
    secretAccessKey: SecretAccessKey!,
    sessionToken: SessionToken!,
  });
}

describe('GetCallerIdentity', () => {
  test.each([
    [`arn:aws:iam::${OTHER}:user/dev/ann`, /^AIDA[A-Z2-7]{16}$/],
    [`arn:aws:sts::${OTHER}:assumed-role/App/session`, /^AROA[A-Z2-7]{16}:session$/],
    [`arn:aws:iam::${OTHER}:root`, /^444455556666$/],
  ])('%s', async (arn, userId) => {
    const { sts } = rig.principal(arn);
    const answer = await sts.send(new GetCallerIdentityCommand({}));
    expect(answer).toMatchObject({ Arn: arn, Account: OTHER, UserId: expect.stringMatching(userId) });
  });
});

describe('AssumeRole', () => {
  test('gives credentials of the role’s account, verified like any others', async () => {
    const { Credentials, AssumedRoleUser } = await assume();
    // A role's path is no part of its sessions.
    const arn = `arn:aws:sts::${OTHER}:assumed-role/Auditor/run-1`;
    expect(AssumedRoleUser).toMatchObject({
      Arn: arn,
      AssumedRoleId: expect.stringMatching(/^AROA.+:run-1$/),
    });
    expect(Credentials!.Expiration).toEqual(new Date(rig.clock.now + 3_600_000));
    const session = await sessionOf();
    expect(await session.sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: arn,
      Account: OTHER,
    });
    await newBucket(rig);
    const theirs = await newBucket(session);
    const { Buckets } = await session.s3.send(new ListBucketsCommand({}));
    expect(Buckets!.map(({ Name }) => Name)).toEqual([theirs]);
    const forged = rig.as({
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: 'guess',
      sessionToken: Credentials!.SessionToken!,
    });
    await expectRefusal(forged.s3.send(new ListBucketsCommand({})), 403, 'SignatureDoesNotMatch');
  });

  test('for as long as was asked', async () => {
    const session = await sessionOf({ DurationSeconds: 900 });
    await session.s3.send(new ListBucketsCommand({}));
    rig.clock.now += 900_000;
    await expectRefusal(session.s3.send(new ListBucketsCommand({})), 400, 'ExpiredToken');
  });

  test('with the external id that the role asks for', async () => {
    await assume({ RoleArn: CAUTIOUS, ExternalId: 'the word' });
    await expectRefusal(assume({ RoleArn: CAUTIOUS }), 403, 'AccessDenied');
    await expectRefusal(assume({ RoleArn: CAUTIOUS, ExternalId: 'a word' }), 403, 'AccessDenied');
  });

  test('by those whom the role trusts; a role that is not there is refused in the same words', async () => {
    await assume({ RoleArn: CLOSED }, rig.principal('arn:aws:iam::999999999999:user/friend'));
    const refused = await expectRefusal(assume({ RoleArn: CLOSED }), 403, 'AccessDenied');
    const missing = await expectRefusal(assume({ RoleArn: `${CLOSED}Not` }), 403, 'AccessDenied');
    expect(missing.message).toBe(refused.message.replace(CLOSED, `${CLOSED}Not`));
  });

  test.each<[string, Partial<AssumeRoleCommandInput>]>([
    ['a session of 899 seconds', { DurationSeconds: 899 }],
    ['a session longer than the role allows', { DurationSeconds: 7201 }],
    ['a session name of one letter', { RoleSessionName: 'a' }],
    ['a session name with a slash', { RoleSessionName: 'a/b' }],
    ['no role', { RoleArn: '' }],
  ])('%s is refused', async (_, input) => {
    await expectRefusal(assume(input), 400, 'ValidationError');
  });
});

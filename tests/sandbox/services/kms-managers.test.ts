import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateAliasCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { KmsKey } from '../../../lib/sandbox/state-services.ts';
import { expectRefusal, newBucket, newKey, put, REGION, useSandbox } from '../sdk.ts';
import type { Clients } from '../sdk.ts';
import { addKey } from './kms-record.ts';

const rig = useSandbox();
const OTHER_ACCOUNT = '444455556666';
const describeKey = async (KeyId: string, { kms }: Pick<Clients, 'kms'> = rig) =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
describe('aws/s3, the key that AWS manages', () => {
  test('is made when it is first needed, once an account and Region, and always the same', async () => {
    const first = await describeKey('alias/aws/s3');
    expect(first).toMatchObject({ KeyManager: 'AWS', KeyState: 'Enabled' });
    expect((await describeKey('alias/aws/s3')).Arn).toBe(first.Arn);
    const west = rig.as({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' }, 'us-west-2');
    expect((await describeKey('alias/aws/s3', west)).Arn).toContain(':us-west-2:');
    const Bucket = await newBucket(rig);
    expect((await put(rig, Bucket, 'k', { ServerSideEncryption: 'aws:kms' })).SSEKMSKeyId).toBe(first.Arn);
    const { Policy } = await rig.kms.send(new GetKeyPolicyCommand({ KeyId: first.KeyId }));
    expect(Policy).toContain(`s3.${REGION}.amazonaws.com`);
  });

  test('cannot be changed, and nobody may make an alias that looks like its', async () => {
    const { KeyId } = await describeKey('alias/aws/s3');
    await expectRefusal(rig.kms.send(new DisableKeyCommand({ KeyId })), 400, 'AccessDeniedException');
    await expectRefusal(
      rig.kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
      400,
      'AccessDeniedException',
    );
    const alias = new CreateAliasCommand({ AliasName: 'alias/aws/mine', TargetKeyId: await newKey(rig) });
    await expectRefusal(rig.kms.send(alias), 400, 'NotAuthorizedException');
  });

  test('of another account is closed: what it sealed cannot be shared', async () => {
    const Bucket = await newBucket(rig);
    const guest = rig.principal(`arn:aws:iam::${OTHER_ACCOUNT}:user/guest`);
    const { SSEKMSKeyId } = await put(guest, Bucket, 'k', { ServerSideEncryption: 'aws:kms' });
    await expectRefusal(describeKey(SSEKMSKeyId!), 400, 'AccessDeniedException');
    const read = new GetObjectCommand({ Bucket, Key: 'k' });
    await expectRefusal(rig.s3.send(read), 403, 'AccessDenied');
    await guest.s3.send(read);
  });
});

describe('across accounts', () => {
  let foreign: KmsKey;
  beforeAll(() => {
    foreign = addKey(rig, { accountId: OTHER_ACCOUNT });
  });

  test('by ARN: described, rotation and grants read, used', async () => {
    const KeyId = foreign.arn;
    expect((await describeKey(KeyId)).AWSAccountId).toBe(OTHER_ACCOUNT);
    await rig.kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    await rig.kms.send(new ListGrantsCommand({ KeyId }));
    const { CiphertextBlob } = await rig.kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    const { Plaintext } = await rig.kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(Plaintext!).toString()).toBe('x');
  });

  test('never by id, and never its policy, tags or switches', async () => {
    await expectRefusal(describeKey(foreign.keyId), 400, 'NotFoundException');
    const KeyId = foreign.arn;
    for (const call of [
      () => rig.kms.send(new GetKeyPolicyCommand({ KeyId })),
      () => rig.kms.send(new ListResourceTagsCommand({ KeyId })),
      () => rig.kms.send(new DisableKeyCommand({ KeyId })),
      () => rig.kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
      () => rig.kms.send(new EnableKeyRotationCommand({ KeyId })),
      () => rig.kms.send(new ListAliasesCommand({ KeyId })),
    ]) {
      await expectRefusal(call(), 400, 'AccessDeniedException');
    }
    const { Keys } = await rig.kms.send(new ListKeysCommand({ Limit: 1000 }));
    expect(Keys!.map(({ KeyArn }) => KeyArn)).not.toContain(foreign.arn);
  });

  test('a key whose policy leaves the caller out is denied everywhere, naming the action', async () => {
    const key = addKey(rig);
    const Bucket = await newBucket(rig);
    await put(rig, Bucket, 'k', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key.arn });
    key.accessDenied = true;
    await expectRefusal(describeKey(key.arn), 400, 'AccessDeniedException');
    const refusal = await expectRefusal(
      rig.s3.send(new GetObjectCommand({ Bucket, Key: 'k' })),
      403,
      'AccessDenied',
    );
    expect(refusal.message).toContain('kms:Decrypt');
  });
});

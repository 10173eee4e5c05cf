import { describe, expect, test } from '@jest/globals';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyRotationStatusCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { NewKey } from '../../../lib/sandbox/services/kms/new-key.ts';
import { DAY, expectRefusal, head, newBucket, newKey, NOON, put, useSandbox } from '../sdk.ts';
import type { Clients } from '../sdk.ts';
import { addKey } from './kms-record.ts';

const rig = useSandbox();
const describeKey = async (KeyId: string, { kms }: Pick<Clients, 'kms'> = rig) =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
describe('states', () => {
  const WORKS = ['Enabled', 'Updating'];
  test.each([
    ['Enabled', null],
    ['Updating', null],
    ['Disabled', 'DisabledException'],
    ['PendingDeletion', 'KMSInvalidStateException'],
    ['PendingImport', 'KMSInvalidStateException'],
    ['PendingReplicaDeletion', 'KMSInvalidStateException'],
    ['Unavailable', 'KMSInvalidStateException'],
    ['Creating', 'KMSInvalidStateException'],
  ])(
    '%s: cryptography is answered %s, and S3 the same with KMS. before it (FACTS §1.8, §7)',
    async (state, code) => {
      const key = addKey(rig);
      const Bucket = await newBucket(rig);
      const sealed = { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: key.arn };
      await put(rig, Bucket, 'k', sealed);
      const { CiphertextBlob } = await rig.kms.send(
        new EncryptCommand({ KeyId: key.arn, Plaintext: Buffer.from('x') }),
      );
      key.state = state;
      const calls = [
        () => rig.kms.send(new EncryptCommand({ KeyId: key.arn, Plaintext: Buffer.from('x') })),
        () => rig.kms.send(new DecryptCommand({ CiphertextBlob })),
        () => rig.kms.send(new GenerateDataKeyCommand({ KeyId: key.arn, KeySpec: 'AES_256' })),
      ];
      const throughS3 = [
        () => rig.s3.send(new GetObjectCommand({ Bucket, Key: 'k' })),
        () => put(rig, Bucket, 'new', sealed),
      ];
      for (const call of calls) await (code === null ? call() : expectRefusal(call(), 400, code));
      for (const call of throughS3)
        await (code === null ? call() : expectRefusal(call(), 400, `KMS.${code}`));
      expect(WORKS.includes(state)).toBe(code === null);
      // HEAD and DescribeKey tell of it all the same.
      expect((await head(rig, Bucket, 'k')).SSEKMSKeyId).toBe(key.arn);
      expect((await describeKey(key.arn)).KeyState).toBe(state);
    },
  );

  test('from enabled to deletion and back: it comes back disabled', async () => {
    const KeyId = await newKey(rig);
    await rig.kms.send(new DisableKeyCommand({ KeyId }));
    const { DeletionDate } = await rig.kms.send(
      new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }),
    );
    expect(DeletionDate).toEqual(new Date(NOON + 7 * DAY));
    expect((await describeKey(KeyId)).DeletionDate).toEqual(DeletionDate);
    for (const call of [
      () => rig.kms.send(new EnableKeyCommand({ KeyId })),
      () => rig.kms.send(new DisableKeyCommand({ KeyId })),
      () => rig.kms.send(new ScheduleKeyDeletionCommand({ KeyId })),
      () => rig.kms.send(new CreateAliasCommand({ AliasName: 'alias/late', TargetKeyId: KeyId })),
    ]) {
      await expectRefusal(call(), 400, 'KMSInvalidStateException');
    }
    await rig.kms.send(new CancelKeyDeletionCommand({ KeyId }));
    const metadata = await describeKey(KeyId);
    expect([metadata.KeyState, metadata.DeletionDate]).toEqual(['Disabled', undefined]);
    await rig.kms.send(new EnableKeyCommand({ KeyId }));
    expect((await describeKey(KeyId)).Enabled).toBe(true);
    await expectRefusal(
      rig.kms.send(new CancelKeyDeletionCommand({ KeyId })),
      400,
      'KMSInvalidStateException',
    );
  });

  test('a key without material cannot be enabled by a switch', async () => {
    const { keyId } = addKey(rig, { state: 'PendingImport', origin: 'EXTERNAL' });
    await expectRefusal(
      rig.kms.send(new EnableKeyCommand({ KeyId: keyId })),
      400,
      'KMSInvalidStateException',
    );
    await expectRefusal(
      rig.kms.send(new DisableKeyCommand({ KeyId: keyId })),
      400,
      'KMSInvalidStateException',
    );
  });

  test.each([6, 31])('a window of %i days is refused', async (PendingWindowInDays) => {
    const KeyId = await newKey(rig);
    await expectRefusal(
      rig.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays })),
      400,
      'ValidationException',
    );
  });
});

describe('rotation (FACTS §7)', () => {
  const status = (KeyId: string) => rig.kms.send(new GetKeyRotationStatusCommand({ KeyId }));

  test('off, on with a period, off again', async () => {
    const KeyId = await newKey(rig);
    expect((await status(KeyId)).KeyRotationEnabled).toBe(false);
    await rig.kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
    expect(await status(KeyId)).toMatchObject({
      KeyId,
      KeyRotationEnabled: true,
      RotationPeriodInDays: 90,
      NextRotationDate: new Date(NOON + 90 * DAY),
    });
    await rig.kms.send(new DisableKeyRotationCommand({ KeyId }));
    expect((await status(KeyId)).KeyRotationEnabled).toBe(false);
    for (const RotationPeriodInDays of [89, 2561]) {
      await expectRefusal(
        rig.kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays })),
        400,
        'ValidationException',
      );
    }
  });

  const on = { enabled: true, periodInDays: 365, nextRotation: NOON };
  test.each<[string, Partial<NewKey>, boolean | string]>([
    ['an AWS managed key always rotates', { manager: 'AWS' }, true],
    ['a disabled key keeps its setting', { state: 'Disabled', rotation: on }, true],
    ['a key pending deletion reports false', { state: 'PendingDeletion', rotation: on }, false],
    ['imported material reports false', { origin: 'EXTERNAL', rotation: on }, false],
    ['a key of a custom key store is refused', { origin: 'AWS_CLOUDHSM' }, 'UnsupportedOperationException'],
    [
      'an asymmetric key is refused',
      { spec: 'RSA_2048', usage: 'SIGN_VERIFY' },
      'UnsupportedOperationException',
    ],
  ])('%s', async (_, rest, expected) => {
    const answer = status(addKey(rig, rest).arn);
    if (typeof expected === 'string') await expectRefusal(answer, 400, expected);
    else expect((await answer).KeyRotationEnabled).toBe(expected);
  });

  test.each<[string, Partial<NewKey>, string]>([
    ['a disabled key', { state: 'Disabled' }, 'DisabledException'],
    ['a key pending deletion', { state: 'PendingDeletion' }, 'KMSInvalidStateException'],
    ['an AWS managed key', { manager: 'AWS' }, 'AccessDeniedException'],
    ['imported material', { origin: 'EXTERNAL' }, 'UnsupportedOperationException'],
  ])('of %s cannot be switched on', async (_, rest, code) => {
    const command = new EnableKeyRotationCommand({ KeyId: addKey(rig, rest).arn });
    await expectRefusal(rig.kms.send(command), 400, code);
  });
});

import { beforeAll, describe, test } from '@jest/globals';
import {
  CreateBucketMetadataConfigurationCommand,
  DeletePublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { expectRefusal, newBucket, useSandbox } from '../sdk.ts';
import { ENCRYPTION, inventory } from './configurations.ts';

const rig = useSandbox();

describe('what configurations refuse', () => {
  let Bucket: string;
  beforeAll(async () => {
    Bucket = await newBucket(rig);
  });

  test.each<[string, string, object]>([
    ['two rules', 'MalformedXML', { Rules: [...ENCRYPTION.Rules, ...ENCRYPTION.Rules] }],
    ['no rule', 'MalformedXML', { Rules: [] }],
    [
      'an unknown algorithm',
      'MalformedXML',
      { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'none' } }] },
    ],
    [
      'a key with AES256',
      'InvalidArgument',
      { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256', KMSMasterKeyID: 'k' } }] },
    ],
    [
      'an unknown blocked type',
      'MalformedXML',
      { Rules: [{ BlockedEncryptionTypes: { EncryptionType: ['SSE-X'] } }] },
    ],
  ])('encryption with %s → %s', async (_, code, configuration) => {
    const input = { Bucket, ServerSideEncryptionConfiguration: configuration as never };
    await expectRefusal(rig.s3.send(new PutBucketEncryptionCommand(input)), 400, code);
  });

  test.each([
    ['no JSON', 'x'],
    ['no statement', '{}'],
    ['an empty list of statements', '{"Statement":[]}'],
    ['a null statement', '{"Statement":null}'],
    ['a statement that is a list', '{"Statement":[[]]}'],
    ['more than 20 KB', JSON.stringify({ Statement: { Sid: 'x'.repeat(20_480) } })],
  ])('a policy with %s', async (_, Policy) => {
    await expectRefusal(rig.s3.send(new PutBucketPolicyCommand({ Bucket, Policy })), 400, 'MalformedPolicy');
  });

  test('a public policy, as long as public policies are blocked', async () => {
    const statement = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject', Resource: '*' };
    const input = { Bucket: await newBucket(rig), Policy: JSON.stringify({ Statement: statement }) };
    await expectRefusal(rig.s3.send(new PutBucketPolicyCommand(input)), 403, 'AccessDenied');
    await rig.s3.send(new DeletePublicAccessBlockCommand({ Bucket: input.Bucket }));
    await rig.s3.send(new PutBucketPolicyCommand(input));
  });

  test.each([
    [
      'the same key twice',
      [
        { Key: 'a', Value: '1' },
        { Key: 'a', Value: '2' },
      ],
      'InvalidTag',
    ],
    ['a reserved key', [{ Key: 'aws:x', Value: '1' }], 'InvalidTag'],
    ['a key of 129 characters', [{ Key: 'k'.repeat(129), Value: '1' }], 'InvalidTag'],
    ['51 tags', Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })), 'BadRequest'],
  ])('tags with %s', async (_, TagSet, code) => {
    await expectRefusal(rig.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })), 400, code);
  });

  test('an inventory under another id, and an id that could be none', async () => {
    const other = { Bucket, Id: 'i-1', InventoryConfiguration: inventory('i-2') };
    await expectRefusal(
      rig.s3.send(new PutBucketInventoryConfigurationCommand(other)),
      400,
      'InvalidArgument',
    );
    const odd = { Bucket, Id: 'a b', InventoryConfiguration: inventory('a b') };
    await expectRefusal(rig.s3.send(new PutBucketInventoryConfigurationCommand(odd)), 400, 'InvalidArgument');
  });

  test('an ACL while ownership switches ACLs off', async () => {
    const AccessControlPolicy = { Owner: { ID: 'x' }, Grants: [] };
    await expectRefusal(
      rig.s3.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy })),
      400,
      'AccessControlListNotSupported',
    );
  });

  test('a second metadata configuration', async () => {
    const MetadataConfiguration = {
      JournalTableConfiguration: { RecordExpiration: { Expiration: 'DISABLED' as const } },
    };
    const input = { Bucket: await newBucket(rig), MetadataConfiguration };
    await rig.s3.send(new CreateBucketMetadataConfigurationCommand(input));
    await expectRefusal(
      rig.s3.send(new CreateBucketMetadataConfigurationCommand(input)),
      409,
      'MetadataConfigurationAlreadyExists',
    );
  });

  test('Object Lock without versioning, and suspending versioning under Object Lock', async () => {
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const };
    await expectRefusal(
      rig.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration })),
      409,
      'InvalidBucketState',
    );
    const locked = await newBucket(rig, { ObjectLockEnabledForBucket: true });
    const VersioningConfiguration = { Status: 'Suspended' as const };
    await expectRefusal(
      rig.s3.send(new PutBucketVersioningCommand({ Bucket: locked, VersioningConfiguration })),
      409,
      'InvalidBucketState',
    );
  });
});

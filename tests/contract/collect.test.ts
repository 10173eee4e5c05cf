import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateKeyCommand,
  CreateAliasCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { createHash, randomBytes } from 'node:crypto';
import { COUNT_ONLY, countBucket } from '../../lib/audit/count-bucket.ts';
import { silent } from '../../lib/audit/context.ts';
import { retryOptions } from '../../lib/audit/defaults.ts';
import { listBuckets } from '../../lib/collectors/buckets.ts';
import { readBucket } from '../../lib/collectors/bucket.ts';
import { readCaller } from '../../lib/collectors/caller.ts';
import { readKey } from '../../lib/collectors/key.ts';
import type { Census } from '../../lib/model/census.ts';
import type { ServerSideEncryption } from '../../lib/model/object-encryption.ts';
import { censusJson } from '../../reports/census-json.ts';
import { SERVERS } from './servers.ts';
import type { Divergence, Server } from './servers.ts';

describe.each(SERVERS)('what the collectors read from %s', (_name, start) => {
  let server: Server;
  let bucketNumber = 0;
  const stamp = randomBytes(4).toString('hex');

  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => server.close());

  const s3 = () => server.aws.s3('us-east-1');
  const kms = () => server.aws.kms('us-east-1');
  const diverges = (divergence: Divergence): boolean => server.diverges.has(divergence);

  async function newBucket(): Promise<string> {
    bucketNumber += 1;
    const Bucket = `contract-${stamp}-${bucketNumber}`;
    await s3().send(new CreateBucketCommand({ Bucket }));
    return Bucket;
  }
  async function put(Bucket: string, Key: string, rest: Partial<PutObjectCommandInput> = {}): Promise<void> {
    await s3().send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...rest }));
  }
  /** New buckets refuse SSE-C since April 2026. */
  async function allowSseC(Bucket: string): Promise<void> {
    const rule = {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const },
      BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] },
    };
    await s3().send(
      new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }),
    );
  }
  async function newKey(): Promise<string> {
    const { KeyMetadata } = await kms().send(new CreateKeyCommand({}));
    return KeyMetadata?.Arn ?? '';
  }
  async function evidenceOf(name: string) {
    const caller = await readCaller(server.aws);
    return readBucket(server.aws, { name, region: 'us-east-1', createdAt: null }, caller);
  }
  async function census(name: string): Promise<Census> {
    return countBucket(
      { aws: server.aws, concurrency: 16, retry: retryOptions(() => 0.5), progress: silent },
      await evidenceOf(name),
      COUNT_ONLY,
    );
  }
  async function sealOf(rest: Partial<PutObjectCommandInput>): Promise<ServerSideEncryption | undefined> {
    const bucket = await newBucket();
    await put(bucket, 'object', rest);
    return (await census(bucket)).groups[0]?.encryption.serverSide;
  }

  test('the caller and the account', async () => {
    const caller = await readCaller(server.aws);
    expect(caller.accountId).toBe(server.accountId);
    expect(caller.arn).toMatch(/^arn:aws:/);
  });

  test('every bucket, with its Region', async () => {
    const bucket = await newBucket();
    const { buckets, incomplete } = await listBuckets(server.aws);
    expect(incomplete).toBeNull();
    const found = buckets.find(({ name }) => name === bucket);
    expect(found).toBeDefined();
    expect(found?.region ?? 'us-east-1').toBe('us-east-1');
  });

  test('an object without an encryption header has the bucket default', async () => {
    expect(await sealOf({})).toEqual(diverges('default-not-applied') ? { type: 'NONE' } : { type: 'SSE-S3' });
  });

  test('SSE-S3 by header', async () => {
    expect(await sealOf({ ServerSideEncryption: 'AES256' })).toEqual({ type: 'SSE-S3' });
  });

  test('SSE-KMS under a named key', async () => {
    const keyArn = await newKey();
    expect(await sealOf({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn })).toEqual({
      type: 'SSE-KMS',
      keyArn,
      bucketKey: false,
    });
  });

  test('SSE-KMS without a key is under aws/s3, named by its full ARN', async () => {
    const sealing = sealOf({ ServerSideEncryption: 'aws:kms' });
    if (diverges('kms-without-key-refused')) {
      await expect(sealing).rejects.toThrow();
      return;
    }
    const seal = await sealing;
    expect(seal).toMatchObject({ type: 'SSE-KMS' });
    const keyArn = seal?.type === 'SSE-KMS' ? seal.keyArn : null;
    if (diverges('kms-without-key-unnamed')) expect(keyArn).toBeNull();
    else expect(keyArn).toMatch(/^arn:aws:kms:us-east-1:\d{12}:key\//);
  });

  test('a bucket key', async () => {
    const SSEKMSKeyId = await newKey();
    const seal = await sealOf({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId, BucketKeyEnabled: true });
    expect(seal).toEqual({
      type: 'SSE-KMS',
      keyArn: SSEKMSKeyId,
      bucketKey: !diverges('bucket-key-dropped'),
    });
  });

  test('DSSE-KMS', async () => {
    const keyArn = await newKey();
    const sealing = sealOf({ ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: keyArn });
    if (diverges('dsse-refused')) await expect(sealing).rejects.toThrow();
    else
      expect(await sealing).toEqual({
        type: 'DSSE-KMS',
        keyArn: diverges('dsse-key-unnamed') ? null : keyArn,
      });
  });

  test('SSE-C, from a HEAD without the key', async () => {
    const key = randomBytes(32);
    const bucket = await newBucket();
    await allowSseC(bucket);
    await put(bucket, 'object', {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: key.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
    });
    const seal = (await census(bucket)).groups[0]?.encryption.serverSide;
    expect(seal).toEqual(diverges('sse-c-stored-plain') ? { type: 'SSE-S3' } : { type: 'SSE-C' });
  });

  test('an object sealed again in place, which neither its time nor its ETag tells', async () => {
    const bucket = await newBucket();
    const keyArn = await newKey();
    await put(bucket, 'object', { ServerSideEncryption: 'AES256' });
    const before = await s3().send(new HeadObjectCommand({ Bucket: bucket, Key: 'object' }));
    const updating = s3().send(
      new UpdateObjectEncryptionCommand({
        Bucket: bucket,
        Key: 'object',
        ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn } },
      }),
    );
    // The emulators answer 200 or refuse; only what reads back afterwards counts.
    await updating.catch(() => undefined);
    const after = await s3().send(new HeadObjectCommand({ Bucket: bucket, Key: 'object' }));
    const resealed = after.ServerSideEncryption === 'aws:kms' && after.SSEKMSKeyId === keyArn;
    const same =
      after.ETag === before.ETag &&
      after.ContentLength === before.ContentLength &&
      after.LastModified?.getTime() === before.LastModified?.getTime();
    expect({ resealed, same }).toEqual(
      diverges('update-encryption-unsupported') ? { resealed: false, same } : { resealed: true, same: true },
    );
  });

  test('client-side encryption, in metadata and by instruction file', async () => {
    const bucket = await newBucket();
    await put(bucket, 'v1', { Metadata: { 'x-amz-key': 'a', 'x-amz-iv': 'b', 'x-amz-matdesc': '{}' } });
    await put(bucket, 'v2', {
      Metadata: {
        'x-amz-key-v2': 'a',
        'x-amz-iv': 'b',
        'x-amz-wrap-alg': 'kms+context',
        'x-amz-cek-alg': 'AES/GCM/NoPadding',
      },
    });
    await put(bucket, 'v3', {
      Metadata: { 'x-amz-c': '115', 'x-amz-3': 'a', 'x-amz-w': '12', 'x-amz-d': 'd', 'x-amz-i': 'i' },
    });
    await put(bucket, 'by-file');
    await put(bucket, 'by-file.instruction', { Metadata: { 'x-amz-crypto-instr-file': 'true' } });
    await put(bucket, 'plain');
    const { clientSide } = censusJson(await census(bucket));
    expect(
      Object.fromEntries(Object.entries(clientSide).map(([kind, { objects }]) => [kind, objects])),
    ).toEqual({
      V1: 1,
      V2: 1,
      V3: 1,
      'INSTRUCTION-FILE': 1,
      'instruction-file': 1,
      none: 1,
    });
  });

  test('keys that need escaping are all found by HEAD again', async () => {
    const bucket = await newBucket();
    const keys = [
      'a b',
      'a+b',
      'a%20b',
      'a&b<c>"d\'',
      'ünïcode/日本/😀',
      '=cmd|calc',
      "it's (here)*!",
      'x=1&y=2;z',
      'tilde~',
      'colon:@$,',
    ];
    for (const key of keys) await put(bucket, key);
    const found = await census(bucket);
    expect(found).toMatchObject({
      complete: true,
      population: keys.length,
      assessed: keys.length,
      excluded: {},
      unassessed: [],
    });
  });

  test('more than one page of versions, with delete markers and noncurrent versions apart', async () => {
    const bucket = await newBucket();
    await s3().send(
      new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const keys = Array.from({ length: 1_050 }, (_, i) => `k/${String(i).padStart(5, '0')}`);
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map(async (key) => put(bucket, key)));
    }
    await put(bucket, keys[0] ?? '');
    await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key: keys[1] ?? '' }));
    const found = await census(bucket);
    expect(found).toMatchObject({ complete: true, population: 1_051, assessed: 1_051, deleteMarkers: 1 });
    expect(found.groups.reduce((sum, group) => sum + group.noncurrent, 0)).toBe(2);
  }, 60_000);

  test('unfinished uploads', async () => {
    const bucket = await newBucket();
    await s3().send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'big one' }));
    expect((await census(bucket)).uploads).toEqual([expect.objectContaining({ uploads: 1 })]);
  });

  test('the facts of a bucket that has none', async () => {
    const evidence = await evidenceOf(await newBucket());
    expect(evidence.tags).toEqual({ state: 'absent' });
    expect(evidence.policy).toEqual({ state: 'absent' });
    expect(evidence.versioning).toEqual({ state: 'known', value: 'Off' });
    expect(evidence.replication).toEqual({ state: 'absent' });
    expect(evidence.logging).toEqual({ state: 'absent' });
    if (diverges('no-default-encryption')) expect(evidence.defaultEncryption).toEqual({ state: 'absent' });
    else
      expect(evidence.defaultEncryption).toMatchObject({
        state: 'known',
        value: { algorithm: 'AES256', kmsKey: null },
      });
  });

  test('the facts of a bucket that has them', async () => {
    const Bucket = await newBucket();
    const KMSMasterKeyID = await newKey();
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `arn:aws:s3:::${Bucket}/*` },
      ],
    });
    await s3().send(
      new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'data-class', Value: 'phi' }] } }),
    );
    await s3().send(new PutBucketPolicyCommand({ Bucket, Policy }));
    await s3().send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    await s3().send(
      new PutPublicAccessBlockCommand({
        Bucket,
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: false },
      }),
    );
    await s3().send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [
            {
              ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID },
              BucketKeyEnabled: true,
              BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
            },
          ],
        },
      }),
    );
    const evidence = await evidenceOf(Bucket);
    expect(evidence.tags).toEqual({ state: 'known', value: { 'data-class': 'phi' } });
    expect(JSON.parse(evidence.policy.state === 'known' ? evidence.policy.value : '{}')).toEqual(
      JSON.parse(Policy),
    );
    expect(evidence.versioning).toEqual({ state: 'known', value: 'Enabled' });
    expect(evidence.publicAccessBlock).toMatchObject({
      state: 'known',
      value: { blockPublicAcls: true, blockPublicPolicy: false },
    });
    expect(evidence.defaultEncryption).toEqual({
      state: 'known',
      value: {
        algorithm: 'aws:kms',
        kmsKey: KMSMasterKeyID,
        bucketKey: true,
        blocked: diverges('blocked-types-dropped') ? null : ['SSE-C'],
      },
    });
  });

  test('a key: manager, state, rotation, policy, aliases', async () => {
    const arn = await newKey();
    const alias = `alias/contract-${stamp}`;
    // By id: one of the emulators knows no ARN here.
    const KeyId = arn.split('/')[1];
    await kms().send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }));
    await kms().send(new EnableKeyRotationCommand({ KeyId }));
    const byAlias = await readKey(server.aws, alias, 'us-east-1', server.accountId);
    expect(byAlias.metadata).toMatchObject({
      state: 'known',
      value: { arn, manager: 'CUSTOMER', state: 'Enabled', accountId: server.accountId },
    });
    expect(byAlias.rotation).toMatchObject({ state: 'known', value: { enabled: true } });
    expect(byAlias.policy.state).toBe('known');
    expect(byAlias.aliases).toEqual({ state: 'known', value: [alias] });
    await kms().send(new DisableKeyCommand({ KeyId }));
    expect((await readKey(server.aws, arn, 'us-east-1', server.accountId)).metadata).toMatchObject({
      value: { state: 'Disabled' },
    });
    await kms().send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const doomed = await readKey(server.aws, arn, 'us-east-1', server.accountId);
    expect(doomed.metadata).toMatchObject({
      value: { state: 'PendingDeletion', deletionDate: expect.stringMatching(/^\d{4}-/) },
    });
  });

  test('a key that does not exist is unknown, not absent', async () => {
    const arn = `arn:aws:kms:us-east-1:${server.accountId}:key/00000000-0000-0000-0000-000000000000`;
    const key = await readKey(server.aws, arn, 'us-east-1', server.accountId);
    expect(key.metadata).toMatchObject({ state: 'unknown', reason: { code: 'NOT_FOUND' } });
    expect(key.rotation.state).toBe('unknown');
  });

  test('a bucket that does not exist is an incomplete census, never an empty one', async () => {
    const found = await census(`contract-${stamp}-missing`);
    expect(found.complete).toBe(false);
    expect(found.incompleteReason).toMatch(/^NOT_FOUND/);
  });
});

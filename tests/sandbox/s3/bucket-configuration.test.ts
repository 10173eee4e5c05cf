import { describe, expect, test } from '@jest/globals';
import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  ListBucketInventoryConfigurationsCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { expectRefusal, newBucket, useSandbox } from '../sdk.ts';
import { configurationsOf } from './configurations.ts';

const rig = useSandbox();

/** An answer without the SDK's own member. */
const body = (answer: object): object =>
  Object.fromEntries(Object.entries(answer).filter(([name]) => name !== '$metadata'));

describe.each(configurationsOf(() => rig.s3))('$name', ({ put, get, answer, remove, missing, preset }) => {
  const expectMissing = async (Bucket: string) => {
    if (Array.isArray(missing)) await expectRefusal(get(Bucket), missing[0] as number, missing[1] as string);
    else expect(body(await get(Bucket))).toEqual(missing);
  };

  test('comes back as it was put, and is its documented self where there is none', async () => {
    const Bucket = await newBucket(rig);
    if (preset !== true) await expectMissing(Bucket);
    await put(Bucket);
    expect(body(await get(Bucket))).toEqual(answer);
    if (!remove) return;
    await remove(Bucket);
    await expectMissing(Bucket);
  });

  test('of a bucket that is not there', async () => {
    await expectRefusal(get('nobodys-bucket'), 404, 'NoSuchBucket');
    await expectRefusal(put('nobodys-bucket'), 404, 'NoSuchBucket');
  });
});

test('Object Lock: none, enabled with the bucket, and with a default retention', async () => {
  const get = (Bucket: string) => rig.s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
  await expectRefusal(get(await newBucket(rig)), 404, 'ObjectLockConfigurationNotFoundError');
  const Bucket = await newBucket(rig, { ObjectLockEnabledForBucket: true });
  expect((await get(Bucket)).ObjectLockConfiguration).toEqual({ ObjectLockEnabled: 'Enabled' });
  expect((await rig.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe('Enabled');
  const ObjectLockConfiguration = {
    ObjectLockEnabled: 'Enabled' as const,
    Rule: { DefaultRetention: { Mode: 'COMPLIANCE' as const, Years: 2 } },
  };
  await rig.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  expect((await get(Bucket)).ObjectLockConfiguration).toEqual(ObjectLockConfiguration);
  const both = {
    ObjectLockEnabled: 'Enabled' as const,
    Rule: { DefaultRetention: { Mode: 'COMPLIANCE' as const, Years: 2, Days: 1 } },
  };
  await expectRefusal(
    rig.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: both })),
    400,
    'MalformedXML',
  );
});

test('an ACL gives the owner alone full control, until another is put', async () => {
  const Bucket = await newBucket(rig, { ObjectOwnership: 'BucketOwnerPreferred' });
  const { Owner, Grants } = await rig.s3.send(new GetBucketAclCommand({ Bucket }));
  expect(Grants).toEqual([{ Grantee: { Type: 'CanonicalUser', ID: Owner!.ID }, Permission: 'FULL_CONTROL' }]);
  const everyone = { Type: 'Group' as const, URI: 'http://acs.amazonaws.com/groups/global/AllUsers' };
  const policy = { Owner: { ID: Owner!.ID! }, Grants: [{ Grantee: everyone, Permission: 'READ' as const }] };
  await rig.s3.send(new PutBucketAclCommand({ Bucket, AccessControlPolicy: policy }));
  expect(body(await rig.s3.send(new GetBucketAclCommand({ Bucket })))).toEqual(policy);
});

test('a rule that only blocks leaves SSE-S3 as the default, one that blocks nothing named leaves the block', async () => {
  const Bucket = await newBucket(rig);
  const set = async (rule: object) => {
    const ServerSideEncryptionConfiguration = { Rules: [rule] };
    await rig.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    const answer = await rig.s3.send(new GetBucketEncryptionCommand({ Bucket }));
    const [found] = answer.ServerSideEncryptionConfiguration!.Rules!;
    return [
      found!.ApplyServerSideEncryptionByDefault!.SSEAlgorithm,
      found!.BlockedEncryptionTypes!.EncryptionType,
    ];
  };
  expect(await set({ BlockedEncryptionTypes: { EncryptionType: ['NONE'] } })).toEqual(['AES256', ['NONE']]);
  const kms = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } };
  expect(await set(kms)).toEqual(['aws:kms', ['NONE']]);
});

test('inventories are listed by id, a hundred a page', async () => {
  const Bucket = await newBucket(rig);
  const kept = rig.state.buckets.get(Bucket)!.inventories;
  for (let i = 0; i < 205; i += 1) {
    kept.set(
      `i-${String(i).padStart(3, '0')}`,
      `<InventoryConfiguration><Id>i-${String(i).padStart(3, '0')}</Id></InventoryConfiguration>`,
    );
  }
  const pages: number[] = [];
  const ids: (string | undefined)[] = [];
  let token: string | undefined;
  do {
    const input = { Bucket, ...(token === undefined ? {} : { ContinuationToken: token }) };
    const page = await rig.s3.send(new ListBucketInventoryConfigurationsCommand(input));
    pages.push(page.InventoryConfigurationList!.length);
    ids.push(...page.InventoryConfigurationList!.map(({ Id }) => Id));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  expect(pages).toEqual([100, 100, 5]);
  expect(ids).toEqual([...kept.keys()]);
});

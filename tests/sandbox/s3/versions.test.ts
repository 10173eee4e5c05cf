import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import type { BucketVersioningStatus, ObjectLockRetentionMode } from '@aws-sdk/client-s3';
import { DAY, expectRefusal, head, newBucket, put, refusalOf, useSandbox } from '../sdk.ts';
import { send } from '../wire.ts';

const rig = useSandbox();
const setVersioning = (Bucket: string, Status: BucketVersioningStatus) =>
  rig.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
const remove = (Bucket: string, Key: string, VersionId?: string, BypassGovernanceRetention?: boolean) =>
  rig.s3.send(
    new DeleteObjectCommand({
      Bucket,
      Key,
      ...(VersionId === undefined ? {} : { VersionId }),
      ...(BypassGovernanceRetention === undefined ? {} : { BypassGovernanceRetention }),
    }),
  );
/** `v` a version, `d` a delete marker; newest first, `*` where it has no id. */
async function history(Bucket: string): Promise<string> {
  const { Versions = [], DeleteMarkers = [] } = await rig.s3.send(new ListObjectVersionsCommand({ Bucket }));
  const order = [...(rig.state.buckets.get(Bucket)!.objects.get('k') ?? [])];
  expect(Versions.length + DeleteMarkers.length).toBe(order.length);
  return order
    .map(({ deleteMarker, versionId }) => (deleteMarker ? 'd' : 'v') + (versionId === null ? '*' : ''))
    .join(' ');
}

describe('writes and deletes by the state of versioning', () => {
  test('off: a write replaces, a delete removes', async () => {
    const Bucket = await newBucket(rig);
    expect((await put(rig, Bucket, 'k')).VersionId).toBeUndefined();
    await put(rig, Bucket, 'k');
    expect(await history(Bucket)).toBe('v*');
    expect(await remove(Bucket, 'k')).toMatchObject({ $metadata: { httpStatusCode: 204 } });
    expect(await history(Bucket)).toBe('');
    await remove(Bucket, 'k');
  });

  test('enabled: a write adds, a delete hides; suspended: the version without an id is replaced', async () => {
    const Bucket = await newBucket(rig);
    await put(rig, Bucket, 'k');
    await setVersioning(Bucket, 'Enabled');
    const { VersionId } = await put(rig, Bucket, 'k');
    expect(await history(Bucket)).toBe('v v*');
    const hidden = await remove(Bucket, 'k');
    expect(hidden).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
    await expectRefusal(head(rig, Bucket, 'k'), 404, 'NotFound');
    expect(await history(Bucket)).toBe('d v v*');
    await setVersioning(Bucket, 'Suspended');
    expect((await put(rig, Bucket, 'k')).VersionId).toBe('null');
    expect(await history(Bucket)).toBe('v* d v');
    expect((await remove(Bucket, 'k')).VersionId).toBe('null');
    expect(await history(Bucket)).toBe('d* d v');
    await remove(Bucket, 'k', 'null');
    await remove(Bucket, 'k', hidden.VersionId);
    expect((await head(rig, Bucket, 'k')).VersionId).toBe(VersionId);
    await remove(Bucket, 'k', VersionId);
    expect(await history(Bucket)).toBe('');
  });

  test('a version id that is not there is 404 to read and 204 to delete; one that could be none is 400', async () => {
    const Bucket = await newBucket(rig);
    await setVersioning(Bucket, 'Enabled');
    await put(rig, Bucket, 'k');
    const read = new GetObjectCommand({ Bucket, Key: 'k', VersionId: 'nobody' });
    await expectRefusal(rig.s3.send(read), 404, 'NoSuchVersion');
    await remove(Bucket, 'k', 'nobody');
    for (const id of ['', '%0A', '%00', 'a%20b', 'x'.repeat(1025)]) {
      for (const method of ['GET', 'HEAD', 'DELETE']) {
        const answer = await send(rig.port, { method, path: `/${Bucket}/k?versionId=${id}` });
        expect([method, id, answer.status]).toEqual([method, id, 400]);
      }
    }
    expect(await history(Bucket)).toBe('v');
  });

  test('up to 1,000 keys at once, quietly if asked', async () => {
    const Bucket = await newBucket(rig);
    await put(rig, Bucket, 'k');
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ Key: i === 0 ? 'k' : `k${i}` }));
    const command = (count: number) =>
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: many(count), Quiet: true } });
    await expectRefusal(rig.s3.send(command(1001)), 400, 'MalformedXML');
    expect((await rig.s3.send(command(1000))).Deleted).toBeUndefined();
    expect(await history(Bucket)).toBe('');
  });
});

describe('Object Lock', () => {
  let Bucket: string;
  beforeAll(async () => {
    Bucket = await newBucket(rig, { ObjectLockEnabledForBucket: true });
  });
  const retention = (Mode: ObjectLockRetentionMode, days: number) => ({
    ObjectLockMode: Mode,
    ObjectLockRetainUntilDate: new Date(rig.clock.now + days * DAY),
  });
  const extend = (Key: string, Mode: ObjectLockRetentionMode, days: number, bypass?: boolean) =>
    rig.s3.send(
      new PutObjectRetentionCommand({
        Bucket,
        Key,
        Retention: { Mode, RetainUntilDate: new Date(rig.clock.now + days * DAY) },
        ...(bypass === undefined ? {} : { BypassGovernanceRetention: bypass }),
      }),
    );

  test.each([
    ['GOVERNANCE', false, 'kept'],
    ['GOVERNANCE', true, 'deleted'],
    ['COMPLIANCE', false, 'kept'],
    ['COMPLIANCE', true, 'kept'],
  ] as const)('%s with bypass %p: the version is %s', async (mode, bypass, outcome) => {
    const Key = `${mode}-${bypass}`;
    const { VersionId } = await put(rig, Bucket, Key, retention(mode, 1));
    const deletion = remove(Bucket, Key, VersionId, bypass);
    if (outcome === 'kept') await expectRefusal(deletion, 403, 'AccessDenied');
    else await deletion;
    const { status } = await refusalOf(head(rig, Bucket, Key, { VersionId })).catch(() => ({ status: 200 }));
    expect(status).toBe(outcome === 'kept' ? 200 : 404);
    // Without a version id nothing is lost: the version is only hidden.
    await remove(Bucket, Key);
  });

  test('a retention that is over protects nothing', async () => {
    const { VersionId } = await put(rig, Bucket, 'over', retention('COMPLIANCE', 1));
    rig.clock.now += 2 * DAY;
    await remove(Bucket, 'over', VersionId);
  });

  test('a legal hold protects until it is lifted, whatever is bypassed', async () => {
    const { VersionId } = await put(rig, Bucket, 'held', { ObjectLockLegalHoldStatus: 'ON' });
    await expectRefusal(remove(Bucket, 'held', VersionId, true), 403, 'AccessDenied');
    const { Errors } = await rig.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'held', VersionId }] } }),
    );
    expect(Errors!.map(({ Code }) => Code)).toEqual(['AccessDenied']);
    await rig.s3.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'held', LegalHold: { Status: 'OFF' } }));
    const { LegalHold } = await rig.s3.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'held' }));
    expect(LegalHold).toEqual({ Status: 'OFF' });
    await remove(Bucket, 'held', VersionId);
  });

  test('a retention may be made longer; shorter only in governance, with a bypass', async () => {
    await put(rig, Bucket, 'longer', retention('GOVERNANCE', 2));
    await extend('longer', 'GOVERNANCE', 3);
    await expectRefusal(extend('longer', 'GOVERNANCE', 1), 403, 'AccessDenied');
    await extend('longer', 'GOVERNANCE', 1, true);
    await extend('longer', 'COMPLIANCE', 5, true);
    await expectRefusal(extend('longer', 'GOVERNANCE', 9, true), 403, 'AccessDenied');
    const { Retention } = await rig.s3.send(new GetObjectRetentionCommand({ Bucket, Key: 'longer' }));
    expect(Retention!.Mode).toBe('COMPLIANCE');
  });

  test('the default retention of the bucket holds for an upload that names none', async () => {
    const locked = await newBucket(rig, { ObjectLockEnabledForBucket: true });
    const ObjectLockConfiguration = {
      ObjectLockEnabled: 'Enabled' as const,
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE' as const, Days: 10 } },
    };
    await rig.s3.send(new PutObjectLockConfigurationCommand({ Bucket: locked, ObjectLockConfiguration }));
    await put(rig, locked, 'k');
    const answer = await head(rig, locked, 'k');
    expect(answer.ObjectLockMode).toBe('GOVERNANCE');
    expect(answer.ObjectLockRetainUntilDate).toEqual(new Date(rig.clock.now + 10 * DAY));
  });

  test('headers that make no sense are refused', async () => {
    const lone = { ObjectLockMode: 'GOVERNANCE' as const };
    await expectRefusal(put(rig, Bucket, 'bad', lone), 400, 'InvalidArgument');
    await expectRefusal(put(rig, Bucket, 'bad', retention('GOVERNANCE', -1)), 400, 'InvalidArgument');
    await expectRefusal(put(rig, Bucket, 'bad', retention('FOREVER' as never, 1)), 400, 'InvalidArgument');
    await expectRefusal(
      put(rig, await newBucket(rig), 'bad', retention('GOVERNANCE', 1)),
      400,
      'InvalidRequest',
    );
    const missing = new GetObjectRetentionCommand({ Bucket, Key: 'free' });
    await put(rig, Bucket, 'free');
    await expectRefusal(rig.s3.send(missing), 404, 'NoSuchObjectLockConfiguration');
  });
});

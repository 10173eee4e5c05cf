import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import {
  GetBucketPolicyCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { fault } from '../../lib/sandbox/faults.ts';
import type { FaultEffect, FaultMatch, FaultSchedule } from '../../lib/sandbox/faults.ts';
import { addVersion, newObject, versionsOf } from '../../lib/sandbox/objects.ts';
import { expectRefusal, head, newBucket, newKey, NOON, put, useSandbox } from './sdk.ts';
import { send } from './wire.ts';

const rig = useSandbox();
let Bucket: string;
let KeyId: string;
beforeAll(async () => {
  Bucket = await newBucket(rig);
  KeyId = await newKey(rig);
  await put(rig, Bucket, 'k', { Body: '0123456789' });
  rig.state.buckets.get(Bucket)!.policy = '{"Statement":[]}';
});
afterEach(() => {
  rig.state.faults.length = 0;
});
const strike = (match: FaultMatch, effect: FaultEffect, when?: FaultSchedule) =>
  rig.state.faults.push(fault(match, effect, when));

const get = async () => {
  const { Body } = await rig.s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  return Body!.transformToString();
};
const policy = () => rig.s3.send(new GetBucketPolicyCommand({ Bucket }));
const describeKey = () => rig.kms.send(new DescribeKeyCommand({ KeyId }));
const identity = () => rig.sts.send(new GetCallerIdentityCommand({}));

describe('errors, as each protocol words them', () => {
  test.each<
    [
      FaultEffect,
      { s3: readonly [number, string]; kms: readonly [number, string]; sts: readonly [number, string] },
    ]
  >([
    [
      { type: 'deny' },
      { s3: [403, 'AccessDenied'], kms: [400, 'AccessDeniedException'], sts: [403, 'AccessDenied'] },
    ],
    [
      { type: 'internalError' },
      { s3: [500, 'InternalError'], kms: [500, 'InternalFailure'], sts: [500, 'InternalFailure'] },
    ],
    [
      { type: 'slowDown' },
      { s3: [503, 'SlowDown'], kms: [400, 'ThrottlingException'], sts: [400, 'Throttling'] },
    ],
    [
      { type: 'expiredToken' },
      { s3: [400, 'ExpiredToken'], kms: [400, 'ExpiredTokenException'], sts: [403, 'ExpiredToken'] },
    ],
    [
      { type: 'error', code: 'Teapot', status: 418, message: 'short and stout' },
      { s3: [418, 'Teapot'], kms: [418, 'Teapot'], sts: [418, 'Teapot'] },
    ],
  ])('%j', async (effect, answers) => {
    strike({}, effect);
    await expectRefusal(policy(), ...answers.s3);
    await expectRefusal(describeKey(), ...answers.kms);
    await expectRefusal(identity(), ...answers.sts);
  });

  test('a refusal names caller and action, or says what it is told to', async () => {
    strike({ operation: 'GetBucketPolicy' }, { type: 'deny' });
    const refusal = await expectRefusal(policy(), 403, 'AccessDenied');
    expect(refusal.message).toContain(rig.state.callerArn);
    expect(refusal.message).toContain('s3:GetBucketPolicy');
    rig.state.faults.length = 0;
    strike({ operation: 'GetBucketPolicy' }, { type: 'deny', message: 'with an explicit deny' });
    expect((await expectRefusal(policy(), 403, 'AccessDenied')).message).toBe('with an explicit deny');
  });

  test('a redirect names the Region', async () => {
    strike({ bucket: Bucket }, { type: 'redirect', region: 'ap-south-1' });
    await expectRefusal(get(), 301, 'PermanentRedirect');
    const answer = await send(rig.port, { path: `/${Bucket}/k` });
    expect(answer.headers['x-amz-bucket-region']).toBe('ap-south-1');
  });

  test('a refused request does nothing', async () => {
    strike({ operation: 'PutObject' }, { type: 'slowDown' });
    await expectRefusal(put(rig, Bucket, 'k', { Body: 'new' }), 503, 'SlowDown');
    expect(await get()).toBe('0123456789');
  });
});

describe('broken answers', () => {
  test('a connection that is dropped before the answer', async () => {
    strike({}, { type: 'drop' });
    await expect(get()).rejects.toThrow();
    await expect(describeKey()).rejects.toThrow();
    await expect(send(rig.port, { method: 'HEAD', path: `/${Bucket}/k` })).rejects.toThrow(
      /socket hang up|ECONNRESET/,
    );
  });

  test.each([0, 4])('a body that is dropped after %i bytes', async (afterBytes) => {
    strike({}, { type: 'drop', afterBytes });
    await expect(get()).rejects.toThrow();
    await expect(describeKey()).rejects.toThrow();
    await expect(send(rig.port, { path: `/${Bucket}/k` })).rejects.toThrow(/cut|aborted/);
  });

  test('a large body that is dropped in the middle', async () => {
    const size = 3 * 1024 * 1024;
    addVersion(rig.state.buckets.get(Bucket)!, 'large', newObject({ size, lastModified: NOON }));
    const whole = await send(rig.port, { path: `/${Bucket}/large` });
    expect(whole.text).toHaveLength(size);
    for (const afterBytes of [0, 1000]) {
      rig.state.faults.length = 0;
      strike({}, { type: 'drop', afterBytes });
      await expect(send(rig.port, { path: `/${Bucket}/large` })).rejects.toThrow(/cut|aborted/);
    }
  });

  test('half of an answer, sent as if it were whole', async () => {
    strike({}, { type: 'malformed' });
    const answer = await send(rig.port, { path: `/${Bucket}/k` });
    expect([answer.text, answer.headers['content-length']]).toEqual(['01234', '5']);
    await expect(get()).rejects.toThrow(/Checksum mismatch/);
    await expect(rig.s3.send(new ListObjectsV2Command({ Bucket }))).rejects.toThrow();
    await expect(describeKey()).rejects.toThrow();
    expect((await policy()).Policy).toBe('{"Statem');
  });

  test('an answer that comes late is whole', async () => {
    strike({ operation: 'GetObject' }, { type: 'delay', ms: 5 });
    expect(await get()).toBe('0123456789');
  });

  test('a client that gives up waiting leaves nothing behind', async () => {
    strike({ operation: 'GetObject' }, { type: 'delay', ms: 3_600_000 });
    const abort = new AbortController();
    const answer = rig.s3.send(new GetObjectCommand({ Bucket, Key: 'k' }), { abortSignal: abort.signal });
    await policy();
    abort.abort();
    await expect(answer).rejects.toThrow();
  });

  test('late, and then dropped', async () => {
    strike({}, { type: 'delay', ms: 2 });
    strike({}, { type: 'drop' });
    await expect(get()).rejects.toThrow();
  });
});

describe('an estate that changes under its reader', () => {
  test.each([
    ['ListObjectsV2', (name: string) => rig.s3.send(new ListObjectsV2Command({ Bucket: name }))],
    ['ListObjectVersions', (name: string) => rig.s3.send(new ListObjectVersionsCommand({ Bucket: name }))],
    [
      'ListObjectsV2 with encoding',
      (name: string) => rig.s3.send(new ListObjectsV2Command({ Bucket: name, EncodingType: 'url' })),
    ],
  ])('objects that %s has just named are gone', async (_, list) => {
    const name = await newBucket(rig);
    const keys = [' spaces ', 'a/b', 'a+b', '<&>', '\u0001', 'ü'];
    for (const key of keys) await put(rig, name, key);
    strike({ bucket: name, operation: 'List*' }, { type: 'deleteListedObjects' });
    await list(name);
    for (const key of keys) expect(versionsOf(rig.state.buckets.get(name)!, key)).toEqual([]);
  });

  test('a bucket is gone between one call and the next', async () => {
    const name = await newBucket(rig);
    await put(rig, name, 'k');
    strike({ operation: 'ListObjectsV2' }, { type: 'deleteBucket', bucket: name });
    expect((await rig.s3.send(new ListObjectsV2Command({ Bucket: name }))).KeyCount).toBe(1);
    await expectRefusal(rig.s3.send(new ListObjectsV2Command({ Bucket: name })), 404, 'NoSuchBucket');
  });
});

test('the log and the counters tell of struck requests too', async () => {
  const before = rig.state.requests.get('s3:HeadObject') ?? 0;
  strike({ operation: 'HeadObject' }, { type: 'internalError' });
  await expectRefusal(head(rig, Bucket, 'k'), 500, 'Unknown');
  expect(rig.state.requests.get('s3:HeadObject')).toBe(before + 1);
  expect(rig.state.log.at(-1)).toEqual({
    accountId: rig.state.accountId,
    operation: 's3:HeadObject',
    method: 'HEAD',
    bucket: Bucket,
    key: 'k',
    status: 500,
  });
});

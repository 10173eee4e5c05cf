import { describe, expect, test } from '@jest/globals';
import { readInPlaceChanges } from '../../lib/ledger/in-place-changes.ts';
import type { ChangeOptions } from '../../lib/ledger/in-place-changes.ts';
import { managementRecord, updateRecord } from '../support/in-place-trail.ts';
import { ACCOUNT } from './records.ts';
import { deliver, memoryLogs, TRUSTED } from './trail-files.ts';
import type { Delivery, TrailFiles } from './trail-files.ts';

const OWNER = '999988887777';
const AT = '2026-08-01T08:00:00Z';
const ARN = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/main`;

const all = (...deliveries: Delivery[]): TrailFiles['files'] =>
  new Map(deliveries.flatMap((delivery) => [...deliver(delivery).files]));

const changes = async (files: TrailFiles['files'], rest: Partial<ChangeOptions> = {}) =>
  readInPlaceChanges({
    store: memoryLogs(files),
    publicKeys: TRUSTED,
    trail: { name: 'main', arn: ARN, accountId: ACCOUNT, homeRegion: 'eu-west-1', organization: false },
    accountId: ACCOUNT,
    region: 'us-east-1',
    buckets: ['b', 'c'],
    window: { from: '2026-08-01T05:15:00.000Z', to: '2026-08-01T12:20:00.000Z' },
    ...rest,
  });

const both = (away: readonly unknown[], home: readonly unknown[] = []): TrailFiles['files'] =>
  all({ hours: 12, logs: { 'us-east-1/8': away, 'eu-west-1/8': home } });

describe('what log files prove of a Region away from the home of the trail', () => {
  test('which objects were touched, bucket by bucket, up to an hour before the newest digest', async () => {
    const found = await changes(both([updateRecord('b', 'k', AT), updateRecord('x', 'y', AT)]));
    expect(found).toEqual({
      kind: 'proven',
      until: '2026-08-01T11:00:00.000Z',
      logFiles: 2,
      touched: { b: ['k'] },
    });
  });

  test('nothing when the trail was changed at its home', async () => {
    expect(await changes(both([], [managementRecord('UpdateTrail', AT)]))).toMatchObject({
      why: expect.stringMatching(/changed: UpdateTrail/),
    });
  });

  test('nothing when its home was not read', async () => {
    expect(await changes(all({ hours: 12, logs: { 'us-east-1/8': [] } }))).toMatchObject({
      why: expect.stringMatching(/no log files of account 111122223333 in eu-west-1/),
    });
  });

  test('jobs of another Region touch nothing here', async () => {
    const job = managementRecord('JobCreated', AT, { eventSource: 's3.amazonaws.com' });
    expect(await changes(both([], [job]))).toMatchObject({ kind: 'proven' });
    expect(await changes(both([{ ...job, awsRegion: 'us-east-1' }]))).toMatchObject({ kind: 'unproven' });
  });

  test('nothing from a copy in a folder, whose newest digests lost their signatures', async () => {
    expect(await changes(both([]), { store: memoryLogs(both([]), { bucket: null }) })).toMatchObject({
      why: expect.stringMatching(/have no signature/),
    });
  });

  test('nothing when another bucket holds the digests than they say', async () => {
    expect(await changes(both([]), { store: memoryLogs(both([]), { bucket: 'copy' }) })).toMatchObject({
      why: expect.stringMatching(/does not lie where it says/),
    });
  });

  test('nothing when the proof ends more than a day ago', async () => {
    const window = { from: '2026-08-01T05:15:00.000Z', to: '2026-08-02T12:20:00.000Z' };
    expect(await changes(both([]), { window })).toMatchObject({
      why: expect.stringMatching(/more than a day before/),
    });
  });

  test('under a prefix as well', async () => {
    const files = all({ hours: 12, logs: { 'us-east-1/8': [], 'eu-west-1/8': [] }, prefix: 'org/' });
    expect(await changes(files, { store: memoryLogs(files, { prefix: 'org/' }) })).toMatchObject({
      kind: 'proven',
      logFiles: 2,
    });
  });

  test('an update without a key touches its bucket, one without a bucket all of them', async () => {
    const nameless = updateRecord('b', '', AT, { resources: [{ ARN: 'arn:aws:s3:::b' }] });
    expect(await changes(both([nameless]))).toMatchObject({ touched: { b: null } });
    const placeless = updateRecord('', 'k', AT, { resources: [] });
    expect(await changes(both([placeless, nameless]))).toMatchObject({ touched: { b: null, c: ['k'] } });
  });
});

describe('what the trail of an organization proves', () => {
  const trail = { name: 'main', arn: ARN, accountId: OWNER, homeRegion: 'eu-west-1', organization: true };
  const organization = 'o-abc';
  const member = { hours: 12, organization, logs: { 'us-east-1/8': [updateRecord('b', 'k', AT)] } };
  const owner = (records: readonly unknown[]): Delivery => ({
    ...{ hours: 12, organization, accountId: OWNER },
    logs: { 'eu-west-1/8': records },
  });

  test('with the log files of the account that owns it', async () => {
    expect(await changes(all(member, owner([])), { trail })).toMatchObject({ touched: { b: ['k'] } });
    expect(await changes(all(member), { trail })).toMatchObject({ kind: 'unproven' });
  });

  test('nothing when any account changed it', async () => {
    const third = {
      ...owner([managementRecord('PutEventSelectors', AT, { requestParameters: { trailName: ARN } })]),
      accountId: '444455556666',
    };
    expect(await changes(all(member, owner([]), third), { trail })).toMatchObject({
      why: expect.stringMatching(/changed: PutEventSelectors/),
    });
  });
});

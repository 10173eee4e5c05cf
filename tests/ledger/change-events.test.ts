import { describe, expect, test } from '@jest/globals';
import { changesIn } from '../../lib/ledger/change-events.ts';
import { managementRecord, updateRecord } from '../support/in-place-trail.ts';

const log = (...records: unknown[]): Uint8Array => Buffer.from(JSON.stringify({ Records: records }));
const AT = '2026-08-01T08:00:00Z';

describe('changes in a log file', () => {
  test.each<[string, unknown, unknown]>([
    ['an update', updateRecord('b', 'k', AT), { kind: 'updated', buckets: ['b'], keys: ['k'] }],
    [
      'an update with every spelling of its key',
      updateRecord('b', 'a+b%20c', AT),
      { kind: 'updated', buckets: ['b'], keys: ['a+b%20c', 'a+b c', 'a b c'] },
    ],
    [
      'an update that names no key',
      updateRecord('b', 'k', AT, { requestParameters: null, resources: [{ ARN: 'arn:aws:s3:::b' }] }),
      { kind: 'updated', buckets: ['b'], keys: null },
    ],
    [
      'an update that names no bucket by ARN',
      updateRecord('alias', 'k', AT, { resources: null }),
      { kind: 'updated', buckets: null, keys: ['k'] },
    ],
    [
      'an update that failed, and may have come through',
      updateRecord('b', 'k', AT, { errorCode: 'InternalError' }),
      { kind: 'updated', buckets: ['b'], keys: ['k'] },
    ],
    ['an update that was refused', updateRecord('b', 'k', AT, { errorCode: 'AccessDenied' }), null],
    ['an update of something else', updateRecord('b', 'k', AT, { eventSource: 'other.amazonaws.com' }), null],
    [
      'a name inside parameters',
      updateRecord('b', 'UpdateObjectEncryption', AT, { eventName: 'PutObject' }),
      null,
    ],
    [
      'selectors changed',
      managementRecord('PutEventSelectors', AT),
      { kind: 'trail', name: `PutEventSelectors at ${AT}`, trail: 'main' },
    ],
    [
      'a trail stopped without saying which',
      managementRecord('StopLogging', AT, { requestParameters: {} }),
      { kind: 'trail', name: `StopLogging at ${AT}`, trail: null },
    ],
    [
      'a job',
      managementRecord('JobStatusChanged', AT, { eventSource: 's3.amazonaws.com' }),
      { kind: 'job', name: `JobStatusChanged at ${AT}`, region: 'eu-west-1' },
    ],
  ])('%s', (_what, record, change) => {
    expect(changesIn(log({ eventName: 'GetObject' }, record, 'no record'))).toEqual(
      change === null ? [] : [change],
    );
  });

  test.each([
    ['no JSON', 'UpdateObjectEncryption'],
    ['no log', '{"UpdateObjectEncryption":1}'],
    ['not even brackets', 'x'],
    ['cut short', '{"Records":['],
  ])('%s is no log file', (_what, text) => {
    expect(changesIn(Buffer.from(text))).toBeNull();
  });
});

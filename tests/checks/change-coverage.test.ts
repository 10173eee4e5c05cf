import { describe, expect, test } from '@jest/globals';
import { whyNotRecording, whyNotVouching } from '../../lib/checks/change-coverage.ts';
import { known, unknown } from '../../lib/model/observed.ts';
import type { ClassicSelector, FieldSelector, TrailEvidence, TrailSelectors } from '../../lib/model/trail.ts';
import { trailEvidence } from '../support/trail.ts';

const field = (name: string, rest: Partial<FieldSelector>): FieldSelector => ({
  field: name,
  equals: [],
  startsWith: [],
  endsWith: [],
  notEquals: [],
  notStartsWith: [],
  notEndsWith: [],
  ...rest,
});
const advanced = (...fields: FieldSelector[]): TrailSelectors => ({
  kind: 'advanced',
  selectors: [{ name: null, fields }],
});
const classic = (rest: Partial<ClassicSelector>): TrailSelectors => ({
  kind: 'classic',
  selectors: [{ readWrite: 'All', managementEvents: true, excluded: [], dataResources: [], ...rest }],
});
const data = [
  field('eventCategory', { equals: ['Data'] }),
  field('resources.type', { equals: ['AWS::S3::Object'] }),
];
const values = (...all: string[]) => ({ dataResources: [{ type: 'AWS::S3::Object', values: all }] });

describe('whether selectors record every UpdateObjectEncryption in arn:aws:s3:::b', () => {
  test.each<[string, TrailSelectors, boolean]>([
    ['classic: every bucket', classic(values('arn:aws:s3')), true],
    ['classic: this bucket', classic(values('arn:aws:s3:::b/')), true],
    ['classic: one prefix of it', classic(values('arn:aws:s3:::b/phi/')), false],
    ['classic: another bucket', classic(values('arn:aws:s3:::bb/')), false],
    ['classic: reads only', classic({ readWrite: 'ReadOnly', ...values('arn:aws:s3') }), false],
    ['classic: writes only', classic({ readWrite: 'WriteOnly', ...values('arn:aws:s3') }), true],
    [
      'classic: functions',
      classic({ dataResources: [{ type: 'AWS::Lambda::Function', values: ['arn:aws:lambda'] }] }),
      false,
    ],
    ['classic: no data events', classic({}), false],
    ['advanced: all of S3', advanced(...data), true],
    [
      'advanced: this event alone',
      advanced(...data, field('eventName', { equals: ['UpdateObjectEncryption'] })),
      true,
    ],
    [
      'advanced: other events',
      advanced(...data, field('eventName', { equals: ['PutObject', 'DeleteObject'] })),
      false,
    ],
    [
      'advanced: this event left out',
      advanced(...data, field('eventName', { notEquals: ['UpdateObjectEncryption'] })),
      false,
    ],
    [
      'advanced: names that begin alike',
      advanced(...data, field('eventName', { startsWith: ['Update'] })),
      true,
    ],
    ['advanced: writes', advanced(...data, field('readOnly', { equals: ['false'] })), true],
    ['advanced: reads', advanced(...data, field('readOnly', { equals: ['true'] })), false],
    [
      'advanced: this bucket',
      advanced(...data, field('resources.ARN', { startsWith: ['arn:aws:s3:::b/'] })),
      true,
    ],
    [
      'advanced: one prefix',
      advanced(...data, field('resources.ARN', { startsWith: ['arn:aws:s3:::b/phi/'] })),
      false,
    ],
    [
      'advanced: one object',
      advanced(...data, field('resources.ARN', { equals: ['arn:aws:s3:::b/x'] })),
      false,
    ],
    [
      'advanced: another bucket left out',
      advanced(...data, field('resources.ARN', { notStartsWith: ['arn:aws:s3:::c/'] })),
      true,
    ],
    [
      'advanced: a prefix left out',
      advanced(...data, field('resources.ARN', { notStartsWith: ['arn:aws:s3:::b/tmp/'] })),
      false,
    ],
    [
      'advanced: this bucket left out',
      advanced(...data, field('resources.ARN', { notStartsWith: ['arn:aws:s3:::'] })),
      false,
    ],
    [
      'advanced: one object left out',
      advanced(...data, field('resources.ARN', { notEquals: ['arn:aws:s3:::b/x'] })),
      false,
    ],
    [
      'advanced: an ending left out',
      advanced(...data, field('resources.ARN', { notEndsWith: ['.tmp'] })),
      false,
    ],
    [
      'advanced: some callers',
      advanced(...data, field('userIdentity.arn', { notStartsWith: ['arn:aws:sts'] })),
      false,
    ],
    ['advanced: without a category', advanced(...data.slice(1)), false],
    ['advanced: management events', advanced(field('eventCategory', { equals: ['Management'] })), false],
    [
      'advanced: tables',
      advanced(data[0]!, field('resources.type', { equals: ['AWS::DynamoDB::Table'] })),
      false,
    ],
  ])('%s: %#', (_what, selectors, records) => {
    expect(whyNotRecording(selectors, 'arn:aws:s3:::b') === null).toBe(records);
  });
});

describe('whether a trail vouches for its own settings since August', () => {
  const status = (rest: object): Partial<TrailEvidence> => ({
    status: known({
      logging: true,
      latestDelivery: null,
      latestDeliveryError: null,
      started: '2026-01-01T00:00:00.000Z',
      stopped: null,
      latestDigest: null,
      ...rest,
    }),
  });
  const management = field('eventCategory', { equals: ['Management'] });
  const selectors = (value: TrailSelectors): Partial<TrailEvidence> => ({ selectors: known(value) });
  const denied = unknown({ code: 'ACCESS_DENIED', operation: 'cloudtrail:GetTrailStatus', message: 'no' });

  test.each<[string, Partial<TrailEvidence>, RegExp | null]>([
    ['everything', {}, null],
    ['another Region alone', { multiRegion: false, homeRegion: 'us-east-1' }, /covers us-east-1 alone/],
    ['no digests', { validation: false }, /no log file validation/],
    ['an unknown status', { status: denied }, /could not be read/],
    ['not logging', status({ logging: false, stopped: '2026-07-01T00:00:00.000Z' }), /does not log/],
    ['started since', status({ started: '2026-08-02T00:00:00.000Z' }), /began to log/],
    ['never started, it says', status({ started: null }), /began to log/],
    ['stopped and started before', status({ stopped: '2025-12-31T00:00:00.000Z' }), null],
    ['failing to deliver', status({ latestDeliveryError: 'AccessDenied' }), /failed to deliver/],
    ['unknown selectors', { selectors: denied }, /selectors that could not be read/],
    ['management writes', selectors(classic({ readWrite: 'WriteOnly' })), null],
    ['management reads', selectors(classic({ readWrite: 'ReadOnly' })), /write management event/],
    ['data events alone', selectors(classic({ managementEvents: false })), /write management event/],
    ['KMS left out', selectors(classic({ excluded: ['kms.amazonaws.com'] })), null],
    [
      'KMS left out, advanced',
      selectors(advanced(management, field('eventSource', { notEquals: ['kms.amazonaws.com'] }))),
      null,
    ],
    [
      'CloudTrail left out',
      selectors(advanced(management, field('eventSource', { notEquals: ['cloudtrail.amazonaws.com'] }))),
      /write management event/,
    ],
    [
      'CloudTrail alone, and not the jobs of S3',
      selectors(advanced(management, field('eventSource', { equals: ['cloudtrail.amazonaws.com'] }))),
      /write management event/,
    ],
    [
      'calls alone, and not events of services',
      selectors(advanced(management, field('eventType', { equals: ['AwsApiCall'] }))),
      /write management event/,
    ],
    [
      'one change left out',
      selectors(advanced(management, field('eventName', { notEquals: ['PutEventSelectors'] }))),
      /write management event/,
    ],
  ])('%s', (_what, rest, why) => {
    const told = whyNotVouching(trailEvidence(rest), 'eu-west-1', '2026-08-01T00:00:00.000Z');
    if (why === null) expect(told).toBeNull();
    else expect(told).toMatch(why);
  });
});

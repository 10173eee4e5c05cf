import type { Bucket } from '../../lib/sandbox/state-s3.ts';
import { addVersion, newObject } from '../../lib/sandbox/objects.ts';
import { deliver, TRUSTED } from '../ledger/trail-files.ts';
import type { Delivery, TrailFiles } from '../ledger/trail-files.ts';
import { sandboxTrail } from './sandbox-trail.ts';
import { ACCOUNT, addBucket, REGION } from './sandbox.ts';
import type { TestSandbox } from './sandbox.ts';

/** What the documentation recommends: write management events, and UpdateObjectEncryption alone of S3's data events. */
export const NARROW_SELECTORS: readonly Record<string, unknown>[] = [
  {
    Name: 'management writes',
    FieldSelectors: [
      { Field: 'eventCategory', Equals: ['Management'] },
      { Field: 'readOnly', Equals: ['false'] },
    ],
  },
  {
    Name: 'in-place encryption',
    FieldSelectors: [
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
      { Field: 'eventName', Equals: ['UpdateObjectEncryption'] },
    ],
  },
];

const common = { eventVersion: '1.11', awsRegion: REGION, readOnly: false, recipientAccountId: ACCOUNT };

export const updateRecord = (
  bucket: string,
  key: string,
  time: string,
  rest: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  ...common,
  eventTime: time,
  eventSource: 's3.amazonaws.com',
  eventName: 'UpdateObjectEncryption',
  requestParameters: { bucketName: bucket, key, encryption: '' },
  resources: [
    { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` },
    { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
  ],
  eventCategory: 'Data',
  managementEvent: false,
  ...rest,
});

export const managementRecord = (
  eventName: string,
  time: string,
  rest: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  ...common,
  eventTime: time,
  eventSource: 'cloudtrail.amazonaws.com',
  eventName,
  requestParameters: { trailName: 'main', name: 'main' },
  eventCategory: 'Management',
  managementEvent: true,
  ...rest,
});

/** A trail `main` with narrow selectors that delivers to a bucket of the sandbox, and CloudTrail's key. */
export async function addTrail(sandbox: TestSandbox): Promise<Bucket> {
  const bucket = addBucket(sandbox.state, 'trail-bucket');
  sandbox.state.trails = [
    sandboxTrail('main', {
      s3Bucket: bucket.name,
      multiRegion: true,
      eventSelectors: null,
      advancedEventSelectors: NARROW_SELECTORS,
    }),
  ];
  const keys = await TRUSTED(REGION, { from: '', to: '' });
  if (keys.state === 'known')
    sandbox.state.trailPublicKeys = keys.value.map(({ fingerprint, der }) => ({
      region: REGION,
      fingerprint,
      value: der,
      validFrom: 0,
      validTo: Date.UTC(2030, 0, 1),
    }));
  return bucket;
}

/** Puts the files of a delivery into the trail's bucket; `change` may damage them first. */
export function deliverInto(
  bucket: Bucket,
  delivery: Delivery,
  change: (files: TrailFiles['files']) => void = () => undefined,
): void {
  const { files } = deliver(delivery);
  change(files);
  for (const [key, { bytes, signature }] of files)
    addVersion(
      bucket,
      key,
      newObject({
        size: bytes.byteLength,
        lastModified: Date.UTC(2026, 7, 1),
        body: bytes,
        metadata: signature === null ? {} : { signature },
      }),
    );
}

import { asInstant, asObject, asText } from './json.ts';
import { principalOf } from './principal.ts';
import type { Principal } from './principal.ts';

/** One GetObject by an S3 data event: it names the object that a bucket key hides from KMS. */
export type ReadEvent = {
  readonly id: string | null;
  readonly shared: boolean;
  /** ISO 8601 UTC, whole seconds. */
  readonly time: string;
  readonly principal: Principal;
  readonly bucket: string;
  readonly object: string;
  readonly refused: boolean;
};

/** The read that a record tells of; null when it is another record, or one that names no object or time. */
export function readEventOf(record: unknown): ReadEvent | null {
  const fields = asObject(record);
  if (fields?.['eventSource'] !== 's3.amazonaws.com' || fields['eventName'] !== 'GetObject') return null;
  const parameters = asObject(fields['requestParameters']);
  const bucket = asText(parameters?.['bucketName']);
  const object = asText(parameters?.['key']);
  const time = asInstant(fields['eventTime']);
  if (bucket === null || object === null || time === null) return null;
  const sharedId = asText(fields['sharedEventID']);
  return {
    id: sharedId ?? asText(fields['eventID']),
    shared: sharedId !== null,
    time,
    principal: principalOf(fields['userIdentity']),
    bucket,
    object,
    refused: asText(fields['errorCode']) !== null,
  };
}

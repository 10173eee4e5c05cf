import { asInstant, asObject, asText } from './json.ts';

/** What log files say that could have changed a seal in place, or hidden that it was. */
export type ChangeEvent =
  /**
   * An object was sealed anew, under one of these spellings of its key. Null: the record names no key, or by no ARN a
   * bucket, as an access point's name is not its bucket's.
   */
  | {
      readonly kind: 'updated';
      readonly buckets: readonly string[] | null;
      readonly keys: readonly string[] | null;
    }
  /** Somebody changed, stopped or deleted a trail; null does not say which. */
  | { readonly kind: 'trail'; readonly name: string; readonly trail: string | null }
  /** S3 Batch Operations was at work: it may update encryption, and only its jobs are sure to be recorded. */
  | { readonly kind: 'job'; readonly name: string; readonly region: string | null };

const TRAIL_EVENTS = ['PutEventSelectors', 'StopLogging', 'StartLogging', 'UpdateTrail', 'DeleteTrail'];
const JOB_EVENTS = ['CreateJob', 'JobCreated', 'JobStatusChanged'];
const UPDATE = 'UpdateObjectEncryption';
const REFUSED: readonly unknown[] = ['AccessDenied', 'AccessDeniedException'];
const NAMES = [UPDATE, ...TRAIL_EVENTS, ...JOB_EVENTS];

/**
 * The changes that a log file tells of; null when the bytes are no log file. A file that none of the names occurs in is
 * not parsed: CloudTrail spells names out.
 */
export function changesIn(bytes: Uint8Array): readonly ChangeEvent[] | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!NAMES.some((name) => buffer.includes(name)) && looksWhole(buffer)) return [];
  try {
    const records = asObject(JSON.parse(new TextDecoder().decode(bytes)))?.['Records'];
    return Array.isArray(records) ? records.flatMap((record) => changeOf(record) ?? []) : null;
  } catch {
    return null;
  }
}

const looksWhole = (bytes: Buffer): boolean =>
  bytes.subarray(0, 32).toString('latin1').trimStart().startsWith('{"Records"') &&
  bytes.subarray(-32).toString('latin1').trimEnd().endsWith('}');

function changeOf(record: unknown): ChangeEvent | null {
  const fields = asObject(record);
  const name = asText(fields?.['eventName']) ?? '';
  // What was refused for want of permission changed nothing.
  if (!fields || !NAMES.includes(name) || REFUSED.includes(fields['errorCode'])) return null;
  const parameters = asObject(fields['requestParameters']);
  switch (fields['eventSource']) {
    case 's3.amazonaws.com':
      if (name === UPDATE) return updateOf(parameters, fields['resources']);
      return JOB_EVENTS.includes(name)
        ? { kind: 'job', name: whenOf(name, fields), region: asText(fields['awsRegion']) }
        : null;
    case 'cloudtrail.amazonaws.com': {
      if (!TRAIL_EVENTS.includes(name)) return null;
      const trail = asText(parameters?.['trailName']) ?? asText(parameters?.['name']);
      return { kind: 'trail', name: whenOf(name, fields), trail };
    }
    default:
      return null;
  }
}

const whenOf = (name: string, fields: Readonly<Record<string, unknown>>): string =>
  `${name} at ${asInstant(fields['eventTime']) ?? 'a time not told'}`;

/** Buckets by ARN, the key by every spelling that it may stand for. */
function updateOf(parameters: Readonly<Record<string, unknown>> | null, resources: unknown): ChangeEvent {
  const buckets = new Set<string>();
  const keys = new Set<string>();
  for (const resource of Array.isArray(resources) ? resources : []) {
    const [, bucket, key] =
      /^arn:[^:]*:s3:::([^/]+)(?:\/([^]+))?$/.exec(textOf(asObject(resource)?.['ARN']) ?? '') ?? [];
    if (bucket !== undefined) buckets.add(bucket);
    if (key !== undefined) spell(keys, key);
  }
  const key = textOf(parameters?.['key']);
  if (key !== null) spell(keys, key);
  return {
    kind: 'updated',
    buckets: buckets.size === 0 ? null : [...buckets],
    keys: keys.size === 0 ? null : [...keys],
  };
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Whether CloudTrail escapes keys is not documented: a spelling too many only asks an object too many. */
function spell(keys: Set<string>, key: string): void {
  keys.add(key);
  for (const text of [key, key.replaceAll('+', ' ')]) {
    try {
      keys.add(decodeURIComponent(text));
    } catch {
      // Not an escaped spelling.
    }
  }
}

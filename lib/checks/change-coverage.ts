import type { AdvancedSelector, FieldSelector, TrailEvidence, TrailSelectors } from '../model/trail.ts';
import { describeReason } from '../model/observed.ts';
import { holds } from './trail-coverage.ts';

/**
 * Why a trail cannot vouch for its own settings in a Region since `from`, in a few words; null when it can. It can when
 * it has logged all along and would have recorded any change of itself, and S3 Batch Operations jobs.
 */
export function whyNotVouching(trail: TrailEvidence, region: string, from: string): string | null {
  if (!trail.multiRegion && trail.homeRegion !== region)
    return `covers ${trail.homeRegion} alone, not ${region}`;
  if (!trail.validation) return 'has no log file validation';
  const { status, selectors } = trail;
  if (status.state !== 'known')
    return `has a status that could not be read${status.state === 'unknown' ? ` (${describeReason(status.reason)})` : ''}`;
  const { logging, started, stopped, latestDeliveryError } = status.value;
  if (!logging) return 'does not log';
  if (started === null || started > from) return `began to log at ${started ?? 'a time not told'}`;
  if (stopped !== null && stopped > from) return `was stopped at ${stopped}`;
  if (latestDeliveryError !== null) return `failed to deliver: ${latestDeliveryError}`;
  if (selectors.state !== 'known')
    return `has event selectors that could not be read${selectors.state === 'unknown' ? ` (${describeReason(selectors.reason)})` : ''}`;
  return MANAGEMENT.every((event) => recordsManagement(selectors.value, event))
    ? null
    : 'does not record every write management event, so that a change of its selectors would not be seen';
}

/** Why a trail's selectors let UpdateObjectEncryption of some object of a bucket slip, in a few words; null when none does. */
export function whyNotRecording(selectors: TrailSelectors, bucketArn: string): string | null {
  const objects = `${bucketArn}/`;
  const partition = bucketArn.split(':')[1] ?? 'aws';
  const recorded =
    selectors.kind === 'classic'
      ? selectors.selectors.some(
          ({ readWrite, dataResources }) =>
            (readWrite === 'All' || readWrite === 'WriteOnly') &&
            dataResources.some(
              ({ type, values }) =>
                type === 'AWS::S3::Object' &&
                // A longer value is a prefix of keys: it leaves objects out.
                values.some((value) =>
                  [`arn:${partition}:s3`, `arn:${partition}:s3:::`, objects].includes(value),
                ),
            ),
        )
      : selectors.selectors.some((selector) => takesAll(selector, UPDATE, objects));
  return recorded ? null : 'does not record every UpdateObjectEncryption in this bucket';
}

type Fields = Readonly<Record<string, string>>;

/** What is the same of every UpdateObjectEncryption, whoever calls. */
const UPDATE: Fields = {
  eventCategory: 'Data',
  'resources.type': 'AWS::S3::Object',
  eventSource: 's3.amazonaws.com',
  eventName: 'UpdateObjectEncryption',
  readOnly: 'false',
};

/** Calls and service events that could undo what a trail proves. */
const MANAGEMENT: readonly Fields[] = [
  ...['PutEventSelectors', 'StopLogging', 'StartLogging', 'UpdateTrail', 'DeleteTrail'].map((eventName) => ({
    eventSource: 'cloudtrail.amazonaws.com',
    eventName,
    eventType: 'AwsApiCall',
  })),
  { eventSource: 's3.amazonaws.com', eventName: 'CreateJob', eventType: 'AwsApiCall' },
  { eventSource: 's3.amazonaws.com', eventName: 'JobCreated', eventType: 'AwsServiceEvent' },
  { eventSource: 's3.amazonaws.com', eventName: 'JobStatusChanged', eventType: 'AwsServiceEvent' },
].map((event) => ({ ...event, eventCategory: 'Management', readOnly: 'false' }));

function recordsManagement(selectors: TrailSelectors, event: Fields): boolean {
  if (selectors.kind === 'advanced')
    return selectors.selectors.some((selector) => takesAll(selector, event, null));
  return selectors.selectors.some(
    ({ managementEvents, readWrite, excluded }) =>
      managementEvents &&
      (readWrite === 'All' || readWrite === 'WriteOnly') &&
      !excluded.includes(event['eventSource'] ?? ''),
  );
}

/** Whether a selector takes every such event; a field that is not the same for all of them decides against it. */
function takesAll({ fields }: AdvancedSelector, event: Fields, objects: string | null): boolean {
  if (!fields.some(({ field }) => field === 'eventCategory')) return false;
  return fields.every((field) => {
    if (field.field === 'resources.ARN' && objects !== null) return takesObjects(field, objects);
    const value = event[field.field];
    return value !== undefined && holds(field, value);
  });
}

/** Whether conditions on the ARN take every object whose ARN begins so. */
function takesObjects(field: FieldSelector, objects: string): boolean {
  const { equals, startsWith, endsWith, notEquals, notStartsWith, notEndsWith } = field;
  const wanted = equals.length + startsWith.length + endsWith.length === 0;
  const within = (value: string): boolean => value.startsWith(objects) || objects.startsWith(value);
  return (
    (wanted || startsWith.some((value) => objects.startsWith(value))) &&
    notEndsWith.length === 0 &&
    !notEquals.some((value) => value.startsWith(objects)) &&
    !notStartsWith.some(within)
  );
}

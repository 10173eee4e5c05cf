import type { ListedBucket } from '../collectors/buckets.ts';
import type { RecordedBucket } from '../collectors/config-item.ts';
import { wasRecording } from '../collectors/config-recorder.ts';
import type { ConfigRecorder } from '../collectors/config-recorder.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { valueOf } from '../model/observed.ts';
import type { Observed, UnknownReason } from '../model/observed.ts';

/** What one Region's AWS Config has of a name at the moment that is asked about. */
export type Place = {
  readonly region: string;
  readonly item: Observed<RecordedBucket>;
  readonly recorder: Observed<ConfigRecorder>;
};

type RecordedPlace = Omit<Place, 'item'> & { readonly item: RecordedBucket };

/** What is known of a bucket at a past moment: its facts, that it was not there, or why neither is known. */
export type Then =
  | { readonly kind: 'known'; readonly evidence: BucketEvidence }
  | { readonly kind: 'left-out'; readonly why: 'DELETED_BEFORE' | 'CREATED_LATER' }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason };

/** `asOf` is the past moment, `now` that of the run; ISO 8601 UTC. */
export type Moments = { readonly asOf: string; readonly now: string };

/**
 * Pure. An item of then counts unless the recorder is known to have been off; no item counts as "was not there" only
 * where a recorder would have made one. `present` is the bucket of this name as S3 lists it today.
 */
export function bucketThen(present: ListedBucket | null, places: readonly Place[], moments: Moments): Then {
  const items = places
    .flatMap((place): RecordedPlace[] =>
      place.item.state === 'known' ? [{ ...place, item: place.item.value }] : [],
    )
    .sort((a, b) => (a.item.capturedAt < b.item.capturedAt ? 1 : -1));
  const recorded = items.find(({ item }) => item.recorded);
  if (recorded) return fromItem(recorded, moments);
  for (const { item } of places)
    if (item.state === 'unknown') return { kind: 'unknown', reason: item.reason };
  // S3 may move a creation date forward when a bucket is edited, never back: a date before then is proof.
  const wasThere = present !== null && present.createdAt !== null && present.createdAt <= moments.asOf;
  const [last] = items;
  if (wasThere || (last && !GONE.has(last.item.status))) return neverRecorded(places, moments);
  if (last) return { kind: 'left-out', why: 'DELETED_BEFORE' };
  const wouldKnow = places.length > 0 && places.every(({ recorder }) => couldTell(recorder, moments));
  if (wouldKnow) return { kind: 'left-out', why: 'CREATED_LATER' };
  return unknownThen(
    'AWS Config has no record of the bucket as of then, and whether it was there is not known',
  );
}

const GONE: ReadonlySet<string> = new Set(['ResourceDeleted', 'ResourceDeletedNotRecorded']);

function fromItem({ item, recorder, region }: RecordedPlace, { asOf }: Moments): Then {
  const known = valueOf(recorder);
  if (known && wasRecording(known, asOf) === 'no') {
    const since = known.stoppedAt === null ? '' : ` since ${known.stoppedAt}`;
    return unknownThen(
      `the AWS Config recorder of ${region} was off then${since}, so what it had recorded on ${item.capturedAt} need not have been in force`,
    );
  }
  return { kind: 'known', evidence: item.evidence };
}

function neverRecorded(places: readonly Place[], { asOf }: Moments): Then {
  const why = places.map(({ region, recorder }) => {
    if (recorder.state === 'absent') return `there is no AWS Config recorder in ${region}`;
    if (recorder.state === 'unknown') return `the AWS Config recorder of ${region} could not be read`;
    if (!recorder.value.recordsBuckets) return `the AWS Config recorder of ${region} leaves out buckets`;
    const on = wasRecording(recorder.value, asOf);
    return on === 'yes'
      ? `the AWS Config recorder of ${region} made no record of it`
      : `the AWS Config recorder of ${region} ${on === 'no' ? 'was' : 'may have been'} off then`;
  });
  return unknownThen(
    `AWS Config has no record of the bucket as of then: ${why.join('; ') || 'its Region is not known'}`,
  );
}

/** Whether a recorder would have an item of a bucket that was there: on, of this type, and not forgotten since. */
function couldTell(recorder: Observed<ConfigRecorder>, { asOf, now }: Moments): boolean {
  if (recorder.state !== 'known') return false;
  const { recordsBuckets, keptDays } = recorder.value;
  const kept = Date.parse(now) - keptDays * 86_400_000 <= Date.parse(asOf);
  return recordsBuckets && kept && wasRecording(recorder.value, asOf) === 'yes';
}

const unknownThen = (message: string): Then => ({
  kind: 'unknown',
  reason: { code: 'NOT_RECORDED', operation: 'config:GetResourceConfigHistory', message },
});

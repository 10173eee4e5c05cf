import { unreadBucket } from '../collectors/bucket.ts';
import { listBuckets, readBucketRegion } from '../collectors/buckets.ts';
import type { ListedBucket } from '../collectors/buckets.ts';
import type { AwsClients } from '../collectors/clients.ts';
import type { ConfigClients } from '../collectors/config-client.ts';
import { discoveredBuckets } from '../collectors/config-discovered.ts';
import { bucketAsOf } from '../collectors/config-history.ts';
import { readRecorder } from '../collectors/config-recorder.ts';
import type { ConfigRecorder } from '../collectors/config-recorder.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import type { FactSource } from '../model/fact-source.ts';
import { valueOf } from '../model/observed.ts';
import type { Observed, UnknownReason } from '../model/observed.ts';
import { eachAtOnce } from './at-once.ts';
import { bucketThen } from './bucket-then.ts';
import type { Place } from './bucket-then.ts';
import { keyFactsAsOf } from './key-as-of.ts';
import { notesAsOf } from './notes-as-of.ts';
import type { RecordedAbout, RecordedBuckets, RecordedFacts } from './recorded-facts.ts';

type History = Extract<FactSource, { readonly kind: 'config-history' }>;

/** Histories read at the same time: AWS Config throttles sooner than S3 does. */
const AT_ONCE = 4;

/** What the past is read with. `now` is the time of the run, ISO 8601 UTC. */
type Reading = {
  readonly aws: AwsClients;
  readonly config: ConfigClients;
  readonly facts: History;
  readonly clock: () => Date;
};

/** Buckets and keys as AWS Config's history has them at one past moment. */
export const factsAsOf = (reading: Reading): RecordedFacts => ({
  buckets: async (about, leftOut) => readPast(reading, about, leftOut),
  key: keyFactsAsOf(reading.config, reading.facts.asOf),
});

/** A name and every Region in which there may be a record of it. */
type Candidate = {
  readonly name: string;
  readonly present: ListedBucket | null;
  readonly regions: Set<string>;
};

async function readPast(
  reading: Reading,
  about: RecordedAbout,
  leftOut: (name: string) => string | null,
): Promise<RecordedBuckets> {
  const { config, facts, clock } = reading;
  const { candidates, regions, incomplete } = await findCandidates(reading, leftOut);
  const recorders = new Map<string, Observed<ConfigRecorder>>();
  for (const region of regions) recorders.set(region, await readRecorder(config.in(region)));
  const excluded = new Map<string, number>();
  const leave = (why: string): void => void excluded.set(why, (excluded.get(why) ?? 0) + 1);
  const buckets: BucketEvidence[] = [];
  const when = { asOf: facts.asOf, now: clock().toISOString() };
  await eachAtOnce(AT_ONCE, candidates, about.signal, async ({ name, present, regions: of }) => {
    const why = leftOut(name);
    if (why !== null) {
      leave(why);
      return;
    }
    const places: Place[] = [];
    for (const region of [...of].sort()) {
      const item = await bucketAsOf(config.in(region), name, new Date(facts.asOf));
      places.push({ region, item, recorder: recorders.get(region) ?? noRegion });
    }
    const then = bucketThen(present, places, when);
    if (then.kind === 'left-out') leave(then.why);
    else if (then.kind === 'known') buckets.push(then.evidence);
    else {
      const region = present?.region ?? places[0]?.region ?? null;
      buckets.push(unreadBucket({ name, region, createdAt: present?.createdAt ?? null }, about, then.reason));
    }
  });
  return {
    buckets,
    excluded: Object.fromEntries([...excluded].sort(([a], [b]) => (a < b ? -1 : 1))),
    incomplete,
    notes: notesAsOf({ ...when, regions, recorders, excluded }),
  };
}

const noRegion: Observed<never> = { state: 'absent' };

/** The buckets of today, and those that AWS Config has a record of in their Regions and in the Regions named. */
async function findCandidates(
  { aws, config, facts }: Reading,
  leftOut: (name: string) => string | null,
): Promise<{
  readonly candidates: readonly Candidate[];
  readonly regions: readonly string[];
  readonly incomplete: UnknownReason | null;
}> {
  const listing = await listBuckets(aws);
  let { incomplete } = listing;
  const candidates = new Map<string, Candidate>();
  const regions = new Set([aws.options.region, ...facts.regions]);
  for (const bucket of listing.buckets) {
    const region =
      bucket.region ??
      (leftOut(bucket.name) === null ? valueOf(await readBucketRegion(aws, bucket.name)) : null);
    candidates.set(bucket.name, {
      name: bucket.name,
      present: { ...bucket, region: region ?? null },
      regions: new Set(region ? [region] : []),
    });
    if (region) regions.add(region);
  }
  for (const region of [...regions].sort()) {
    const discovered = await discoveredBuckets(config.in(region));
    incomplete ??= discovered.incomplete;
    for (const name of discovered.names) {
      const candidate = candidates.get(name) ?? { name, present: null, regions: new Set<string>() };
      candidate.regions.add(region);
      candidates.set(name, candidate);
    }
  }
  const sorted = [...candidates.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { candidates: sorted, regions: [...regions].sort(), incomplete };
}

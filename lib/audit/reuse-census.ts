import type { SealKeeping } from '../census/shard-part.ts';
import type { InPlaceChanges } from '../census/seal-reuse.ts';
import type { AskReason, Census } from '../model/census.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { valueOf } from '../model/observed.ts';
import type { AuditContext } from './context.ts';
import { MAX_SEAL_AGE } from './defaults.ts';
import { readJson, requireJson } from './json-files.ts';
import { pastSeals } from './past-seals.ts';
import type { Plan } from './plan.ts';
import { keepsSeals, sinceRunOf } from './reuse-stage.ts';
import type { RegionChanges } from './reuse-stage.ts';
import { RUN_FILES } from './run-store.ts';

/** What a live census does with seals, and what its origin then says. */
export type Reuse = { readonly seals: SealKeeping; readonly notesOn: (census: Census) => readonly string[] };

/** How one bucket keeps and takes over seals; null when nobody asked for it. Throws AuditError RUN_INVALID. */
export async function reuseFor(context: AuditContext, bucket: BucketEvidence): Promise<Reuse | null> {
  const { configuration, store } = context;
  if (!keepsSeals(configuration)) return null;
  const planned = await requireJson<Plan>(store, RUN_FILES.plan);
  const startedAt = Date.parse(planned.startedAt);
  const earlier = await sinceRunOf(context, planned);
  if (!earlier) return { seals: { startedAt, past: null }, notesOn: () => [] };
  const files = await earlier.sealFiles(bucket.name);
  const changes = await readJson<RegionChanges>(store, RUN_FILES.changes(valueOf(bucket.region) ?? ''));
  const proof = proofFor(changes, bucket.name);
  const rule = {
    now: startedAt,
    maxAge: (configuration.maxSealAge ?? MAX_SEAL_AGE) * 86_400_000,
    changes: proof.changes,
  };
  const run = `run ${earlier.runId} of ${earlier.startedAt}`;
  return {
    seals: { startedAt, past: { seals: pastSeals(earlier.store, files), rule } },
    notesOn: (census) => [
      ...(files.length === 0 ? [`The ${run} kept no seals of this bucket.`] : []),
      ...reuseNotes(census, run, proof.note),
    ],
  };
}

/** What is proven for one bucket, as the census needs it and as a sentence. */
function proofFor(
  changes: RegionChanges | null,
  bucket: string,
): { readonly changes: InPlaceChanges; readonly note: string } {
  const { record, unrecorded, trail } = changes ?? UNREAD;
  const why = record.kind === 'unproven' ? record.why : unrecorded[bucket];
  if (record.kind === 'unproven' || why !== undefined)
    return {
      changes: { kind: 'unproven' },
      note: `SSE-S3 and SSE-KMS objects were asked again, as nothing proves that UpdateObjectEncryption left them alone: ${why ?? ''}.`,
    };
  const keys = record.touched[bucket];
  const touched = new Set(keys);
  return {
    changes: { kind: 'proven', touched: (key) => keys === null || touched.has(key) },
    note: `Of SSE-S3 and SSE-KMS among them the log files of ${trail ?? ''}, proven by its digests, show that UpdateObjectEncryption left them alone up to ${record.until}: how they are sealed is known as of then, and the next run sees what came later.`,
  };
}

const UNREAD: Pick<RegionChanges, 'record' | 'unrecorded' | 'trail'> = {
  record: { kind: 'unproven', why: 'the log files were not read' },
  unrecorded: {},
  trail: null,
};

const BECAUSE: Readonly<Record<AskReason, string>> = {
  NEW: 'not known before',
  CHANGED: 'written since',
  RECENT: 'written shortly before they were last asked',
  UNKNOWN_SEAL: 'sealed in a way that may change in place for all that is known',
  DUE: 'asked long ago',
  UPDATED: 'named by an UpdateObjectEncryption since',
  NO_PROOF: 'possibly sealed anew in place',
};

function reuseNotes({ reuse }: Census, run: string, proof: string): readonly string[] {
  if (!reuse) return [];
  const reasons = Object.entries(reuse.because)
    .map(([reason, count]) => `${count} ${BECAUSE[reason as AskReason]}`)
    .join(', ');
  const asked = `${reuse.asked} object versions were asked${reasons === '' ? '' : ` (${reasons})`}`;
  const noted = reuse.takenOver > 0 || (reuse.because.NO_PROOF ?? 0) > 0;
  return [
    `${asked}; the seals of ${reuse.takenOver} that are listed as they were were taken over from ${run}.`,
    ...(noted ? [proof] : []),
  ];
}

import { judgeObject } from '../checks/stored.ts';
import type { ObjectRecord } from '../model/census.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { FixSet } from '../model/remedy.ts';
import type { Requirement } from '../model/requirement.ts';
import { fixJobJson, fixManifestRow } from '../../reports/fix-list.ts';
import type { CollectedEvidence } from './evidence-files.ts';
import { keysOfAccount } from './key-directory.ts';
import { fixMethod, fixTarget } from './fix-plan.ts';
import { toJson } from './json-files.ts';
import { recordLines } from './part-files.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunFileWriter, RunStore } from './run-store.ts';

/**
 * Writes, for every requirement that stored objects fail, S3 Batch Operations manifests and job definitions, and
 * `fixes/summary.json` over all of them. Nothing is run: whoever does fills in the role, and confirms the job.
 */
export async function writeFixLists(
  store: RunStore,
  evidence: CollectedEvidence,
  findings: readonly Finding[],
): Promise<readonly FixSet[]> {
  const sets: FixSet[] = [];
  for (const bucket of evidence.buckets) {
    const failed = new Set(
      findings
        .filter((finding) => finding.check === 'stored' && finding.status === 'NON_COMPLIANT')
        .filter((finding) => finding.bucket === bucket.name && finding.waiver?.state !== 'active')
        .map(({ pack, requirement }) => `${pack}/${requirement}`),
    );
    const requirements = evidence.packs
      .flatMap((pack) => pack.requirements)
      .filter(({ pack, id }) => failed.has(`${pack}/${id}`));
    if (requirements.length > 0) sets.push(...(await fixBucket(store, evidence, bucket, requirements)));
  }
  if (sets.length > 0) await store.write(RUN_FILES.fixSummary, toJson({ schemaVersion: 1, sets }));
  return sets;
}

type Gathered = {
  readonly requirement: Requirement;
  readonly method: FixSet['method'];
  readonly file: RunFileWriter | null;
  objects: number;
  bytes: number;
  readonly reasons: Map<string, number>;
};

async function fixBucket(
  store: RunStore,
  evidence: CollectedEvidence,
  bucket: BucketEvidence,
  requirements: readonly Requirement[],
): Promise<readonly FixSet[]> {
  const keyOf = keysOfAccount(evidence.keys)(bucket.accountId);
  const versioned = !(bucket.versioning.state === 'known' && bucket.versioning.value === 'Off');
  const gathered = new Map<string, Gathered>();
  for await (const line of recordLines(store, bucket.name)) {
    const record = JSON.parse(line) as ObjectRecord;
    for (const requirement of requirements) {
      if (!record.dataClasses.includes(requirement.dataClass) || record.encryption === null) continue;
      if (judgeObject({ requirement, bucket, keyOf }, record.encryption).status !== 'NON_COMPLIANT') continue;
      const { method, why } = fixMethod(record, fixTarget(requirement, bucket));
      const id = `${requirement.pack}/${requirement.id}/${method}`;
      let set = gathered.get(id);
      if (!set) {
        const path = RUN_FILES.fixManifest(bucket.name, requirement.pack, requirement.id, method);
        const file = method === 'by-hand' ? null : await store.openWrite(path);
        set = { requirement, method, file, objects: 0, bytes: 0, reasons: new Map() };
        gathered.set(id, set);
      }
      set.objects += 1;
      set.bytes += record.size;
      set.reasons.set(why, (set.reasons.get(why) ?? 0) + 1);
      await set.file?.write(fixManifestRow(bucket.name, record.key, record.versionId, versioned));
    }
  }
  const sets: FixSet[] = [];
  for (const [, set] of [...gathered].sort(([a], [b]) => (a < b ? -1 : 1)))
    sets.push(await finish(store, bucket, set, versioned));
  return sets;
}

async function finish(
  store: RunStore,
  bucket: BucketEvidence,
  { requirement, method, file, objects, bytes, reasons }: Gathered,
  versioned: boolean,
): Promise<FixSet> {
  const { pack, id } = requirement;
  const about = {
    requirement: `${pack}/${id}`,
    bucket: bucket.name,
    method,
    objects,
    bytes,
    reasons: Object.fromEntries([...reasons].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  const target = fixTarget(requirement, bucket);
  if (method === 'by-hand' || target === null) return { ...about, manifest: null, job: null };
  await file?.close();
  const manifest = RUN_FILES.fixManifest(bucket.name, pack, id, method);
  const job = RUN_FILES.fixJob(bucket.name, pack, id, method);
  await store.write(
    job,
    fixJobJson({
      bucket: bucket.name,
      bucketArn: bucket.arn,
      accountId: bucket.accountId,
      requirement: about.requirement,
      method,
      keyArn: target.keyArn,
      bucketKey: target.bucketKey,
      kms: target.type === 'SSE-KMS',
      versioned,
      objects,
      bytes,
    }),
  );
  return { ...about, manifest, job };
}

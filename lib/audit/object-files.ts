import { judgeObject } from '../checks/stored.ts';
import type { ObjectRecord } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import { judgedAt } from '../model/fact-source.ts';
import type { AppliedWaiver, Finding, Status } from '../model/finding.ts';
import type { Requirement } from '../model/requirement.ts';
import type { ObjectFile } from '../model/run.ts';
import { objectsCsvHeader, objectsCsvRow } from '../../reports/objects-csv.ts';
import type { ObjectVerdict } from '../../reports/objects-csv.ts';
import { applyWaivers } from '../rules/waivers.ts';
import type { CollectedEvidence } from './evidence-files.ts';
import { digestOf } from '../seal/digest.ts';
import { keysOfAccount } from './key-directory.ts';
import { recordLines } from './part-files.ts';
import { gzipTextFile } from './record-files.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';

/** What came of writing the object files: the files, and waivers that cover every violating object of a finding. */
export type ObjectFilesResult = {
  readonly files: readonly ObjectFile[];
  /** By finding id. */
  readonly waivers: ReadonlyMap<string, AppliedWaiver>;
};

/**
 * Writes `objects/<bucket>.csv.gz`: every object version that some requirement does not pass, or that could not be
 * read. Streams, so that a billion rows need no memory. On the way it sees which findings have all their violating
 * objects under waivers for those very objects.
 */
export async function writeObjectFiles(
  store: RunStore,
  evidence: CollectedEvidence,
  findings: readonly Finding[],
): Promise<ObjectFilesResult> {
  const files: ObjectFile[] = [];
  const waivers = new Map<string, AppliedWaiver>();
  const keysOf = keysOfAccount(evidence.keys);
  for (const bucket of evidence.buckets) {
    const stored = findings.filter((finding) => finding.bucket === bucket.name && finding.check === 'stored');
    const exceptions = createExceptionTracker(evidence, stored);
    const requirements = requirementsOf(evidence, stored);
    const keyOf = keysOf(bucket.accountId);
    const path = RUN_FILES.objects(bucket.name);
    const out = gzipTextFile(store, path);
    let rows = 0;
    for await (const line of recordLines(store, bucket.name)) {
      const record = parseRecord(line, bucket.name);
      const verdicts: ObjectVerdict[] = [];
      for (const requirement of requirements) {
        if (!record.dataClasses.includes(requirement.dataClass)) continue;
        const { status, reason } =
          record.encryption === null
            ? {
                status: 'INSUFFICIENT_DATA' as const,
                reason: `could not be read: ${record.unreadable ?? 'unknown'}`,
              }
            : judgeObject({ requirement, bucket, keyOf }, record.encryption);
        if (status !== 'COMPLIANT')
          verdicts.push({ requirement: `${requirement.pack}/${requirement.id}`, status, reason });
        exceptions.note(requirement, `${bucket.arn}/${record.key}`, status);
      }
      if (verdicts.length === 0) continue;
      if (rows === 0) await out.write(objectsCsvHeader);
      await out.write(objectsCsvRow(record, verdicts));
      rows += 1;
    }
    await out.close();
    if (rows > 0) files.push({ path, bucket: bucket.name, rows, sha256: await hashOf(store, path) });
    for (const [id, waiver] of exceptions.covered()) waivers.set(id, waiver);
  }
  return { files, waivers };
}

const hashOf = async (store: RunStore, path: string): Promise<string> =>
  (await digestOf(store.openRead(path))).sha256;

function requirementsOf({ packs }: CollectedEvidence, findings: readonly Finding[]): readonly Requirement[] {
  const asked = new Set(findings.map(({ pack, requirement }) => `${pack}/${requirement}`));
  return packs.flatMap((pack) => pack.requirements).filter(({ pack, id }) => asked.has(`${pack}/${id}`));
}

function parseRecord(line: string, bucket: string): ObjectRecord {
  try {
    return JSON.parse(line) as ObjectRecord;
  } catch (error) {
    throw new AuditError('RUN_INVALID', `The records of ${bucket} hold a line that is not JSON.`, {
      cause: error,
    });
  }
}

type ExceptionTracker = {
  readonly note: (requirement: Requirement, objectArn: string, status: Status) => void;
  readonly covered: () => readonly (readonly [string, AppliedWaiver])[];
};

/**
 * A waiver may name objects and not the bucket. A finding is waived by such waivers when they cover every object
 * that fails and nothing is undetermined; the one that ends first then stands for them.
 */
function createExceptionTracker(evidence: CollectedEvidence, findings: readonly Finding[]): ExceptionTracker {
  const day = judgedAt(evidence.plan).slice(0, 10);
  const waivers = evidence.packs.flatMap((pack) => pack.waivers);
  const open = new Map<string, { finding: Finding; uncovered: boolean; soonest: AppliedWaiver | null }>();
  for (const finding of findings) {
    if (
      finding.status !== 'NON_COMPLIANT' ||
      finding.waiver?.state === 'active' ||
      finding.counts?.undetermined !== 0
    )
      continue;
    open.set(`${finding.pack}/${finding.requirement}`, { finding, uncovered: false, soonest: null });
  }
  return {
    note: ({ pack, id }, resource, status) => {
      const entry = open.get(`${pack}/${id}`);
      if (!entry || entry.uncovered || status !== 'NON_COMPLIANT') return;
      const waiver = applyWaivers(waivers, { pack, requirement: id, check: 'stored', resource }, day);
      if (waiver?.state !== 'active') entry.uncovered = true;
      else if (entry.soonest === null || waiver.expires < entry.soonest.expires) entry.soonest = waiver;
    },
    covered: () =>
      [...open.values()].flatMap(({ finding, uncovered, soonest }) =>
        uncovered || soonest === null ? [] : [[finding.id, soonest] as const],
      ),
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { silent } from '../../lib/audit/context.ts';
import type { AuditContext } from '../../lib/audit/context.ts';
import { runAudit } from '../../lib/audit/driver.ts';
import type { AuditResult } from '../../lib/audit/driver.ts';
import { folderStore } from '../../lib/audit/folder-store.ts';
import type { RunConfiguration, Coverage, CoverageCount } from '../../lib/model/run.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { parseRulePacks } from '../../lib/rules/parse.ts';
import { NOW } from './sandbox.ts';
import type { TestSandbox } from './sandbox.ts';

/** Every object of every bucket: one requirement for each thing that `stored` can ask. */
export const PACK = `
pack: test
title: Test
data-classes:
  all: { any: [{ bucket-name: "*" }] }
requirements:
  - id: kms-own-key
    title: SSE-KMS or DSSE-KMS under a key of ours
    data-class: all
    severity: high
    encryption: { allow: [SSE-KMS, DSSE-KMS], key: { manager: CUSTOMER, accounts: ["111122223333"] } }
    controls: {}
  - id: any-encryption
    title: Encrypted at all
    data-class: all
    severity: medium
    encryption: { allow: [SSE-S3, SSE-KMS, DSSE-KMS, SSE-C] }
    controls: {}
  - id: no-sse-c
    title: No customer-provided keys
    data-class: all
    severity: medium
    encryption: { allow: [SSE-S3, SSE-KMS, DSSE-KMS], sse-c: blocked }
    controls: {}
  - id: client-side
    title: Encrypted before upload
    data-class: all
    severity: low
    encryption: { allow: [SSE-S3, SSE-KMS, DSSE-KMS, SSE-C], client-side: required }
    controls: {}
`;

type RunOptions = {
  readonly pack?: string;
  readonly configuration?: Partial<RunConfiguration>;
  readonly folder?: string;
  readonly context?: Partial<AuditContext>;
  readonly runId?: string;
};

export type TestRun = AuditResult & { readonly folder: string };

/** A whole audit of the sandbox in a folder of its own, with retries that do not wait. */
export async function auditSandbox(
  { aws }: Pick<TestSandbox, 'aws'>,
  { pack = PACK, configuration = {}, folder, context = {}, runId = 'test-run' }: RunOptions = {},
): Promise<TestRun> {
  const where = folder ?? (await mkdtemp(join(tmpdir(), 'sealcheck-test-')));
  if (folder === undefined) folders.push(where);
  const digest = createHash('sha256').update(pack).digest('hex');
  const parsed = parseRulePacks([{ file: 'test.yml', text: pack, digest }], '2026-11-25');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const result = await runAudit(
    {
      aws,
      store: folderStore(where),
      toolVersion: '0.0.0-test',
      packs: parsed.packs,
      packTexts: new Map(parsed.packs.map((each) => [each.pack, pack])),
      configuration: {
        bucketGlobs: [],
        source: 'live',
        objectReads: true,
        reportBucket: null,
        ...configuration,
      },
      concurrency: 16,
      retry: {
        maxAttempts: 4,
        baseDelayMs: 0,
        maxDelayMs: 0,
        sleep: () => Promise.resolve(),
        random: () => 0,
      },
      clock: () => new Date(NOW),
      progress: silent,
      ...context,
    },
    runId,
  );
  return { ...result, folder: where };
}

const folders: string[] = [];

/** Removes the folders of this file's runs; call it in afterAll. */
export async function removeRuns(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** The one finding about this. */
export function findingOf(
  { assessment }: Pick<AuditResult, 'assessment'>,
  bucket: string,
  requirement: string,
  check: Finding['check'],
): Finding {
  const found = assessment.findings.filter(
    (finding) => finding.bucket === bucket && finding.requirement === requirement && finding.check === check,
  );
  if (found.length !== 1) throw new Error(`${found.length} findings about ${bucket} ${requirement} ${check}`);
  return found[0]!;
}

/** What `population = assessed + excluded + notAssessable` leaves over, for buckets and objects: zero and zero. */
export function unaccounted({ buckets, objects }: Coverage): { buckets: number; objects: number } {
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((total, n) => total + n, 0);
  const rest = (count: CoverageCount): number =>
    count.population - count.assessed - sum(count.excluded) - sum(count.notAssessable);
  return { buckets: rest(buckets), objects: rest(objects) };
}

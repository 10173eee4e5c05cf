import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { withAccounts } from '../collectors/account-clients.ts';
import { createClients } from '../collectors/clients.ts';
import { AuditError } from '../model/errors.ts';
import type { Coverage, ReportWriting } from '../model/run.ts';
import { accountScopeFrom } from './account-scope.ts';
import { LONGEST_LOCK_DAYS } from './bucket-upload.ts';
import type { AuditContext, Progress } from './context.ts';
import { CONCURRENCY, newRunId, retryOptions } from './defaults.ts';
import { runAudit } from './driver.ts';
import { folderStore } from './folder-store.ts';
import { loadRulePacks } from './rule-files.ts';
import { openSigner } from './signing-key.ts';
import { VERSION } from './tool-version.ts';

/** What the function answers: small enough for any caller; the findings themselves are in the report bucket. */
export type LambdaAuditResult = {
  readonly runId: string;
  readonly report: string;
  readonly manifestSha256: string;
  readonly findings: Coverage['findings'];
  readonly buckets: Coverage['buckets'];
  readonly objects: Coverage['objects'];
  readonly securityHub: {
    readonly imported: number;
    readonly failed: number;
    readonly skipped: number;
  } | null;
};

/** A direct invocation may narrow the run; what it does not say comes from the function's environment. */
const directInvocation = z.strictObject({
  rules: z
    .array(z.string().regex(/^[\w.-]+$/, 'is a pack file name without folders'))
    .min(1)
    .optional(),
  buckets: z.array(z.string().min(1)).optional(),
  reportBucket: z.string().min(3).optional(),
  /** Chosen by who starts the run, so that it can be asked for before it has a report. */
  runId: z
    .string()
    .regex(/^\d{8}T\d{6}Z-[0-9a-f]{6}$/, 'is not the id of a run')
    .optional(),
});

/** EventBridge, by rule or by scheduler, sends an envelope that has nothing to say about the run. */
const scheduled = z.looseObject({ source: z.string(), 'detail-type': z.string() });

/**
 * One audit inside one Lambda: collected in the function's own /tmp, published to the report bucket, and the folder
 * removed. `environment` names REPORT_BUCKET, RULES (pack files, comma separated) and RULES_FOLDER, and how the report
 * is signed and written: SIGNING_KEY (ARN of a KMS key), REPORT_KMS_KEY, REPORT_LOCK_DAYS; SECURITY_HUB=true
 * sends the findings there as well; ACCOUNTS, MEMBER_ROLE and EXTERNAL_ID audit several accounts. At `ledgerDeadline`
 * event history is read no further, and the report says so.
 * Throws AuditError INPUT_INVALID for an event or environment that cannot start a run.
 */
export async function auditOnLambda(
  event: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  progress: Progress,
  ledgerDeadline?: AbortSignal,
): Promise<LambdaAuditResult> {
  const asked = parseEvent(event);
  const reportBucket = asked.reportBucket ?? environment['REPORT_BUCKET'];
  if (!reportBucket)
    throw new AuditError('INPUT_INVALID', 'REPORT_BUCKET names no bucket to write the report to.');
  const report = reportWriting(environment);
  const names = asked.rules ?? (environment['RULES'] ?? 'baseline.yml').split(',').map((name) => name.trim());
  const startedAt = new Date();
  const packs = await loadRulePacks(
    names.map((name) => join(environment['RULES_FOLDER'] ?? 'rules', name)),
    startedAt.toISOString().slice(0, 10),
  );
  const accounts = accountScopeFrom(environment);
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-'));
  const aws = createClients({
    region: environment['AWS_REGION'] ?? 'us-east-1',
    endpoint: environment['AWS_ENDPOINT_URL'] ?? null,
    credentials: null,
    toolVersion: VERSION,
  });
  const signingKey = environment['SIGNING_KEY'];
  try {
    const context: AuditContext = {
      aws: withAccounts(aws, accounts),
      store: folderStore(folder),
      toolVersion: VERSION,
      packs: packs.packs,
      packTexts: packs.packTexts,
      configuration: {
        bucketGlobs: asked.buckets ?? [],
        ...(accounts === undefined ? {} : { accounts }),
        source: 'live',
        objectReads: true,
        reportBucket,
        ...(report && { report }),
        ...(environment['SECURITY_HUB'] === 'true' ? { securityHub: true } : {}),
      },
      concurrency: CONCURRENCY,
      retry: retryOptions(Math.random),
      clock: () => new Date(),
      progress,
      ...(ledgerDeadline === undefined ? {} : { ledgerDeadline }),
      signer: signingKey === undefined ? null : await openSigner(aws, signingKey),
    };
    const result = await runAudit(context, asked.runId ?? newRunId(startedAt, Math.random));
    const { assessment, published, sealed, securityHub } = result;
    const { findings, buckets, objects } = assessment.coverage;
    return {
      runId: assessment.run.runId,
      report: published ?? '',
      manifestSha256: sealed.manifestSha256,
      findings,
      buckets,
      objects,
      securityHub: securityHub && {
        imported: securityHub.imported,
        failed: securityHub.failed.length,
        skipped: securityHub.skipped.length,
      },
    };
  } finally {
    aws.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function reportWriting(environment: Readonly<Record<string, string | undefined>>): ReportWriting | undefined {
  const { REPORT_KMS_KEY: kmsKey, REPORT_LOCK_DAYS: days } = environment;
  if (!kmsKey && !days) return undefined;
  const lockDays = days ? Number(days) : null;
  if (lockDays !== null && !(Number.isInteger(lockDays) && lockDays >= 1 && lockDays <= LONGEST_LOCK_DAYS))
    throw new AuditError('INPUT_INVALID', `REPORT_LOCK_DAYS is "${days ?? ''}", not a number of days.`);
  return { kmsKey: kmsKey ?? null, lockDays };
}

function parseEvent(event: unknown): z.infer<typeof directInvocation> {
  if (event === null || event === undefined || scheduled.safeParse(event).success) return {};
  const parsed = directInvocation.safeParse(event);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new AuditError(
    'INPUT_INVALID',
    `The event is not one this function knows: ${where} ${issue?.message ?? ''}.`,
  );
}

import { z } from 'zod';
import { CHECK_IDS, STATUSES } from '../model/finding.ts';
import type { PastRun } from '../model/history.ts';
import { absent, known, unknown } from '../model/observed.ts';
import type { Observed } from '../model/observed.ts';
import { SEVERITIES } from '../model/requirement.ts';
import { sha256 } from '../seal/digest.ts';
import { parseJson, parseManifest, SEAL_FILES } from '../seal/manifest.ts';
import { FINDINGS_SCHEMA_VERSION } from '../../reports/findings-json.ts';
import { readLatest } from './chain-home.ts';
import type { ChainHome } from './chain-home.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';

const OUTCOMES = [...STATUSES, 'WAIVED'] as const;
const count = z.int().min(0);
const trendPoint = z.object({
  runId: z.string(),
  startedAt: z.string(),
  outcomes: z.record(z.enum(OUTCOMES), count),
  objects: z.object({ population: count, assessed: count }),
});

/** As much of `findings.json` as comparing needs; what else is in it may grow. */
const findingsFile = z.object({
  schemaVersion: z.int(),
  run: z.object({ runId: z.string(), startedAt: z.string() }),
  findings: z.array(
    z.object({
      id: z.string(),
      pack: z.string(),
      requirement: z.string(),
      title: z.string(),
      severity: z.enum(SEVERITIES),
      check: z.enum(CHECK_IDS),
      bucket: z.string(),
      accountId: z.string(),
      region: z.string().nullable(),
      resource: z.string(),
      status: z.enum(STATUSES),
      waiver: z.object({ state: z.enum(['active', 'expired']) }).nullable(),
    }),
  ),
  history: z
    .object({ openSince: z.record(z.string(), z.string()), trend: z.array(trendPoint).max(1000) })
    .optional(),
});

/** A finished run out of the text of its `findings.json`, or in one sentence why it cannot be read. */
export function pastRunOf(text: string, manifestSha256: string | null): PastRun | string {
  const value = parseJson(text);
  const version = z.object({ schemaVersion: z.int() }).safeParse(value);
  if (version.success && version.data.schemaVersion > FINDINGS_SCHEMA_VERSION) {
    return `findings.json has version ${version.data.schemaVersion}, which a newer sealcheck wrote`;
  }
  const parsed = findingsFile.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `findings.json is not one of a run: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
  }
  const { run, findings, history } = parsed.data;
  const openSince = new Map(Object.entries(history?.openSince ?? {}));
  return {
    runId: run.runId,
    startedAt: run.startedAt,
    manifestSha256,
    findings: findings.map(({ status, waiver, ...finding }) => {
      const failing = status === 'NON_COMPLIANT' || status === 'INSUFFICIENT_DATA';
      return {
        ...finding,
        outcome: failing && waiver?.state === 'active' ? 'WAIVED' : status,
        waiver: waiver?.state ?? null,
        since: failing ? (openSince.get(finding.id) ?? run.startedAt) : null,
      };
    }),
    trend: history?.trend ?? [],
  };
}

/** Reads a run's findings and, where it was sealed, holds them against its manifest. */
export async function readPastRun(
  store: Pick<RunStore, 'read'>,
  folder = '',
  manifestSha256: string | null = null,
): Promise<PastRun | string> {
  const [findings, manifest] = [
    await store.read(folder + RUN_FILES.findings),
    await store.read(folder + SEAL_FILES.manifest),
  ];
  if (findings === null) return 'there is no findings.json';
  if (manifest === null) {
    return manifestSha256 === null ? pastRunOf(textOf(findings), null) : 'there is no manifest.json';
  }
  const actual = sha256(manifest);
  if (manifestSha256 !== null && manifestSha256 !== actual) return 'manifest.json was changed';
  const parsed = parseManifest(textOf(manifest));
  if (parsed.kind !== 'manifest') return 'manifest.json cannot be read';
  const entry = parsed.manifest.files.find(({ path }) => path === RUN_FILES.findings);
  if (entry?.sha256 !== sha256(findings)) return 'findings.json was changed since the run was sealed';
  return pastRunOf(textOf(findings), actual);
}

/**
 * The newest whole run of a chain. A run that was damaged is unknown and stops nobody from running again; a chain
 * that cannot be read throws AuditError, since it could not be continued either.
 */
export async function readPreviousRun(home: ChainHome): Promise<Observed<PastRun>> {
  const latest = await readLatest(home);
  if (latest === null) return absent;
  const past = await readPastRun(home, latest.path, latest.manifestSha256);
  return typeof past === 'string'
    ? unknown({
        code: 'MALFORMED',
        operation: 's3:GetObject',
        message: `The previous run ${latest.runId} cannot be compared with: ${past}`,
      })
    : known(past);
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

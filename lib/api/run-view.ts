import { z } from 'zod';
import { readJson } from '../audit/json-files.ts';
import { SEAL_FILES } from '../seal/manifest.ts';
import { AuditError } from '../model/errors.ts';
import type { ReportArchive } from './archive.ts';

/** One line in a list of runs. `summary` is null for runs of versions that wrote no summary.json. */
export type RunView = {
  readonly runId: string;
  readonly status: 'complete' | 'incomplete' | 'running' | 'failed';
  readonly summary: RunSummary | null;
};

const count = z.number();
const totals = z.object({ population: count, assessed: count, excluded: count, notAssessable: count });

/** `summary.json` of a run (reports/summary-json.ts), as far as the API passes it on. */
const runSummary = z.object({
  startedAt: z.string(),
  finishedAt: z.string(),
  accountId: z.string(),
  tool: z.object({ name: z.string(), version: z.string() }),
  packs: z.array(z.object({ pack: z.string(), title: z.string(), digest: z.string() })),
  verdict: z.object({ outcome: z.string(), headline: z.string(), sentence: z.string() }),
  findings: z.record(z.string(), count),
  coverage: z.object({ complete: z.boolean(), buckets: totals, objects: totals }),
});
export type RunSummary = z.infer<typeof runSummary>;

const manifest = z.object({
  runId: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});
export type RunManifest = z.infer<typeof manifest>;

/** The manifest of a published run, null when there is none: the run is then not whole. */
export async function readManifest(archive: ReportArchive, runId: string): Promise<RunManifest | null> {
  const document = await readJson<unknown>(archive.run(runId), SEAL_FILES.manifest);
  if (document === null) return null;
  const parsed = manifest.safeParse(document);
  // A manifest copied from another run would vouch for files that are not these.
  if (!parsed.success || parsed.data.runId !== runId) {
    throw new AuditError('RUN_INVALID', `The manifest of run ${runId} is not its own.`);
  }
  return parsed.data;
}

/** What a list says about a published run. */
export async function viewOf(archive: ReportArchive, runId: string): Promise<RunView> {
  const store = archive.run(runId);
  if (!(await store.has(SEAL_FILES.manifest))) return { runId, status: 'incomplete', summary: null };
  return { runId, status: 'complete', summary: await readSummary(archive, runId) };
}

/** The summary of a published run, null when it has none that can be read. */
export async function readSummary(archive: ReportArchive, runId: string): Promise<RunSummary | null> {
  try {
    return runSummary.parse(await readJson(archive.run(runId), 'summary.json'));
  } catch (error) {
    // One broken run must not take the list of all others with it; a refused read is another matter.
    if (error instanceof AuditError && error.code !== 'RUN_INVALID') throw error;
    return null;
  }
}

import { createHash } from 'node:crypto';
import type { Assessment } from '../model/run.ts';
import { REPORT_FORMATS } from '../../reports/index.ts';
import { manifestText } from '../seal/manifest.ts';
import type { ManifestEntry } from '../seal/manifest.ts';
import { coverageOf } from './coverage.ts';
import { readEvidence } from './evidence-files.ts';
import { judgeAll } from './findings.ts';
import { writeObjectFiles } from './object-files.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';

/**
 * Stage 5. Judges a run from its saved evidence and writes every report file, the manifest last. Needs no AWS, no
 * clock and no network: replayed by the same version it writes the same bytes.
 * Throws AuditError RUN_INVALID when the evidence is not whole.
 */
export async function judge(store: RunStore): Promise<Assessment> {
  const evidence = await readEvidence(store);
  const judged = judgeAll(evidence);
  const objects = await writeObjectFiles(store, evidence, judged);
  const findings = judged.map((finding) => {
    const waiver = objects.waivers.get(finding.id);
    return waiver ? { ...finding, waiver } : finding;
  });
  const assessment: Assessment = {
    run: evidence.run,
    packs: evidence.packs,
    buckets: evidence.buckets,
    keys: evidence.keys,
    censuses: [...evidence.censuses.values()],
    findings,
    coverage: coverageOf(evidence, findings),
    objectFiles: objects.files,
  };
  for (const { file, mediaType, render } of REPORT_FORMATS)
    await store.write(file, render(assessment), mediaType);
  await writeManifest(store, assessment);
  return assessment;
}

async function writeManifest(store: RunStore, { run }: Assessment): Promise<void> {
  const files: ManifestEntry[] = [];
  for (const path of await store.list('')) {
    if (path !== RUN_FILES.manifest) files.push(await entryOf(store, path));
  }
  await store.write(
    RUN_FILES.manifest,
    manifestText({ schemaVersion: 1, runId: run.runId, tool: run.tool, files }),
  );
}

async function entryOf(store: RunStore, path: string): Promise<ManifestEntry> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of store.openRead(path)) {
    hash.update(piece);
    bytes += piece.byteLength;
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

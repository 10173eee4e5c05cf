import { absent } from '../model/observed.ts';
import type { Observed } from '../model/observed.ts';
import { AuditError } from '../model/errors.ts';
import { asOfMoment } from '../model/fact-source.ts';
import type { PastRun } from '../model/history.ts';
import type { Assessment } from '../model/run.ts';
import { REPORT_FORMATS } from '../../reports/index.ts';
import { parseManifest, SEAL_FILES } from '../seal/manifest.ts';
import type { Manifest } from '../seal/manifest.ts';
import { historyOf } from './between-runs.ts';
import { coverageOf } from './coverage.ts';
import { readEvidence } from './evidence-files.ts';
import { judgeAll } from './findings.ts';
import { readJson } from './json-files.ts';
import { writeFixLists } from './fix-lists.ts';
import { writeObjectFiles } from './object-files.ts';
import { remediesOf } from './remedies.ts';
import { replayStore } from './replay-store.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';
import { VERSION } from './tool-version.ts';

/**
 * Stage 5. Judges a run from its saved evidence and writes every report file but the seal. Needs no AWS, no clock and
 * no network: replayed by the same version it writes the same bytes. A run that has its manifest is not changed, but
 * report files that are missing are put back.
 * Throws AuditError RUN_INVALID when the evidence is not whole, or when a sealed run comes out otherwise.
 */
export async function judge(store: RunStore): Promise<Assessment> {
  const manifest = await store.read(SEAL_FILES.manifest);
  if (manifest === null) return writeReports(store);
  const parsed = parseManifest(new TextDecoder().decode(manifest));
  const sealed = parsed.kind === 'manifest' ? parsed.manifest : null;
  const replay = replayStore(store, new Map((sealed?.files ?? []).map(({ path, sha256 }) => [path, sha256])));
  const assessment = await writeReports(replay);
  const differences = replay.differences();
  if (differences.length > 0) throw notTheSame(sealed, differences);
  return assessment;
}

async function writeReports(store: RunStore): Promise<Assessment> {
  const evidence = await readEvidence(store);
  const judged = judgeAll(evidence);
  const objects = await writeObjectFiles(store, evidence, judged);
  const findings = judged.map((finding) => {
    const waiver = objects.waivers.get(finding.id);
    return waiver ? { ...finding, waiver } : finding;
  });
  const coverage = coverageOf(evidence, findings);
  const { run } = evidence;
  // A run from before there were chains, or one on its own, has nothing to be compared with.
  const previous = (await readJson<Observed<PastRun>>(store, RUN_FILES.previous)) ?? absent;
  const fixes = await writeFixLists(store, evidence, findings);
  const assessment: Assessment = {
    run,
    packs: evidence.packs,
    buckets: evidence.buckets,
    keys: evidence.keys,
    censuses: [...evidence.censuses.values()],
    ledger: evidence.ledger,
    earlierLedger: evidence.earlierLedger,
    trails: evidence.trails,
    findings,
    coverage,
    objectFiles: objects.files,
    // What would have put right the configuration of then may undo what is in force now.
    remedies: asOfMoment(run.configuration.facts) === null ? remediesOf(evidence, findings, fixes) : [],
    history: historyOf(previous, { run, findings, coverage }),
  };
  for (const { file, mediaType, render } of REPORT_FORMATS)
    await store.write(file, render(assessment), mediaType);
  return assessment;
}

function notTheSame(sealed: Manifest | null, differences: readonly string[]): AuditError {
  const sealedBy = sealed?.tool.version ?? VERSION;
  const names = differences.slice(0, 10).join(', ') + (differences.length > 10 ? ' and others' : '');
  const hint =
    sealedBy === VERSION
      ? 'sealcheck verify tells what was changed'
      : `it was sealed by sealcheck ${sealedBy} and this is ${VERSION}; to judge it by this version, copy its evidence folder elsewhere`;
  return new AuditError(
    'RUN_INVALID',
    `Judged again, ${differences.length} of its files come out otherwise (${names}): ${hint}.`,
  );
}

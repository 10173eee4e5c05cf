import { historyOf } from '../../lib/audit/between-runs.ts';
import { pastRunOf } from '../../lib/audit/past-run.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { PastRun } from '../../lib/model/history.ts';
import { absent, known } from '../../lib/model/observed.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { findingsJson } from '../../reports/findings-json.ts';
import { assessment, largeAssessment } from './fixture.ts';
import { HOSTILE } from './fixture-names.ts';

/** A run of a week before: one failure since mended, one not there yet, one bucket that is gone today. */
const earlier: readonly Finding[] = assessment.findings
  .filter(({ bucket, check }) => !(bucket === 'billing-cards-us' && check === 'default'))
  .map((finding): Finding => {
    const { bucket, check } = finding;
    if (bucket === 'ehr-phi-records' && check === 'stored') return { ...finding, status: 'NON_COMPLIANT' };
    if (bucket === 'partner-dropbox-phi') return { ...finding, status: 'COMPLIANT' };
    if (bucket === 'claims-intake' && finding.waiver)
      return { ...finding, waiver: { ...finding.waiver, state: 'active' } };
    return finding;
  })
  .concat(
    assessment.findings
      .filter(({ bucket, check }) => bucket === HOSTILE && check === 'stored')
      .map((finding) => ({
        ...finding,
        id: 'f'.repeat(16),
        bucket: 'retired-phi',
        resource: 'arn:aws:s3:::retired-phi',
      })),
  );

const run = { ...assessment.run, runId: '20261117T141502Z-0a0b0c', startedAt: '2026-11-17T14:15:02Z' };
const before: Assessment = {
  ...assessment,
  run,
  findings: earlier,
  history: historyOf(absent, { run, findings: earlier, coverage: assessment.coverage }),
};

/** The fixture as the second run of a chain. */
export const secondRun: Assessment = {
  ...assessment,
  history: historyOf(known(pastRunOf(findingsJson(before), 'd'.repeat(64)) as PastRun), assessment),
};

/** The fixture as the first run of a chain. */
export const firstRun: Assessment = { ...assessment, history: historyOf(absent, assessment) };

/** Nothing in it at all. */
export const emptyRun: Assessment = {
  ...assessment,
  packs: [],
  buckets: [],
  keys: [],
  censuses: [],
  findings: [],
  objectFiles: [],
};

/** What every format is validated with. */
export const runs: readonly (readonly [string, Assessment])[] = [
  ['a run on its own', assessment],
  ['the first run of a chain', firstRun],
  ['the second run of a chain', secondRun],
  ['a run that found nothing', emptyRun],
  ['ten thousand findings', largeAssessment(1000)],
];

import { CHECK_IDS, STATUSES, type Finding, type Status } from '../../lib/model/finding.ts';
import type { Assessment, Coverage } from '../../lib/model/run.ts';
import { buckets, censuses } from './fixture-buckets.ts';
import { keys } from './fixture-keys.ts';
import { earlierLedger, ledger, trails } from './fixture-ledger.ts';
import { PROD } from './fixture-names.ts';
import { findings, makeFinding } from './fixture-findings.ts';
import { packs, requirements } from './fixture-rules.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
const unassessed = (reason: string) =>
  sum(
    censuses.flatMap((census) =>
      census.unassessed.filter((group) => group.reason === reason).map((group) => group.objects),
    ),
  );

function countFindings(all: readonly Finding[]): Coverage['findings'] {
  const waived = (finding: Finding) => finding.waiver?.state === 'active';
  const of = (status: Status) =>
    all.filter((finding) => finding.status === status && !waived(finding)).length;
  const [nonCompliant, insufficient, compliant, notApplicable] = STATUSES.map(of) as [
    number,
    number,
    number,
    number,
  ];
  return {
    NON_COMPLIANT: nonCompliant,
    INSUFFICIENT_DATA: insufficient,
    COMPLIANT: compliant,
    NOT_APPLICABLE: notApplicable,
    waived: all.filter(waived).length,
  };
}

/** An audit of ten buckets in two accounts that meets every status, check, proof and waiver state, and hostile names. */
export const assessment: Assessment = {
  run: {
    runId: '20261124T141502Z-5f3a9c',
    tool: { name: 'sealcheck', version: '0.1.0' },
    startedAt: '2026-11-24T14:15:02Z',
    finishedAt: '2026-11-24T14:19:40Z',
    caller: { arn: `arn:aws:sts::${PROD}:assumed-role/sealcheck-auditor/ana<i>"&'`, accountId: PROD },
    partition: 'aws',
    regions: ['eu-west-1', 'us-east-1'],
    endpoint: null,
    configuration: { bucketGlobs: ['*'], source: 'live', objectReads: true, reportBucket: null },
  },
  packs,
  buckets,
  keys,
  censuses,
  ledger,
  earlierLedger,
  trails,
  findings,
  coverage: {
    buckets: {
      population: 11,
      assessed: 9,
      excluded: { REPORT_BUCKET: 1 },
      notAssessable: { ACCESS_DENIED: 1 },
    },
    objects: {
      population: sum(censuses.map((census) => census.population)),
      assessed: sum(censuses.map((census) => census.assessed)),
      excluded: { VANISHED: 6 },
      notAssessable: { ACCESS_DENIED: unassessed('ACCESS_DENIED'), THROTTLED: unassessed('THROTTLED') },
    },
    findings: countFindings(findings),
    complete: true,
    limitations: [
      'partner-dropbox-phi could not be listed: how many objects it holds is not known.',
      'SSE-C is concluded from the HTTP 400 that S3 answers to a HEAD without the key.',
      'Decryption was read from CloudTrail Event history, which reaches back 90 days.',
    ],
    spent: {
      counting: { list: 1_300, read: 1_204_311, bytesRead: 3_500_000 },
      dollars: 0.488224,
      untold: 1,
      requests: { cloudtrail: 62, kms: 41, s3: 1_205_840, sts: 1 },
    },
  },
  objectFiles: [
    { path: 'objects/ehr-phi-imaging.csv.gz', bucket: 'ehr-phi-imaging', rows: 1_241 },
    { path: 'objects/claims-intake.csv.gz', bucket: 'claims-intake', rows: 105 },
  ],
};

/** `bucketCount` buckets with a whole set of checks for two requirements: ten findings each, all outcomes mixed. */
export function largeAssessment(bucketCount: number): Assessment {
  const names = Array.from({ length: bucketCount }, (_, i) => `estate-${String(i).padStart(4, '0')}-phi`);
  const [template] = buckets;
  const [census] = censuses;
  const [phi, cards] = requirements;
  const samples = findings.filter((finding) => finding.requirement === 'phi-sse-kms');
  const large = names.flatMap((name, i) =>
    [phi!, cards!].flatMap((requirement, r) =>
      CHECK_IDS.map((check, c) => {
        const same = samples.filter((finding) => finding.check === check);
        const { status, reasons, remediation, proofs, counts } = same[(i * 7 + r * 3 + c) % same.length]!;
        return makeFinding(requirement, check, name, {
          status,
          reasons: [`${name}: ${reasons[0]!}`, ...reasons.slice(1)],
          remediation,
          ...(proofs && { proofs }),
          ...(counts && { counts }),
        });
      }),
    ),
  );
  return {
    ...assessment,
    buckets: names.map((name) => ({ ...template!, name, arn: `arn:aws:s3:::${name}` })),
    censuses: names.map((bucket) => ({ ...census!, bucket })),
    findings: large,
    coverage: {
      ...assessment.coverage,
      buckets: { population: bucketCount, assessed: bucketCount, excluded: {}, notAssessable: {} },
      objects: {
        population: census!.population * bucketCount,
        assessed: census!.assessed * bucketCount,
        excluded: {},
        notAssessable: {},
      },
      findings: countFindings(large),
    },
    objectFiles: names.map((bucket) => ({ path: `objects/${bucket}.csv.gz`, bucket, rows: 12 })),
  };
}

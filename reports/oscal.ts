import { CHECK_IDS, type Finding } from '../lib/model/finding.ts';
import type { Assessment, Coverage, CoverageCount } from '../lib/model/run.ts';
import { controlResults, frameworkName } from './controls.ts';
import { factSourceWords } from './fact-source.ts';
import { byCodeUnit, formatCount, groupBy, sumOf } from './format.ts';
import { controlFindings } from './oscal-findings.ts';
import { isRisk, observationUuid, riskOf, toolUuid } from './oscal-risks.ts';
import { controlId, href, line, list, markup, prop, uuidOf } from './oscal-values.ts';
import { ordered } from './ordered.ts';
import { requirementKey } from './outcome.ts';

const FIRST = ['uuid', 'metadata', 'title', 'description', 'import-ap', 'name', 'results'];

/** `assessment-results.oscal.json`: OSCAL 1.2.1 assessment results of one run. */
export function assessmentResultsOscal(assessment: Assessment): string {
  const { run } = assessment;
  const document = {
    'assessment-results': {
      uuid: uuidOf('assessment-results', run.runId),
      metadata: {
        title: 'Encryption of Amazon S3 objects',
        'last-modified': run.finishedAt,
        version: line(run.runId),
        'oscal-version': '1.2.1',
        props: [prop('caller', run.caller.arn), prop('tool-version', run.tool.version)],
      },
      'import-ap': {
        href: `#${planUuid(run.runId)}`,
        remarks:
          'There is no separate assessment plan: what was to be assessed is in the plan and rule packs of the run.',
      },
      results: [resultOf(assessment)],
      'back-matter': { resources: resources(assessment) },
    },
  };
  return `${JSON.stringify(ordered(document, FIRST), null, 2)}\n`;
}

const planUuid = (runId: string): string => uuidOf('resource', runId, 'evidence/plan.json');

function resultOf(assessment: Assessment): object {
  const { run, coverage, findings } = assessment;
  const facts = factSourceWords(assessment.run);
  const identified = [...findings].sort((a, b) => byCodeUnit(a.id, b.id));
  const observed = [
    ...groupBy(identified, (finding) => JSON.stringify([requirementKey(finding), finding.bucket])),
  ].sort(([a], [b]) => byCodeUnit(a, b));
  return {
    uuid: uuidOf('result', run.runId),
    title: markup(`Run ${run.runId}`),
    description: markup(
      `${facts === null ? '' : `${facts}. `}${coverage.accounts ? `Accounts: ${coverageText(coverage.accounts)}. ` : ''}Buckets: ${coverageText(coverage.buckets)}. Objects: ${coverageText(coverage.objects)}.`,
    ),
    start: run.startedAt,
    end: run.finishedAt,
    props: [
      ...STATUS_PROPS.map(([name, of]) => prop(name, String(of(coverage)))),
      prop('bucket-list-complete', String(coverage.complete)),
    ],
    'local-definitions': {
      components: [
        {
          uuid: toolUuid(),
          type: 'software',
          title: 'Sealcheck',
          description: 'The tool that read the facts and judged them.',
          props: [prop('version', run.tool.version)],
          status: { state: 'operational' },
        },
      ],
      ...list('inventory-items', inventory(assessment)),
    },
    'reviewed-controls': reviewedControls(assessment),
    ...list(
      'observations',
      observed.map(([, group]) => observationOf(assessment, group)),
    ),
    ...list(
      'risks',
      identified.filter(isRisk).map((finding) => riskOf(assessment, finding)),
    ),
    ...list('findings', controlFindings(assessment)),
    remarks: [
      'OSCAL can call a control satisfied or not satisfied. Where this run could not decide, there is no finding for the control: the observation has the status INSUFFICIENT_DATA and a risk is investigating.',
      ...coverage.limitations,
    ]
      .map(markup)
      .join('\n\n'),
  };
}

const STATUS_PROPS: readonly (readonly [string, (coverage: Coverage) => number])[] = [
  ['findings-non-compliant', ({ findings }) => findings.NON_COMPLIANT],
  ['findings-insufficient-data', ({ findings }) => findings.INSUFFICIENT_DATA],
  ['findings-compliant', ({ findings }) => findings.COMPLIANT],
  ['findings-not-applicable', ({ findings }) => findings.NOT_APPLICABLE],
  ['findings-waived', ({ findings }) => findings.waived],
];

function coverageText({ population, assessed, excluded, notAssessable }: CoverageCount): string {
  const total = (counts: Readonly<Record<string, number>>) => sumOf(Object.values(counts), (n) => n);
  return `${formatCount(assessed)} assessed + ${formatCount(total(excluded))} excluded + ${formatCount(total(notAssessable))} not assessable = ${formatCount(population)}`;
}

const bucketUuid = (arn: string): string => uuidOf('inventory-item', arn);

/** Every bucket that a finding is about, read or not. */
function inventory({ findings, buckets }: Assessment): object[] {
  const known = new Map(buckets.map(({ name, arn }) => [name, arn]));
  const named = new Map(findings.map((finding) => [finding.bucket, finding]));
  return [...named]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([name, { accountId, region }]) => ({
      uuid: bucketUuid(known.get(name) ?? name),
      description: markup(`Bucket ${name}`),
      props: [
        prop('arn', known.get(name) ?? name),
        prop('account-id', accountId),
        ...(region === null ? [] : [prop('region', region)]),
      ],
    }));
}

function reviewedControls(assessment: Assessment): object {
  const frameworks = [...groupBy(controlResults(assessment), ({ framework }) => framework)];
  if (frameworks.length === 0) {
    return {
      'control-selections': [
        { description: 'The rule packs of this run name no control.', 'include-all': {} },
      ],
      remarks: 'No control of any catalog was assessed.',
    };
  }
  return {
    'control-selections': frameworks.map(([framework, results]) => ({
      description: markup(frameworkName(framework)),
      props: [prop('framework', framework)],
      'include-controls': results.map(({ control }) => ({ 'control-id': controlId(framework, control) })),
    })),
  };
}

/** One requirement on one bucket: what each check found, and where that can be seen. */
function observationOf({ run, buckets, objectFiles }: Assessment, group: readonly Finding[]): object {
  const checks = [...group].sort((a, b) => CHECK_IDS.indexOf(a.check) - CHECK_IDS.indexOf(b.check));
  const [first] = checks as [Finding, ...Finding[]];
  const arn = buckets.find(({ name }) => name === first.bucket)?.arn ?? first.bucket;
  const files = [...new Set(checks.flatMap(({ evidence }) => evidence))].sort(byCodeUnit);
  return {
    uuid: observationUuid(run.runId, first),
    title: markup(`${requirementKey(first)} in ${first.bucket}`),
    description: markup(first.title),
    props: checks.map((finding) => prop(finding.check, finding.status, finding.reasons.join(' '))),
    methods: ['EXAMINE'],
    types: ['finding'],
    origins: [{ actors: [{ type: 'tool', 'actor-uuid': toolUuid() }] }],
    subjects: [{ 'subject-uuid': bucketUuid(arn), type: 'inventory-item', title: markup(first.bucket) }],
    ...list('relevant-evidence', [
      ...files.map((path) => ({ href: href(path), description: 'What was read from AWS.' })),
      ...objectFiles
        .filter(({ bucket }) => bucket === first.bucket)
        .map(({ path, rows }) => ({
          href: `#${uuidOf('resource', run.runId, path)}`,
          description: `${formatCount(rows)} object versions that some requirement does not pass.`,
        })),
    ]),
    collected: run.finishedAt,
  };
}

/** Files that the document refers to; those whose hash is known are held to it. */
function resources({ run, packs, objectFiles }: Assessment): object[] {
  const resource = (path: string, title: string, mediaType: string, sha256?: string) => ({
    uuid: uuidOf('resource', run.runId, path),
    title: markup(title),
    rlinks: [
      {
        href: href(path),
        'media-type': mediaType,
        ...(sha256 === undefined ? {} : { hashes: [{ algorithm: 'SHA-256', value: sha256 }] }),
      },
    ],
  });
  return [
    resource('evidence/plan.json', 'What was to be assessed', 'application/json'),
    ...[...packs]
      .sort((a, b) => byCodeUnit(a.pack, b.pack))
      .map(({ pack, title, digest }) =>
        resource(`evidence/rules/${pack}.yml`, title, 'application/yaml', digest),
      ),
    ...[...objectFiles]
      .sort((a, b) => byCodeUnit(a.path, b.path))
      .map(({ path, bucket, sha256 }) =>
        resource(path, `Violating objects of ${bucket}`, 'application/gzip', sha256),
      ),
  ];
}

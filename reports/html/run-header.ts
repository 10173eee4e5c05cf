import type { Assessment } from '../../lib/model/run.ts';
import { factSourceWords } from '../fact-source.ts';
import { byCodeUnit, formatCount, formatInstant, formatPeriod } from '../format.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { code, facts, head, name, number, section, table } from './parts.ts';

/** What the page is about, in the few facts that a reader needs before the verdict. */
export function pageHeader(assessment: Assessment): HtmlElement {
  const { run } = assessment;
  const factSource = factSourceWords(run);
  return h(
    'header',
    { class: 'run' },
    h('p', { class: 'brand' }, seal(), 'Sealcheck'),
    h('h1', null, 'S3 encryption audit'),
    h(
      'p',
      { class: 'about' },
      factSource !== null && h('strong', null, factSource),
      sentence('Account ', 'Accounts ', accountsOf(assessment).map(code)),
      sentence('Region ', 'Regions ', run.regions.map(name)),
      h('span', null, formatPeriod(run.startedAt, run.finishedAt)),
      h('span', null, 'Run ', code(run.runId)),
      run.endpoint !== null &&
        h('span', null, h('strong', null, 'Not AWS: '), 'answered by ', code(run.endpoint)),
    ),
  );
}

/** Who ran the audit, when, where, with what and by which rules: what an auditor copies into the working paper. */
export function runSection(assessment: Assessment): HtmlElement {
  const { run, packs } = assessment;
  const { bucketGlobs, source, objectReads, reportBucket, facts: recorded } = run.configuration;
  return section(
    'run',
    'This run',
    null,
    facts([
      ['Run', code(run.runId)],
      ['Run by', code(run.caller.arn)],
      ['Started', time(run.startedAt)],
      ['Finished', time(run.finishedAt)],
      ['Accounts', listOf(accountsOf(assessment).map(code))],
      ['Regions', listOf(run.regions.map(name))],
      ['Tool', `${run.tool.name} ${run.tool.version}`],
      ['Buckets asked for', listOf(bucketGlobs.map(code))],
      ['Facts about buckets', factSourceWords(run) ?? 'S3 itself'],
      [
        'Objects read from',
        recorded === undefined
          ? `${SOURCES[source]}${objectReads ? '' : ', without reading objects'}`
          : 'nowhere: they were not counted',
      ],
      ['Partition', run.partition],
      ['Endpoint', run.endpoint === null ? 'AWS' : [code(run.endpoint), ' (not AWS)']],
      ['Report bucket', reportBucket === null ? 'none: written to a folder' : name(reportBucket)],
    ]),
    h('h3', null, 'Rule packs'),
    packs.length === 0
      ? h('p', { class: 'empty' }, 'The run was judged without a rule pack.')
      : packTable(packs),
  );
}

const packTable = (packs: Assessment['packs']): HtmlElement =>
  table(
    'Rule packs',
    'packs',
    head('Pack', 'Title', 'Requirements', 'SHA-256 of the file'),
    h(
      'tbody',
      null,
      packs.map((pack) =>
        h(
          'tr',
          null,
          h('th', { scope: 'row' }, name(pack.pack)),
          h('td', null, pack.title, ' ', h('span', { class: 'quiet' }, name(pack.file))),
          number(formatCount(pack.requirements.length)),
          h('td', { class: 'digest' }, code(pack.digest)),
        ),
      ),
    ),
  );

/** The caller's account and every account that owns a bucket of the run. */
const accountsOf = ({ run, buckets }: Assessment): readonly string[] =>
  [...new Set([run.caller.accountId, ...buckets.map((bucket) => bucket.accountId)])].sort(byCodeUnit);

const sentence = (one: string, many: string, items: readonly HtmlElement[]): Child =>
  items.length > 0 && h('span', null, items.length === 1 ? one : many, listOf(items));

const listOf = (items: readonly HtmlElement[]): Child =>
  items.map((item, i) => (i === 0 ? item : [', ', item]));

const SOURCES: Readonly<Record<Assessment['run']['configuration']['source'], string>> = {
  auto: 'the cheapest source that answers, bucket by bucket',
  live: 'S3 itself: LIST, then HEAD of each version',
  inventory: 'S3 Inventory',
  metadata: 'S3 Metadata tables',
  sample: 'a random sample of each bucket',
};

const time = (iso: string): HtmlElement => h('time', { datetime: iso }, formatInstant(iso));

/** A wax seal: twelve scallops around a keyhole. */
const seal = (): HtmlElement =>
  h(
    'svg',
    { class: 'seal', viewBox: '0 0 32 32', 'aria-hidden': 'true' },
    h('circle', { class: 'seal-edge', cx: 16, cy: 16, r: 12.5 }),
    h('circle', { class: 'seal-face', cx: 16, cy: 16, r: 11 }),
    h('path', {
      class: 'seal-mark',
      d: 'M16 9.5a3.6 3.6 0 0 1 1.7 6.8l1.2 5.7h-5.8l1.2-5.7A3.6 3.6 0 0 1 16 9.5z',
    }),
  );

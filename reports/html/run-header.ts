import type { Assessment } from '../../lib/model/run.ts';
import { byCodeUnit, formatCount, formatInstant } from '../format.ts';
import { h, type HtmlElement } from './node.ts';
import { code, facts, head, name, number, table } from './parts.ts';

/** Who ran the audit, when, where and with what: the first thing an auditor has to be able to copy down. */
export function runHeader({ run, packs, buckets }: Assessment): HtmlElement {
  const accounts = [...new Set([run.caller.accountId, ...buckets.map((bucket) => bucket.accountId)])].sort(
    byCodeUnit,
  );
  const { bucketGlobs, source, objectReads } = run.configuration;
  return h(
    'header',
    { class: 'run' },
    h('p', { class: 'brand' }, seal(), 'Sealcheck'),
    h('h1', null, 'S3 encryption audit'),
    facts([
      ['Run by', code(run.caller.arn)],
      ['When', h('span', null, time(run.startedAt), ' to ', time(run.finishedAt))],
      ['Accounts', accounts.map((account) => [code(account), ' '])],
      ['Regions', run.regions.join(', ')],
      ['Run', code(run.runId)],
      ['Tool', `${run.tool.name} ${run.tool.version}`],
      ['Buckets asked for', bucketGlobs.map((glob) => [code(glob), ' '])],
      ['Objects read from', `${SOURCES[source]}${objectReads ? '' : ', without reading objects'}`],
      ['Partition', run.partition === 'aws' ? null : run.partition],
      ['Endpoint', run.endpoint === null ? null : h('strong', null, code(run.endpoint), ' (not AWS)')],
      ['Report bucket', run.configuration.reportBucket],
    ]),
    table(
      'Rule packs',
      'packs',
      h('caption', null, 'Rule packs'),
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
    ),
  );
}

const SOURCES: Readonly<Record<Assessment['run']['configuration']['source'], string>> = {
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

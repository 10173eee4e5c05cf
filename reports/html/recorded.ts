import type { Assessment } from '../../lib/model/run.ts';
import { byCodeUnit, formatInstant } from '../format.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type Child } from './node.ts';
import { code, head, name, table } from './parts.ts';

const ROWS = 60;

/** When AWS Config captured the facts of each bucket, oldest first; nothing when they were read from S3 itself. */
export function recordedFacts({ buckets }: Assessment, deferred: Deferred): Child {
  const rows = buckets
    .flatMap((bucket) => (bucket.capturedAt === undefined ? [] : [{ ...bucket, at: bucket.capturedAt }]))
    .sort((a, b) => byCodeUnit(a.at, b.at) || byCodeUnit(a.name, b.name));
  if (rows.length === 0) return false;
  const { list, more } = cappedList({
    deferred,
    tag: 'tbody',
    items: rows.map((bucket) =>
      h(
        'tr',
        null,
        h('th', { scope: 'row' }, name(bucket.name)),
        h('td', null, code(bucket.accountId)),
        h('td', null, bucket.region.state === 'known' ? name(bucket.region.value) : 'not known'),
        h('td', null, h('time', { datetime: bucket.at }, formatInstant(bucket.at))),
      ),
    ),
    shown: ROWS,
    what: 'buckets, oldest record first',
    elsewhere: 'the evidence folder',
  });
  return [
    h('h3', null, 'Age of the recorded facts'),
    h(
      'div',
      { class: 'capped' },
      table(
        'Age of the recorded facts',
        'plain',
        head('Bucket', 'Account', 'Region', 'Captured by AWS Config'),
        list,
      ),
      more,
    ),
  ];
}

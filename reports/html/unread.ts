import type { BucketEvidence, KeyEvidence } from '../../lib/model/evidence.ts';
import type { Observed, UnknownReason } from '../../lib/model/observed.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { byCodeUnit } from '../format.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type Child } from './node.ts';
import { code, head, name, table } from './parts.ts';

const ROWS = 60;

type UnreadFact = { readonly resource: string; readonly fact: string; readonly reason: UnknownReason };

/** Every fact that AWS did not tell: a denied, throttled or malformed read, by resource. */
export function unreadFacts({ buckets, keys }: Assessment, deferred: Deferred): Child {
  const facts = [
    ...buckets.flatMap((bucket) => unreadOf(bucket.arn, bucket)),
    ...keys.flatMap((key) => unreadOf(key.reference, key)),
  ].sort(
    (a, b) =>
      byCodeUnit(a.reason.code, b.reason.code) ||
      byCodeUnit(a.resource, b.resource) ||
      byCodeUnit(a.fact, b.fact),
  );
  if (facts.length === 0)
    return h('p', { class: 'empty' }, 'None: every configuration that was asked for could be read.');
  const { list, more } = cappedList({
    deferred,
    tag: 'tbody',
    items: facts.map(({ resource, fact, reason }) =>
      h(
        'tr',
        null,
        h('th', { scope: 'row' }, name(resource)),
        h('td', null, fact),
        h('td', null, code(reason.operation)),
        h(
          'td',
          null,
          h('strong', null, reason.code),
          reason.httpStatus === undefined ? '' : ` (HTTP ${reason.httpStatus})`,
          ' ',
          h('span', { class: 'quiet' }, reason.message),
        ),
      ),
    ),
    shown: ROWS,
    what: 'failed reads',
    elsewhere: 'the evidence folder',
  });
  return h(
    'div',
    { class: 'capped' },
    table('Reads that failed', 'plain unread-facts', head('Resource', 'Fact', 'Operation', 'Why'), list),
    more,
  );
}

/** The unknown facts of one piece of evidence, whatever facts it has: a new one is never forgotten here. */
function unreadOf(resource: string, evidence: BucketEvidence | KeyEvidence): UnreadFact[] {
  return Object.entries<unknown>(evidence).flatMap(([field, value]) =>
    isUnread(value) ? [{ resource, fact: words(field), reason: value.reason }] : [],
  );
}

const isUnread = (value: unknown): value is Extract<Observed<unknown>, { state: 'unknown' }> =>
  typeof value === 'object' && value !== null && 'state' in value && value.state === 'unknown';

/** `defaultEncryption` → `default encryption`. */
const words = (field: string): string => field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

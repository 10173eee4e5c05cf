import type { DecryptLedger, LogValidation } from '../../lib/model/ledger.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { formatCount, formatInstant, plural } from '../format.ts';
import { ledgerPlaces, useWords } from '../ledger-places.ts';
import type { LedgerPlace } from '../ledger-places.ts';
import { newcomers } from '../ledger-rollup.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { timeline, timeScale } from './ledger-timeline.ts';
import type { TimeScale } from './ledger-timeline.ts';
import { trailList } from './ledger-trails.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { code, facts, fileLink, head, name, number, section, table } from './parts.ts';

const ROWS = 40;
const TITLE = 'Who opened what';

/** Principals × places over time, refusals, newcomers, and what the events could not tell. */
export function ledgerSection(assessment: Assessment, deferred: Deferred): HtmlElement {
  const { ledger, earlierLedger, trails } = assessment;
  if (!ledger) {
    return section(
      'ledger',
      TITLE,
      null,
      h('p', { class: 'empty' }, 'No requirement of this run asks who may decrypt, so no events were read.'),
    );
  }
  const places = ledgerPlaces(ledger.entries);
  const fresh = earlierLedger
    ? new Set(newcomers(ledger, earlierLedger).map((one) => placeId(one.principal, one.bucket ?? one.keyArn)))
    : null;
  return section(
    'ledger',
    TITLE,
    'Every kms:Decrypt that CloudTrail told of, by who asked and for what. Under a bucket key S3 asks once for many reads: then who is known, and how often is not. S3 also decrypts while a multipart upload is written.',
    summary(ledger, fresh),
    places.length === 0
      ? h('p', { class: 'empty' }, 'No Decrypt call was found in this time.')
      : placeTable(places, ledger, fresh, deferred),
    gapList(ledger, deferred),
    trailList(trails),
  );
}

const placeId = (principal: string, place: string | null): string => JSON.stringify([principal, place]);

function summary(ledger: DecryptLedger, fresh: ReadonlySet<string> | null): HtmlElement {
  const { window, location, events, fromS3, copies, validation } = ledger;
  return facts([
    ['Time', `${formatInstant(window.from)} to ${formatInstant(window.to)}`],
    ['Read from', name(location)],
    ['Decrypt calls', `${formatCount(events)}, ${formatCount(fromS3)} of them for S3`],
    ['Copies left out', copies === 0 ? null : formatCount(copies)],
    ['Newcomers since the earlier run', fresh === null ? null : formatCount(fresh.size)],
    ['Log files', validation === null ? null : validationWords(validation)],
    ['Line by line', fileLink('decrypts.csv')],
  ]);
}

function validationWords({ status, digests, signed, logFiles }: LogValidation): Child {
  const seen = `${plural(logFiles, 'file')} as digested, ${plural(digests, 'digest')}, ${formatCount(signed)} with a valid signature`;
  switch (status) {
    case 'intact':
      return `as CloudTrail delivered them: ${seen}`;
    case 'broken':
      return [h('strong', { class: 'alarm' }, 'not as CloudTrail delivered them'), `: ${seen}`];
    case 'unproven':
      return `not proven to be as delivered: ${seen}`;
  }
}

function placeTable(
  places: readonly LedgerPlace[],
  { window }: DecryptLedger,
  fresh: ReadonlySet<string> | null,
  deferred: Deferred,
): HtmlElement {
  const scale = timeScale(window);
  const most = Math.max(...places.flatMap(({ days }) => [...days.values()].map(({ count }) => count)), 1);
  const ordered = [...places].sort((a, b) => rank(a, fresh) - rank(b, fresh));
  const { list, more } = cappedList({
    deferred,
    tag: 'tbody',
    items: ordered.map((place) => placeRow(place, scale, most, fresh)),
    shown: ROWS,
    what: 'principals and places, newcomers and refusals first',
    elsewhere: 'decrypts.csv',
  });
  const days = h(
    'span',
    { class: 'timeline-ends' },
    h('span', null, scale.dayOf(0)),
    h('span', null, scale.dayOf(scale.columns - 1)),
  );
  return h(
    'div',
    { class: 'capped' },
    h(
      'ul',
      { class: 'ledger-legend' },
      h('li', null, swatch('decrypt-done'), 'decrypted'),
      h('li', null, swatch('decrypt-refused'), 'refused'),
    ),
    table(
      'Who decrypted, where and when',
      'plain ledger',
      head('Principal', 'Place', ['Over time', days], 'Decrypts', 'Refused'),
      list,
    ),
    more,
  );
}

/** Newcomers, then whoever was refused, then use outside S3. */
function rank(place: LedgerPlace, fresh: ReadonlySet<string> | null): number {
  if (isFresh(place, fresh)) return 0;
  if (place.refused > 0) return 1;
  return place.via === 's3' ? 3 : 2;
}

const isFresh = (
  { principal, bucket, keyArns, count }: LedgerPlace,
  fresh: ReadonlySet<string> | null,
): boolean => count > 0 && (fresh?.has(placeId(principal, bucket ?? keyArns[0] ?? null)) ?? false);

function placeRow(
  place: LedgerPlace,
  scale: TimeScale,
  most: number,
  fresh: ReadonlySet<string> | null,
): HtmlElement {
  return h(
    'tr',
    null,
    h(
      'th',
      { scope: 'row' },
      code(place.principal),
      isFresh(place, fresh) && h('span', { class: 'newcomer' }, 'new'),
    ),
    h('td', null, placeCell(place)),
    h(
      'td',
      null,
      timeline(place, scale, most),
      h('span', { class: 'quiet' }, `${formatInstant(place.first)} to ${formatInstant(place.last)}`),
    ),
    number(formatCount(place.count)),
    number(place.refused === 0 ? '–' : h('strong', { class: 'alarm' }, formatCount(place.refused))),
  );
}

function placeCell(place: LedgerPlace): Child {
  const { via, bucket, keyArns, objects } = place;
  const keys = keyArns.length === 0 ? 'key not told' : keyArns.map((arn) => [code(arn), ' ']);
  const small = (...children: readonly Child[]): Child => [
    h('br', null),
    h('span', { class: 'quiet' }, children),
  ];
  if (via === 's3') return [name(bucket ?? ''), small(objects), small(keys)];
  return [h('strong', null, useWords(place)), small(keys)];
}

/** What could not be taken in: worst first, none left out. */
function gapList({ gaps }: DecryptLedger, deferred: Deferred): Child {
  if (gaps.length === 0) return null;
  const { list, more } = cappedList({
    deferred,
    tag: 'ul',
    className: 'limitations',
    items: gaps.map(({ where, message, count, loses }) =>
      h(
        'li',
        null,
        loses === 'integrity' && h('strong', { class: 'alarm' }, 'Changed logs: '),
        name(where),
        `: ${message}${count > 1 ? ` (${formatCount(count)})` : ''}`,
      ),
    ),
    shown: ROWS,
    what: 'gaps, worst first',
    elsewhere: 'evidence/ledger/ledger.json',
  });
  return [h('h3', null, 'What the events could not tell'), h('div', { class: 'capped' }, list, more)];
}

const swatch = (className: string): HtmlElement =>
  h(
    'svg',
    { class: 'swatch', viewBox: '0 0 10 10', width: 12, height: 12, 'aria-hidden': 'true' },
    h('rect', { class: className, width: 10, height: 10 }),
  );

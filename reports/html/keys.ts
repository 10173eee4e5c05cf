import type { KeyEvidence, KeyMetadata, KeyRotation } from '../../lib/model/evidence.ts';
import { sealKeyArn } from '../../lib/model/object-encryption.ts';
import { valueOf, type Observed } from '../../lib/model/observed.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { byCodeUnit, formatBytes, formatCount, formatInstant } from '../format.ts';
import { amountOf, type Amount } from '../seals.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { code, head, name, number, section, table } from './parts.ts';

const ROWS = 60;

/** Every KMS key met, the ones in trouble first: its manager, state, rotation, deletion date and account. */
export function keySection({ keys, censuses }: Assessment, deferred: Deferred): HtmlElement {
  if (keys.length === 0)
    return section(
      'keys',
      'Keys',
      null,
      h('p', { class: 'empty' }, 'No object and no bucket of this run names a KMS key.'),
    );
  const groups = censuses.flatMap((census) => census.groups);
  const used = (arn: string): Amount =>
    amountOf(groups.filter((group) => sealKeyArn(group.encryption.serverSide) === arn));
  const rows = keys
    .map((key) => ({
      key,
      amount: used(valueOf(key.metadata)?.arn ?? key.reference),
      trouble: troubleOf(key),
    }))
    .sort(
      (a, b) =>
        a.trouble - b.trouble ||
        b.amount.objects - a.amount.objects ||
        byCodeUnit(a.key.reference, b.key.reference) ||
        byCodeUnit(a.key.region, b.key.region),
    );
  const { list, more } = cappedList({
    deferred,
    tag: 'tbody',
    items: rows.map(({ key, amount }) => keyRow(key, amount)),
    shown: ROWS,
    what: 'keys, those in trouble first',
    elsewhere: 'the evidence folder',
  });
  return section(
    'keys',
    'Keys',
    'Who may use a key decides who can read what it seals, and an object whose key is deleted can never be read again.',
    h(
      'div',
      { class: 'capped' },
      table(
        'KMS keys',
        'plain keys',
        head('Key', 'Manager', 'State', 'Rotation', 'Deletion', 'Account and Region', 'Seals'),
        list,
      ),
      more,
    ),
  );
}

/** Pending deletion, other states than enabled, unknown, fine. */
function troubleOf(key: KeyEvidence): number {
  const metadata = valueOf(key.metadata);
  if (metadata === undefined) return 2;
  if (metadata.deletionDate !== null) return 0;
  return metadata.state === 'Enabled' ? 3 : 1;
}

function keyRow(key: KeyEvidence, amount: Amount): HtmlElement {
  const aliases = valueOf(key.aliases) ?? [];
  return h(
    'tr',
    null,
    h(
      'th',
      { scope: 'row' },
      code(valueOf(key.metadata)?.arn ?? key.reference),
      aliases.map((alias) => [h('br', null), h('span', { class: 'quiet' }, name(alias))]),
    ),
    told(key.metadata, ({ manager }) => (manager === 'AWS' ? 'AWS' : 'Customer')),
    told(key.metadata, keyState),
    told(key.rotation, rotation),
    told(key.metadata, ({ deletionDate }) =>
      deletionDate === null ? '–' : h('strong', { class: 'alarm' }, formatInstant(deletionDate)),
    ),
    told(key.metadata, ({ accountId }) =>
      h('span', null, code(accountId), h('br', null), h('span', { class: 'quiet' }, key.region)),
    ),
    number([
      formatCount(amount.objects),
      h('br', null),
      h('span', { class: 'quiet' }, formatBytes(amount.bytes)),
    ]),
  );
}

function keyState({ state, origin, multiRegion, validTo }: KeyMetadata): Child {
  const notes = [
    origin === 'AWS_KMS' ? '' : `origin ${origin}`,
    multiRegion ? 'multi-Region' : '',
    validTo === null ? '' : `key material until ${formatInstant(validTo)}`,
  ].filter((note) => note !== '');
  return [
    state === 'Enabled' ? state : h('strong', { class: 'alarm' }, state),
    notes.length > 0 && h('span', { class: 'quiet' }, ` ${notes.join(', ')}`),
  ];
}

function rotation({ enabled, periodInDays, nextRotation }: KeyRotation): Child {
  if (!enabled) return h('strong', { class: 'alarm' }, 'off');
  return [
    periodInDays === null ? 'on' : `every ${periodInDays} days`,
    nextRotation !== null && [
      h('br', null),
      h('span', { class: 'quiet' }, `next ${nextRotation.slice(0, 10)}`),
    ],
  ];
}

/** A cell of a fact that AWS may not have told. */
function told<T>(observed: Observed<T>, show: (value: T) => Child): HtmlElement {
  switch (observed.state) {
    case 'known':
      return h('td', null, show(observed.value));
    case 'absent':
      return h('td', { class: 'quiet' }, 'none');
    case 'unknown':
      return h('td', { class: 'unread' }, 'not known: ', observed.reason.code);
  }
}

import type { Assessment } from '../../lib/model/run.ts';
import { formatBytes, formatCount, formatShare, plural, sumOf } from '../format.ts';
import { bucketProfiles, classProfiles, estateProfile, type SealKind, type SealProfile } from '../seals.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type HtmlElement } from './node.ts';
import { head, name, section, table } from './parts.ts';

const ROWS = 40;
const WIDTH = 1000;
/** Units of `WIDTH` that the smallest share gets: 37 wrong objects among a million must not vanish. */
const SLIVER = 8;

const KIND_WORDS: Readonly<Record<SealKind, string>> = {
  'SSE-S3': 'SSE-S3',
  'SSE-KMS': 'SSE-KMS',
  'DSSE-KMS': 'DSSE-KMS',
  'SSE-C': 'SSE-C',
  NONE: 'not encrypted',
  OTHER: 'other',
  UNREAD: 'could not be read',
};

/** Server-side encryption by objects and by bytes: the estate, each data class, each bucket. */
export function sealSection({ censuses }: Assessment, deferred: Deferred): HtmlElement {
  const buckets = cappedList({
    deferred,
    tag: 'tbody',
    items: bucketProfiles(censuses).map((profile) => chartRow(profile, name(profile.name))),
    shown: ROWS,
    what: 'buckets, largest first',
    elsewhere: 'the evidence folder',
  });
  return section(
    'encryption',
    'How objects are encrypted',
    'Server-side encryption as S3 reports it: all versions, without delete markers. Even the smallest share is drawn wide enough to be seen; the numbers are exact.',
    h(
      'div',
      { class: 'capped' },
      table(
        'Encryption by data class and bucket',
        'charts',
        head('Population', 'By objects', 'By bytes'),
        h('tbody', null, chartRow(estateProfile(censuses), h('strong', null, 'All buckets'))),
        h(
          'tbody',
          null,
          rowGroup('By data class (an object of two classes counts in both)'),
          classProfiles(censuses).map((profile) =>
            chartRow(
              profile,
              profile.name === '' ? h('span', { class: 'quiet' }, 'no data class') : name(profile.name),
            ),
          ),
        ),
        h('tbody', null, rowGroup('By bucket')),
        buckets.list,
      ),
      buckets.more,
    ),
  );
}

const rowGroup = (title: string): HtmlElement =>
  h('tr', { class: 'row-group' }, h('th', { scope: 'colgroup', colspan: 3 }, title));

function chartRow(profile: SealProfile, label: HtmlElement): HtmlElement {
  const { total } = profile;
  if (total.objects === 0) {
    return h(
      'tr',
      null,
      h('th', { scope: 'row' }, label),
      h('td', { colspan: 2, class: 'quiet' }, 'no object was listed'),
    );
  }
  return h(
    'tr',
    null,
    h('th', { scope: 'row' }, label),
    chartCell(profile, 'objects', plural(total.objects, 'object'), (amount) => formatCount(amount)),
    chartCell(profile, 'bytes', formatBytes(total.bytes), formatBytes),
  );
}

function chartCell(
  { amounts, total }: SealProfile,
  measure: 'objects' | 'bytes',
  whole: string,
  show: (amount: number) => string,
): HtmlElement {
  const shares = amounts.map((amount) => ({ kind: amount.kind, part: amount[measure] }));
  const label = shares
    .map(({ kind, part }) => `${KIND_WORDS[kind]} ${formatShare(part, total[measure])}`)
    .join(', ');
  return h(
    'td',
    null,
    bar(shares, label),
    h(
      'span',
      { class: 'amounts' },
      h('strong', null, whole),
      shares.map(({ kind, part }) =>
        h(
          'span',
          { class: 'amount' },
          swatch(kind),
          `${KIND_WORDS[kind]} `,
          h('b', null, show(part)),
          ` (${formatShare(part, total[measure])})`,
        ),
      ),
    ),
  );
}

/** A stacked bar; segments carry their kind as a class, and a hair of space between them. */
function bar(
  shares: readonly { readonly kind: SealKind; readonly part: number }[],
  label: string,
): HtmlElement {
  const widths = segmentWidths(shares.map((share) => share.part));
  let x = 0;
  const segments = shares.map(({ kind }, i) => {
    const width = widths[i] ?? 0;
    const gap = i < shares.length - 1 && width > SLIVER / 2 ? 2 : 0;
    const rect = h('rect', { class: `seal-${kind}`, x, y: 0, width: Math.max(0, width - gap), height: 10 });
    x += width;
    return rect;
  });
  return h(
    'svg',
    {
      class: 'bar',
      viewBox: `0 0 ${WIDTH} 10`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
    },
    segments,
  );
}

/** Whole units that add up to `WIDTH`; what small parts gain, the large ones give up in proportion. */
export function segmentWidths(parts: readonly number[]): number[] {
  const total = sumOf(parts, (part) => part);
  if (total === 0) return parts.map(() => 0);
  // Giving up width can make another part too small, so that this is repeated until none is.
  let threshold = 0;
  for (;;) {
    const isSmall = (part: number): boolean => part <= threshold;
    const room = WIDTH - parts.filter((part) => part > 0 && isSmall(part)).length * SLIVER;
    const large = sumOf(parts, (part) => (isSmall(part) ? 0 : part));
    const scaled = (part: number): number => Math.floor((part / large) * room);
    const next = Math.max(threshold, ...parts.filter((part) => scaled(part) < SLIVER));
    if (next === threshold) {
      const widths = parts.map((part) => (part === 0 ? 0 : isSmall(part) ? SLIVER : scaled(part)));
      const rest = WIDTH - sumOf(widths, (width) => width);
      const largest = parts.indexOf(Math.max(...parts));
      return widths.map((width, i) => (i === largest ? width + rest : width));
    }
    threshold = next;
  }
}

const swatch = (kind: SealKind): HtmlElement =>
  h(
    'svg',
    { class: 'swatch', viewBox: '0 0 10 10', 'aria-hidden': 'true' },
    h('rect', { class: `seal-${kind}`, width: 10, height: 10 }),
  );

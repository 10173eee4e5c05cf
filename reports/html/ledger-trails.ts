import { valueOf } from '../../lib/model/observed.ts';
import type { RegionTrails, TrailEvidence, TrailSelectors } from '../../lib/model/trail.ts';
import { byCodeUnit, formatInstant } from '../format.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { head, name, table } from './parts.ts';

/** The trails of the Regions where decrypts were looked for, and what they are set to record. */
export function trailList(regions: readonly RegionTrails[]): Child {
  if (regions.length === 0) return null;
  const rows = [...regions].sort((a, b) => byCodeUnit(a.region, b.region)).flatMap(regionRows);
  return [
    h('h3', null, 'Trails'),
    table(
      'Trails and what they record',
      'plain trails',
      head('Region', 'Trail', 'Covers', 'Logging', 'Records of KMS', 'Digests', 'Bucket'),
      h('tbody', null, rows),
    ),
  ];
}

function regionRows({ region, accountId, trails }: RegionTrails): readonly HtmlElement[] {
  const header = h('th', { scope: 'row' }, accountId === undefined ? region : `${region}, ${accountId}`);
  if (trails.state === 'unknown') {
    return [
      h('tr', null, header, h('td', { colspan: 6, class: 'unread' }, 'not known: ', trails.reason.code)),
    ];
  }
  const found = valueOf(trails) ?? [];
  if (found.length === 0) return [h('tr', null, header, h('td', { colspan: 6 }, 'no trail'))];
  return found.map((trail) => h('tr', null, header, trailCells(trail)));
}

function trailCells(trail: TrailEvidence): Child {
  const { status, selectors, organization, multiRegion, homeRegion } = trail;
  const logging =
    status.state === 'known'
      ? status.value.logging
        ? 'yes'
        : h(
            'strong',
            { class: 'alarm' },
            status.value.stopped
              ? `stopped ${formatInstant(status.value.stopped.replace(/\.\d+Z$/, 'Z'))}`
              : 'no',
          )
      : h('span', { class: 'unread' }, 'not known');
  const records =
    selectors.state === 'known'
      ? selectorWords(selectors.value)
      : h('span', { class: 'unread' }, 'not known');
  return [
    h('td', null, name(trail.name)),
    h('td', null, `${multiRegion ? 'all Regions' : homeRegion}${organization ? ', the organization' : ''}`),
    h('td', null, logging),
    h('td', null, records),
    h('td', null, trail.validation ? 'yes' : 'no'),
    h('td', null, name(`${trail.bucket}${trail.prefix === null ? '' : `/${trail.prefix}`}`)),
  ];
}

function selectorWords(selectors: TrailSelectors): string {
  if (selectors.kind === 'advanced') {
    return selectors.selectors
      .map(({ fields }) =>
        fields
          .map(({ field, equals, notEquals, ...rest }) =>
            [
              equals.length > 0 ? `${field} = ${equals.join('|')}` : '',
              notEquals.length > 0 ? `${field} ≠ ${notEquals.join('|')}` : '',
              Object.values(rest).some((values) => values.length > 0) ? `${field} by prefix or suffix` : '',
            ]
              .filter((part) => part !== '')
              .join(', '),
          )
          .join(' and '),
      )
      .join('; or ');
  }
  return selectors.selectors
    .map(({ managementEvents, readWrite, excluded }) => {
      if (!managementEvents) return 'no management events';
      return excluded.includes('kms.amazonaws.com') ? 'KMS left out' : `management events: ${readWrite}`;
    })
    .join('; ');
}

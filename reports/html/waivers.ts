import type { Waiver } from '../../lib/model/requirement.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { byCodeUnit, groupBy, plural } from '../format.ts';
import { h, type HtmlElement } from './node.ts';
import { code, head, name, section, table } from './parts.ts';

type WaiverState = 'expired' | 'active' | 'unused';
type WaiverRow = { readonly waiver: Waiver; readonly excused: number; readonly state: WaiverState };
const STATE_ORDER: readonly WaiverState[] = ['expired', 'active', 'unused'];

/** Every waiver of the packs, expired ones first and loud: who answers for it, until when, and what it excuses. */
export function waiverSection({ packs, findings }: Assessment): HtmlElement {
  const waived = findings.flatMap((finding) => (finding.waiver ? [{ finding, waiver: finding.waiver }] : []));
  const carried = groupBy(waived, ({ waiver }) => waiverKey(waiver));
  const declared = packs.flatMap((pack) => pack.waivers);
  const distinct = new Map<string, Waiver>(
    [...declared, ...waived.map(({ waiver }) => waiver)].map((waiver) => [waiverKey(waiver), waiver]),
  );
  const rows = [...distinct]
    .map(([key, waiver]): WaiverRow => {
      const excused = carried.get(key) ?? [];
      return { waiver, excused: excused.length, state: excused[0]?.waiver.state ?? 'unused' };
    })
    .sort(
      (a, b) =>
        STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) ||
        byCodeUnit(a.waiver.expires, b.waiver.expires) ||
        byCodeUnit(waiverKey(a.waiver), waiverKey(b.waiver)),
    );
  if (rows.length === 0)
    return section(
      'waivers',
      'Waivers',
      null,
      h('p', { class: 'empty' }, 'The rule packs hold no waiver: every finding counts.'),
    );
  return section(
    'waivers',
    'Waivers',
    'A waived finding is taken out of the verdict and stays in this report. When its waiver expires it is a failure again.',
    table(
      'Waivers',
      'plain waivers',
      head('State', 'Requirement and resource', 'Reason', 'Approved by', 'Owner', 'Expires'),
      h('tbody', null, rows.map(waiverRow)),
    ),
  );
}

function waiverRow({ waiver, excused, state }: WaiverRow): HtmlElement {
  const words: Readonly<Record<WaiverState, string>> = {
    expired: 'EXPIRED',
    active: 'Active',
    unused: 'Not used',
  };
  return h(
    'tr',
    { class: state },
    h(
      'th',
      { scope: 'row' },
      h('span', { class: `state ${state}` }, words[state]),
      h('span', { class: 'quiet' }, excused > 0 ? plural(excused, 'finding') : 'no finding of this run'),
    ),
    h(
      'td',
      null,
      name(`${waiver.pack}/${waiver.requirement}`),
      h('br', null),
      code(waiver.resource),
      h('br', null),
      h(
        'span',
        { class: 'quiet' },
        waiver.checks.length > 0 ? `checks: ${waiver.checks.join(', ')}` : 'all checks',
      ),
    ),
    h(
      'td',
      null,
      waiver.reason,
      waiver.compensating !== null && h('p', { class: 'quiet' }, 'Instead: ', waiver.compensating),
    ),
    h('td', null, waiver.approver, h('br', null), h('span', { class: 'quiet' }, waiver.approved)),
    h('td', null, waiver.owner),
    h('td', { class: 'nowrap' }, state === 'expired' ? h('strong', null, waiver.expires) : waiver.expires),
  );
}

const waiverKey = ({ pack, requirement, resource, checks, approver, approved, expires }: Waiver): string =>
  JSON.stringify([pack, requirement, resource, checks, approver, approved, expires]);

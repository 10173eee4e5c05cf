import { byCodeUnit, groupBy } from '../format.ts';
import { OUTCOME_WORDS, outcomeOf, tally, worstOf } from '../outcome.ts';
import type { RequirementResult } from '../requirements.ts';
import { requirementAnchor } from './anchors.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type HtmlElement } from './node.ts';
import { badge, head, name, section, table, tallyWords } from './parts.ts';

const ROWS = 60;

/** Each framework's controls, the requirements that the rule packs map to them, and what the run found. */
export function controlSection(results: readonly RequirementResult[], deferred: Deferred): HtmlElement {
  const parts = [...groupBy(results.flatMap(mappings), (mapping) => mapping.framework)]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([framework, mapped]) => frameworkRows(framework, mapped, deferred));
  if (parts.length === 0) {
    return section(
      'controls',
      'By control',
      null,
      h('p', { class: 'empty' }, 'The rule packs map no requirement to a control.'),
    );
  }
  return section(
    'controls',
    'By control',
    'The mapping comes from the rule packs. A control asks for more than encryption: a pass here supports it, and does not by itself show that it is met.',
    h(
      'div',
      { class: 'capped' },
      table(
        'Controls',
        'plain controls-table',
        head('Control', 'Answer', 'Findings', 'Requirements that support it'),
        parts.map(({ framework, list }) => [frameworkHead(framework), list]),
      ),
      parts.map(({ more }) => more),
    ),
  );
}

const frameworkHead = (framework: string): HtmlElement =>
  h(
    'tbody',
    null,
    h('tr', { class: 'row-group' }, h('th', { scope: 'rowgroup', colspan: 4 }, name(framework))),
  );

type FrameworkRows = { readonly framework: string } & ReturnType<typeof cappedList>;
type Mapping = { readonly framework: string; readonly control: string; readonly result: RequirementResult };

/** A requirement's controls, from the pack; from its findings where the packs of the run no longer hold it. */
function mappings(result: RequirementResult): Mapping[] {
  const controls = result.requirement?.controls ?? result.findings[0]?.controls ?? {};
  return Object.entries(controls).flatMap(([framework, ids]) =>
    ids.map((control) => ({ framework, control, result })),
  );
}

function frameworkRows(framework: string, mapped: readonly Mapping[], deferred: Deferred): FrameworkRows {
  const controls = [...groupBy(mapped, (mapping) => mapping.control)].sort(([a], [b]) => byControl(a, b));
  const rows = controls.map(([control, group]) =>
    controlRow(
      control,
      group.map((mapping) => mapping.result),
    ),
  );
  return {
    framework,
    ...cappedList({
      deferred,
      tag: 'tbody',
      items: rows,
      shown: ROWS,
      what: `controls of ${framework}`,
      elsewhere: 'findings.json',
    }),
  };
}

function controlRow(control: string, results: readonly RequirementResult[]): HtmlElement {
  const findings = results.flatMap((result) => result.findings);
  const outcome = worstOf(findings.map(outcomeOf));
  return h(
    'tr',
    null,
    h('th', { scope: 'row' }, name(control)),
    h(
      'td',
      null,
      findings.length === 0
        ? badge('NOT_APPLICABLE', 'Not in scope')
        : badge(outcome, OUTCOME_WORDS[outcome].short),
    ),
    h('td', { class: 'quiet' }, tallyWords(tally(findings)) || '–'),
    h(
      'td',
      null,
      results.map((result, i) => [
        i > 0 && ', ',
        h('a', { href: `#${requirementAnchor(result.key)}`, title: result.title }, name(result.key)),
      ]),
    ),
  );
}

/** `SC-8` before `SC-12`, `3.5.1` before `3.10.1`: the numbers inside compared as numbers. */
export function byControl(a: string, b: string): number {
  const [as, bs] = [runsOf(a), runsOf(b)];
  for (const [i, x] of as.entries()) {
    const y = bs[i];
    if (y === undefined) return 1;
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : byCodeUnit(x, y);
    if (order !== 0) return order;
  }
  return as.length - bs.length || byCodeUnit(a, b);
}

/** Runs of digits, short enough to compare as numbers, and what is between them. */
const runsOf = (control: string): readonly string[] => control.match(/\d{1,15}|\D+/g) ?? [];

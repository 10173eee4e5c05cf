import type { Assessment, CoverageCount } from '../lib/model/run.ts';
import { CHECK_IDS, type Finding } from '../lib/model/finding.ts';
import { factSourceWords } from './fact-source.ts';
import { byCodeUnit, formatCount, formatPeriod, groupBy, plural, sumOf } from './format.ts';
import { compareFindings, outcomeOf, requirementKey, runVerdict, tally, worstOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { findingsByCheck, requirementResults, type RequirementResult } from './requirements.ts';
import { spentSentences } from './spent.ts';
import { columns, fill, padEnd, padStart, painter, wrap, type Paint, type Style } from './terminal.ts';
import { visible } from './visible.ts';

const MOST_SERIOUS = 10;
const MOST_UNKNOWN = 8;

const SYMBOLS: Readonly<Record<Outcome, { readonly mark: string; readonly style: Style }>> = {
  NON_COMPLIANT: { mark: '✗', style: 'red' },
  INSUFFICIENT_DATA: { mark: '?', style: 'yellow' },
  WAIVED: { mark: '~', style: 'magenta' },
  COMPLIANT: { mark: '✓', style: 'green' },
  NOT_APPLICABLE: { mark: '–', style: 'dim' },
};

/** `color` adds ANSI codes; `width` is the terminal's columns, of which at least 60 are used. */
export type SummaryOptions = { readonly color: boolean; readonly width: number };

/** What the terminal prints at the end of a run, ending with a line feed. */
export function summaryText(assessment: Assessment, options: SummaryOptions): string {
  const page: Page = { paint: painter(options.color), width: Math.max(60, options.width) };
  const sections = [
    runLines(assessment, page),
    verdictLines(assessment, page),
    requirementLines(assessment, page),
    seriousLines(assessment, page),
    unknownLines(assessment, page),
    coverageLines(assessment, page),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

type Page = { readonly paint: Paint; readonly width: number };

function runLines({ run }: Assessment, { paint, width }: Page): string[] {
  const facts = factSourceWords(run);
  return [
    paint('bold', visible(`${run.tool.name} ${run.tool.version}`)),
    ...wrap(`run ${run.runId}, ${formatPeriod(run.startedAt, run.finishedAt)}`, width),
    ...wrap(`as ${run.caller.arn}, in ${run.regions.join(', ')}`, width),
    ...(facts === null ? [] : wrap(facts, width).map((line) => paint('bold', line))),
  ];
}

function verdictLines(assessment: Assessment, { paint, width }: Page): string[] {
  const { outcome, headline, sentence } = runVerdict(assessment);
  const { mark, style } = SYMBOLS[outcome];
  const expired = assessment.findings.filter((finding) => finding.waiver?.state === 'expired').length;
  return [
    paint(style, paint('bold', `${mark} ${headline.toUpperCase()}`)),
    ...wrap(sentence, width),
    ...(expired > 0
      ? [paint('red', `${plural(expired, 'finding has', 'findings have')} an EXPIRED waiver.`)]
      : []),
  ];
}

/**
 * A table of requirement × check. A requirement whose name leaves no room for its numbers gets a line for each, and
 * on a terminal too narrow for the numbers side by side they follow their checks' names.
 */
function requirementLines(assessment: Assessment, page: Page): string[] {
  const { paint, width } = page;
  const results = requirementResults(assessment);
  if (results.length === 0) return [];
  const rows = results.map((result) => ({ result, cells: checkCells(result) }));
  const widths = CHECK_IDS.map((check, i) =>
    Math.max(check.length, ...rows.map(({ cells }) => columns(cells[i]?.text ?? ''))),
  );
  // Numbers stay close to the names that they are about, however wide the terminal is.
  const nameWidth = Math.min(
    width - sumOf(widths, (cell) => cell + GAP.length),
    Math.max('REQUIREMENT'.length, ...results.map(({ key }) => columns(`✗ ${visible(key)}`))),
  );
  const head = CHECK_IDS.map((check, i) => GAP + padStart(check.toUpperCase(), widths[i] ?? 0)).join('');
  return [
    paint('bold', nameWidth < 0 ? 'REQUIREMENT' : padEnd('REQUIREMENT', nameWidth) + head),
    ...rows.flatMap(({ result, cells }) => {
      const { mark, style } = SYMBOLS[result.outcome];
      const name = `${mark} ${visible(result.key)}`;
      const names = wrap(name, width).map((line) => paint(style, line));
      const title = wrap(result.title, width, '  ').map((line) => paint('dim', line));
      if (nameWidth < 0) return [...names, ...namedCells(cells, page), ...title];
      const numbers = cells
        .map(
          (cell, i) => GAP + fill(cell.text, widths[i] ?? 0) + paint(SYMBOLS[cell.outcome].style, cell.text),
        )
        .join('');
      return columns(name) <= nameWidth
        ? [paint(style, name) + fill(name, nameWidth) + numbers, ...title]
        : [...names, ' '.repeat(nameWidth) + numbers, ...title];
    }),
    ...wrap('✗ 2/9: 2 of 9 findings fail; ? could not be decided; ~ waived; ✓ pass; – not asked', width).map(
      (line) => paint('dim', line),
    ),
  ];
}

const GAP = '  ';

/** `stored ✗ 2/9` one after another, as many to a line as fit. */
function namedCells(cells: ReturnType<typeof checkCells>, { paint, width }: Page): string[] {
  const lines: string[] = [];
  let taken = width;
  for (const [i, { text, outcome }] of cells.entries()) {
    const label = `${GAP}${CHECK_IDS[i] ?? ''} `;
    const size = columns(label + text);
    const painted = label + paint(SYMBOLS[outcome].style, text);
    if (taken + size > width) {
      lines.push(painted);
      taken = size;
    } else {
      lines.push(`${lines.pop() ?? ''}${painted}`);
      taken += size;
    }
  }
  return lines;
}

function checkCells(result: RequirementResult): { outcome: Outcome; text: string }[] {
  return [...findingsByCheck(result.findings).values()].map((findings) => {
    const outcome = worstOf(findings.map(outcomeOf));
    const counts = tally(findings);
    const { mark } = SYMBOLS[outcome];
    const asked = findings.length - counts.NOT_APPLICABLE;
    return { outcome, text: asked === 0 ? mark : `${mark} ${counts[outcome]}/${asked}` };
  });
}

function seriousLines({ findings }: Assessment, page: Page): string[] {
  const failing = findings.filter((finding) => outcomeOf(finding) === 'NON_COMPLIANT').sort(compareFindings);
  if (failing.length === 0) return [];
  const shown = failing.slice(0, MOST_SERIOUS);
  const checkWidth = Math.max(...shown.map((finding) => finding.check.length));
  const severityWidth = Math.max(...shown.map((finding) => finding.severity.length));
  return [
    page.paint('bold', 'MOST SERIOUS'),
    ...shown.flatMap((finding) => findingLines(finding, severityWidth, checkWidth, page)),
    ...moreLine(failing.length - shown.length, 'failing finding', page),
  ];
}

function findingLines(finding: Finding, severityWidth: number, checkWidth: number, page: Page): string[] {
  const { mark, style } = SYMBOLS[outcomeOf(finding)];
  const lead = `${mark} ${padEnd(finding.severity, severityWidth)}  ${padEnd(finding.check, checkWidth)}  `;
  const [first = '', ...rest] = wrap(finding.resource, page.width - columns(lead));
  return [
    page.paint(style, lead) + first,
    ...rest.map((line) => ' '.repeat(columns(lead)) + line),
    ...wrap(`${requirementKey(finding)}: ${finding.reasons[0] ?? ''}`, page.width, '    '),
    ...(finding.waiver?.state === 'expired'
      ? wrap(`Its waiver EXPIRED on ${finding.waiver.expires}.`, page.width, '    ')
      : []),
  ];
}

/** One denied permission leaves many findings unknown, so that these are told by reason. */
function unknownLines({ findings }: Assessment, { paint, width }: Page): string[] {
  const unknown = findings.filter((finding) => outcomeOf(finding) === 'INSUFFICIENT_DATA');
  if (unknown.length === 0) return [];
  const reasons = [...groupBy(unknown, (finding) => finding.reasons[0] ?? 'no reason was recorded')].sort(
    ([a, as], [b, bs]) => bs.length - as.length || byCodeUnit(a, b),
  );
  const hidden = sumOf(reasons.slice(MOST_UNKNOWN), ([, group]) => group.length);
  return [
    paint('bold', 'NOT KNOWN (neither pass nor fail)'),
    ...reasons.slice(0, MOST_UNKNOWN).flatMap(([reason, group]) => {
      const [first = '', ...rest] = wrap(`${plural(group.length, 'finding')}: ${reason}`, width, '  ');
      return [`${paint('yellow', '?')}${first.slice(1)}`, ...rest];
    }),
    ...moreLine(hidden, 'undecided finding', { paint, width }),
  ];
}

function coverageLines(assessment: Assessment, { paint, width }: Page): string[] {
  const { coverage } = assessment;
  const reasons = [
    ...(coverage.accounts ? reasonLines('accounts', coverage.accounts) : []),
    ...reasonLines('buckets', coverage.buckets),
    ...reasonLines('objects', coverage.objects),
    ...(coverage.complete ? [] : ['The list of buckets was cut short: the population is a lower bound.']),
    ...coverage.limitations,
  ];
  return [
    paint('bold', 'COVERAGE'),
    ...coverageSums(assessment, width),
    ...reasons.flatMap((reason) => bullet(reason, width)),
    ...(coverage.spent ? spentSentences(coverage.spent).flatMap((line) => bullet(line, width)) : []),
  ];
}

/** The sums as a table, or as sentences where the table is wider than the terminal. */
function coverageSums({ coverage, censuses }: Assessment, width: number): string[] {
  const listed = censuses.every((census) => census.complete);
  const head = ['', 'assessed', 'excluded', 'not assessable', 'population'];
  const rows = [
    ...(coverage.accounts ? [['accounts', ...coverageCells(coverage.accounts, true)]] : []),
    ['buckets', ...coverageCells(coverage.buckets, coverage.complete)],
    ['objects', ...coverageCells(coverage.objects, coverage.complete && listed)],
  ];
  const signs = ['', '   ', ' + ', ' + ', ' = '];
  const widths = head.map((title, i) => Math.max(...[head, ...rows].map((row) => columns(row[i] ?? title))));
  if (sumOf(widths, (cell) => cell) + signs.join('').length > width) {
    return rows.flatMap(([what = '', ...numbers]) => {
      const parts = numbers.map((number, i) => `${signs[i + 1] ?? ''}${number} ${head[i + 1] ?? ''}`);
      return wrap(`${what}: ${parts.join('').trim()}`, width);
    });
  }
  return [head, ...rows].map((row, r) =>
    row
      .map((cell, i) => {
        const sign = signs[i] ?? '';
        const room = widths[i] ?? 0;
        return (
          (r === 0 ? sign.replace(/[+=]/, ' ') : sign) + (i === 0 ? padEnd(cell, room) : padStart(cell, room))
        );
      })
      .join(''),
  );
}

/** `whole` is false when part of the population could not even be listed: what is known of it is a lower bound. */
function coverageCells(count: CoverageCount, whole: boolean): string[] {
  const total = (reasons: Readonly<Record<string, number>>) => sumOf(Object.values(reasons), (n) => n);
  return [
    ...[count.assessed, total(count.excluded), total(count.notAssessable)].map(formatCount),
    `${whole ? '' : '≥ '}${formatCount(count.population)}`,
  ];
}

function reasonLines(what: string, count: CoverageCount): string[] {
  const told = (label: string, reasons: Readonly<Record<string, number>>) => {
    const parts = Object.entries(reasons)
      .filter(([, number]) => number > 0)
      .sort(([a, x], [b, y]) => y - x || byCodeUnit(a, b))
      .map(([reason, number]) => `${reason} ${formatCount(number)}`);
    return parts.length > 0 ? [`${what} ${label}: ${parts.join(', ')}`] : [];
  };
  return [...told('excluded', count.excluded), ...told('not assessable', count.notAssessable)];
}

/** `- text`, its further lines under the text. */
function bullet(text: string, width: number): string[] {
  return wrap(text, width, '  ').map((line, i) => (i === 0 ? `- ${line.slice(2)}` : line));
}

function moreLine(count: number, what: string, { paint, width }: Page): string[] {
  if (count === 0) return [];
  const text = `and ${plural(count, `more ${what}`)}, in findings.csv and report.html`;
  return wrap(text, width, '  ').map((line) => paint('dim', line));
}

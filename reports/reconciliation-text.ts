import { DIFFERENCES, reconciled } from '../lib/model/reconciliation.ts';
import type { Difference, DifferenceCounts, Reconciliation } from '../lib/model/reconciliation.ts';
import { formatCount, formatInstant, sumOf } from './format.ts';
import { padEnd, padStart } from './terminal.ts';
import { visible } from './visible.ts';

/** Two sources of one bucket side by side, as a person reads it in a terminal; ends with a line feed. */
export function reconciliationText(told: Reconciliation): string {
  const { bucket, sources, same, differing, examples } = told;
  const rows = [
    ['the same in both', [same, same]] as const,
    ...entriesOf(differing).map(([what, count]) => [labelOf(what), [count, count]] as const),
    ...sources.flatMap(({ name, onlyIn }, i) =>
      entriesOf(onlyIn).map(
        ([what, count]) => [`only in ${name}: ${labelOf(what)}`, i === 0 ? [count, 0] : [0, count]] as const,
      ),
    ),
    ['object versions', sources.map(({ versions }) => versions)] as const,
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const line = (name: string, cells: readonly string[]): string =>
    [padEnd(name, width), ...cells.map((cell) => padStart(cell, 15))].join('  ').trimEnd();
  const lines = [
    `${visible(bucket)}: ${VERDICTS[reconciled(told)]}`,
    '',
    line(
      '',
      sources.map(({ name }) => name),
    ),
    ...rows.map(([name, counts]) => line(name, counts.map(formatCount))),
    '',
    ...sources.flatMap(({ name, location, asOf, incompleteReason }) => [
      `${name}: ${visible(location)}, as of ${formatInstant(asOf)}`,
      ...(incompleteReason === null ? [] : [`  INCOMPLETE: ${visible(incompleteReason)}`]),
    ]),
    ...Object.entries(examples)
      .filter(([what]) => what !== 'FINER')
      .flatMap(([what, some]) => [
        '',
        `${what}: ${DIFFERENCES[what as Difference]}`,
        ...some.map(
          ({ key, versionId, told: [before, after] }) =>
            `  ${visible(key)}${versionId === null ? '' : ` (${visible(versionId)})`}: ${visible(before ?? 'not there')} → ${visible(after ?? 'not there')}`,
        ),
      ]),
  ];
  return `${lines.join('\n')}\n`;
}

const VERDICTS = {
  explained: 'every difference is explained',
  unexplained: 'some differences are NOT EXPLAINED',
  incomplete: 'a source is INCOMPLETE, so that what differs is not known',
} as const;

/** The shape of `--json`: what was found, whether all of it is explained, and how many versions each source has. */
export function reconciliationJson(told: Reconciliation): object {
  return {
    bucket: told.bucket,
    verdict: reconciled(told),
    same: told.same,
    differing: told.differing,
    sources: told.sources.map((source) => ({
      ...source,
      differing: sumOf(Object.values(told.differing), (count) => count),
      only: sumOf(Object.values(source.onlyIn), (count) => count),
    })),
    examples: told.examples,
  };
}

const entriesOf = (counts: DifferenceCounts): [Difference, number][] =>
  Object.entries(counts) as [Difference, number][];

const labelOf = (what: Difference): string => what.toLowerCase().replaceAll('_', ' ');

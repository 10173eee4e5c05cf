import type { RunSpent } from '../lib/model/run.ts';
import type { Spent } from '../lib/model/spent.ts';
import { byCodeUnit, formatBytes, formatCount, plural } from './format.ts';

/** What counting took, as part of a sentence: `1,234 requests (12 LIST, 1,222 GET and HEAD)` and what else there is. */
export function spentText({ list, read, bytesRead, athenaQueries, athenaBytes = 0 }: Spent): string {
  return [
    `${plural(list + read, 'request')} to S3 (${formatCount(list)} LIST, ${formatCount(read)} GET and HEAD)`,
    ...(bytesRead > 0 ? [`${formatBytes(bytesRead)} of inventory read`] : []),
    ...(athenaQueries === undefined
      ? []
      : [
          `${formatBytes(athenaBytes)} scanned by ${plural(athenaQueries, 'Athena query', 'Athena queries')}`,
        ]),
  ].join(', ');
}

/** Dollars as a bill would not round them: `$0.0034`, `$12.50`. */
export const formatDollars = (dollars: number): string =>
  `$${dollars >= 1 ? dollars.toFixed(2) : dollars.toFixed(4)}`;

/** What a run took, one sentence each; retries are in all of them. */
export function spentSentences({ counting, dollars, untold, requests }: RunSpent): readonly string[] {
  const all = Object.entries(requests ?? {}).sort(([a], [b]) => byCodeUnit(a, b));
  return [
    `Counting objects took ${spentText(counting)}: ${formatDollars(dollars)} at list price.`,
    ...(untold > 0
      ? [`${plural(untold, 'bucket does', 'buckets do')} not say what counting took; it comes on top.`]
      : []),
    ...(all.length > 0
      ? [
          `The whole run read by ${plural(
            all.reduce((sum, [, count]) => sum + count, 0),
            'request',
          )}: ${all.map(([service, count]) => `${service} ${formatCount(count)}`).join(', ')}.`,
        ]
      : []),
  ];
}

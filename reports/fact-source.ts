import type { RunInfo } from '../lib/model/run.ts';
import { formatInstant } from './format.ts';

/**
 * Where the facts of a run come from when not from S3 as it was then: `As of 2026-06-30 23:59 UTC, from AWS Config
 * history`. Null when they do.
 */
export function factSourceWords({ configuration: { facts } }: RunInfo): string | null {
  switch (facts?.kind) {
    case undefined:
      return null;
    case 'config-history':
      return `As of ${formatInstant(facts.asOf)}, from AWS Config history`;
    case 'config-query':
      return facts.aggregator === null
        ? 'From AWS Config, not from S3'
        : `From the AWS Config aggregator ${facts.aggregator}, not from S3`;
  }
}

import { LONGEST_KEPT_DAYS } from '../collectors/config-recorder.ts';
import { AuditError } from '../model/errors.ts';
import type { FactSource } from '../model/fact-source.ts';
import type { AuditOptions } from './audit-options.ts';
import { parseInstant } from './ledger-window.ts';

/** Where `audit` was told to read facts; undefined for S3 as it is now. Throws AuditError USAGE. */
export function factOptions(options: AuditOptions, now: Date): FactSource | undefined {
  const { asOf, config, configAggregator, configRegion } = options;
  const asked = Object.entries({
    '--as-of': asOf,
    '--config': config,
    '--config-aggregator': configAggregator,
  }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const [name, other] = asked;
  if (other !== undefined)
    throw usage(
      `${asked.join(' and ')} exclude each other: a past moment is read from the history of this account.`,
    );
  if (name === undefined) {
    if (configRegion === undefined) return undefined;
    throw usage('--config-region says where AWS Config is asked; give it with --as-of or --config.');
  }
  refuseWhatCounts(options, name);
  const regions = [...new Set(configRegion ?? [])].sort();
  for (const region of regions) {
    if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region))
      throw usage(`--config-region ${region} is not a Region such as eu-west-1.`);
  }
  if (asOf !== undefined) {
    refuseWhatLooksForward(options);
    return { kind: 'config-history', asOf: momentOf(asOf, now), regions };
  }
  if (configAggregator !== undefined && regions.length > 0)
    throw usage('--config-aggregator has the Regions that it collects from; leave --config-region out.');
  if (configAggregator?.trim() === '') throw usage('--config-aggregator names no aggregator.');
  return { kind: 'config-query', aggregator: configAggregator ?? null, regions };
}

/** AWS Config keeps no record of objects. */
function refuseWhatCounts(options: AuditOptions, name: string): void {
  const { source, plan, sampleSize, sampleSeed, topUpSample, athenaOutput, athenaWorkgroup } = options;
  const { organization, account, keepSeals, sinceRun } = options;
  if (organization ?? account)
    throw usage(
      `${name} reads what AWS Config of this account has; for others use --config-aggregator, not --organization or --account.`,
    );
  if (keepSeals ?? sinceRun)
    throw usage(`${name} counts no objects, so it has no seals to keep or to take over; leave that out.`);
  const sampled = [sampleSize, sampleSeed, topUpSample, athenaOutput, athenaWorkgroup];
  if (source !== 'auto' || sampled.some((option) => option !== undefined))
    throw usage(
      `${name} counts no objects, so there is nothing for --source or a sample to do; leave it out.`,
    );
  if (plan === true) throw usage(`${name} counts no objects, so there is nothing that --plan could price.`);
}

/** A report bucket's newest run, and Security Hub's findings, are about the present. */
function refuseWhatLooksForward({ reportBucket, securityHub, baseline }: AuditOptions): void {
  if (reportBucket !== undefined)
    throw usage(
      '--as-of looks back, and would become the newest run of --report-bucket; write it to a folder.',
    );
  if (securityHub)
    throw usage('--as-of looks back, and would overwrite the findings that --security-hub has of today.');
  if (baseline !== undefined)
    throw usage('--as-of looks back; --baseline tells what is new since an earlier run. Leave one out.');
}

/** A day means its end. Throws AuditError USAGE for a moment that is not over, or that nobody can know of. */
function momentOf(text: string, now: Date): string {
  const start = Date.parse(parseInstant('--as-of', text) ?? '');
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const moment = isDay ? start + 86_400_000 - 1 : start;
  if (moment > now.getTime()) {
    const why = isDay && start <= now.getTime() ? 'is not over yet: a day means its end' : 'is in the future';
    throw usage(`--as-of ${text} ${why}.`);
  }
  const oldest = new Date(now.getTime() - LONGEST_KEPT_DAYS * 86_400_000);
  if (moment < oldest.getTime()) {
    throw usage(
      `--as-of ${text} is before ${oldest.toISOString().slice(0, 10)}: AWS Config keeps ${LONGEST_KEPT_DAYS} days at the longest.`,
    );
  }
  return new Date(moment).toISOString();
}

const usage = (message: string): AuditError => new AuditError('USAGE', message);

import type { AwsClients } from '../collectors/clients.ts';
import { createConfigClients } from '../collectors/config-client.ts';
import type { FactSource } from '../model/fact-source.ts';
import { factsAsOf } from './facts-as-of.ts';
import { factsFromQuery } from './facts-query.ts';
import type { RecordedFacts } from './recorded-facts.ts';

/** The record that a run was told to read its facts from, with what has to be closed; null when it was told of none. */
export function openFacts(
  aws: AwsClients,
  source: FactSource | undefined,
  clock: () => Date,
): { readonly facts: RecordedFacts; readonly close: () => void } | null {
  if (source === undefined) return null;
  const config = createConfigClients(aws.options);
  const facts =
    source.kind === 'config-history'
      ? factsAsOf({ aws, config, facts: source, clock })
      : factsFromQuery(config, aws.options.region, source);
  return { facts, close: config.close };
}

import { join } from 'node:path';
import { loadRulePacks } from '../audit/rule-files.ts';
import { VERSION } from '../audit/tool-version.ts';
import { createClients } from '../collectors/clients.ts';
import { createConfigClient } from '../collectors/config-client.ts';
import { answerRule } from './answer.ts';
import { parseRuleEvent } from './event.ts';

/** Time kept back, in milliseconds, to hand in what has been evaluated. */
const RESERVE_MS = 20_000;

/** What the function answers; AWS Config itself ignores it. */
export type ConfigRuleResult = {
  readonly question: string;
  readonly evaluations: Readonly<Record<string, number>>;
};

/**
 * One event of AWS Config, answered. `environment` names RULES (pack files, comma separated) and RULES_FOLDER;
 * the rule's own parameter `packs` comes first. Throws AuditError: the rule then shows as failed in AWS Config.
 */
export async function configRuleOnLambda(
  value: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  lambda: { readonly invokedFunctionArn: string; readonly getRemainingTimeInMillis: () => number },
): Promise<ConfigRuleResult> {
  const event = parseRuleEvent(value);
  const names = event.parameters.packs ?? (environment['RULES'] ?? 'baseline.yml').split(',');
  const { packs } = await loadRulePacks(
    names.map((name) => join(environment['RULES_FOLDER'] ?? 'rules', name.trim())),
    event.asks.at.slice(0, 10),
  );
  const options = {
    region: environment['AWS_REGION'] ?? 'us-east-1',
    endpoint: environment['AWS_ENDPOINT_URL'] ?? null,
    credentials: null,
    toolVersion: VERSION,
  };
  const aws = createClients(options);
  const config = createConfigClient(options, options.region);
  try {
    const evaluations = await answerRule(
      {
        aws,
        config,
        packs,
        partition: lambda.invokedFunctionArn.split(':')[1] ?? 'aws',
        outOfTime: () => lambda.getRemainingTimeInMillis() < RESERVE_MS,
      },
      event,
    );
    return { question: event.asks.kind, evaluations };
  } finally {
    config.destroy();
    aws.close();
  }
}

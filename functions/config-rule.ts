import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { configRuleOnLambda } from '../lib/config-rule/on-lambda.ts';
import type { ConfigRuleResult } from '../lib/config-rule/on-lambda.ts';

const logger = new Logger({ serviceName: 'sealcheck' });
const metrics = new Metrics({ namespace: 'Sealcheck', serviceName: 'config-rule' });
const tracer = new Tracer({ serviceName: 'sealcheck' });

/** A custom AWS Config rule: by change of a bucket, and by schedule. */
export const handler = middy(async (event: unknown, context: Context): Promise<ConfigRuleResult> => {
  const result = await configRuleOnLambda(event, process.env, context);
  for (const [compliance, count] of Object.entries(result.evaluations))
    metrics.addMetric(compliance, MetricUnit.Count, count);
  logger.info('rule answered', { ...result });
  return result;
})
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(captureLambdaHandler(tracer));

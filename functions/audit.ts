import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import { auditOnLambda } from '../lib/audit/on-lambda.ts';
import type { LambdaAuditResult } from '../lib/audit/on-lambda.ts';

const logger = new Logger({ serviceName: 'sealcheck' });
const metrics = new Metrics({ namespace: 'Sealcheck', serviceName: 'audit' });
const tracer = new Tracer({ serviceName: 'sealcheck' });

/** The whole audit as one Lambda: by schedule, or invoked with `{ rules?, buckets?, reportBucket? }`. */
export const handler = middy(async (event: unknown): Promise<LambdaAuditResult> => {
  const result = await auditOnLambda(event, process.env, {
    stage: (stage, detail) => logger.info(detail, { stage }),
    bucket: (bucket, what) => logger.debug('bucket', { bucket, ...what }),
  });
  for (const [status, count] of Object.entries(result.findings))
    metrics.addMetric(status, MetricUnit.Count, count);
  logger.info('audit finished', { ...result });
  return result;
})
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(captureLambdaHandler(tracer));

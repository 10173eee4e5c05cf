import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { auditOnLambda } from '../lib/audit/on-lambda.ts';
import type { LambdaAuditResult } from '../lib/audit/on-lambda.ts';

const logger = new Logger({ serviceName: 'sealcheck' });
const metrics = new Metrics({ namespace: 'Sealcheck', serviceName: 'audit' });
const tracer = new Tracer({ serviceName: 'sealcheck' });

/** Kept back of a function's time, in milliseconds, to judge the run and publish it. */
const JUDGING_MS = 150_000;

/** The whole audit as one Lambda: by schedule, or invoked with `{ rules?, buckets?, reportBucket? }`. */
export const handler = middy(async (event: unknown, context: Context): Promise<LambdaAuditResult> => {
  const result = await auditOnLambda(
    event,
    process.env,
    {
      stage: (stage, detail) => logger.info(detail, { stage }),
      bucket: (bucket, what) => logger.debug('bucket', { bucket, ...what }),
    },
    AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - JUDGING_MS)),
  );
  for (const [status, count] of Object.entries(result.findings))
    metrics.addMetric(status, MetricUnit.Count, count);
  logger.info('audit finished', { ...result });
  return result;
})
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  .use(captureLambdaHandler(tracer));

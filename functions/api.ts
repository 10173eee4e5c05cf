import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { apiOnLambda, createApi } from '../lib/api/on-lambda.ts';

const logger = new Logger({ serviceName: 'sealcheck' });
const metrics = new Metrics({ namespace: 'Sealcheck', serviceName: 'api' });
const tracer = new Tracer({ serviceName: 'sealcheck' });
const api = createApi(process.env);

/** The HTTP API for auditors, and the portal on it. */
export const handler = middy(async (event: unknown): Promise<APIGatewayProxyStructuredResultV2> => {
  const { status, headers, body } = await apiOnLambda(await api, event, (error) =>
    logger.error('request failed', error as Error),
  );
  metrics.addMetric(`${Math.floor(status / 100)}xx`, MetricUnit.Count, 1);
  return { statusCode: status, headers: { ...headers }, body };
})
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics))
  // A list of runs or a presigned address must not end up in a trace.
  .use(captureLambdaHandler(tracer, { captureResponse: false }));

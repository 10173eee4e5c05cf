import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { MiddyfiedHandler } from '@middy/core';
import type { Context } from 'aws-lambda';
import { stageEnvironment } from '../../lib/audit/workflow/environment.ts';
import type { StageEnvironment } from '../../lib/audit/workflow/environment.ts';
import { AuditError } from '../../lib/model/errors.ts';

type StageHandler<T> = MiddyfiedHandler<unknown, T>;

/** One stage of the workflow as a Lambda: its errors carry their code as a name, which Step Functions retries by. */
export function stageHandler<T>(
  work: (environment: StageEnvironment, event: unknown, context: Context) => Promise<T>,
): StageHandler<T> {
  const logger = new Logger({ serviceName: 'sealcheck' });
  const tracer = new Tracer({ serviceName: 'sealcheck' });
  let environment: StageEnvironment | undefined;
  return middy(async (event: unknown, context: Context): Promise<T> => {
    environment ??= stageEnvironment(process.env, {
      stage: (stage, detail) => logger.info(detail, { stage }),
      bucket: (bucket, what) => logger.info('bucket', { bucket, ...what }),
    });
    try {
      return await work(environment, event, context);
    } catch (error) {
      if (error instanceof AuditError) error.name = `Audit.${error.code}`;
      throw error;
    }
  })
    .use(injectLambdaContext(logger))
    .use(captureLambdaHandler(tracer, { captureResponse: false }));
}

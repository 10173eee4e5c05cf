import { censusStage } from '../lib/audit/workflow/census-stages.ts';
import { stageHandler } from './support/stage-handler.ts';

/** Kept back of a function's time, in milliseconds, to finish what was begun and save it. */
const RESERVE_MS = 60_000;

/** Stage 3: the objects of every bucket, shard by shard. */
export const handler = stageHandler(async (environment, event, context) =>
  censusStage(environment, event, {
    signal: AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS)),
    invocation: context.awsRequestId,
  }),
);

import { censusStage } from '../lib/audit/workflow/bucket-stages.ts';
import { stageHandler } from './support/stage-handler.ts';

/** Kept back of a function's time, in milliseconds, to end with a reason instead of being ended. */
const RESERVE_MS = 20_000;

/** Stage 3: the objects of one bucket. */
export const handler = stageHandler(async (environment, event, context) =>
  censusStage(
    environment,
    event,
    AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS)),
  ),
);

import { ledgerStage } from '../lib/audit/workflow/ledger-stages.ts';
import { stageHandler } from './support/stage-handler.ts';

/** Kept back of a function's time, in milliseconds: a request that hangs, and what was read is saved. */
const RESERVE_MS = 60_000;

/** Stage 4: who decrypted, slice by slice. */
export const handler = stageHandler(async (environment, event, context) =>
  ledgerStage(environment, event, {
    signal: AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS)),
    invocation: context.awsRequestId,
  }),
);

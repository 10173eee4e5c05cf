import { inspectStage } from '../lib/audit/workflow/bucket-stages.ts';
import { stageHandler } from './support/stage-handler.ts';

/** Stage 2: the facts of one bucket. */
export const handler = stageHandler(async (environment, event) => inspectStage(environment, event));

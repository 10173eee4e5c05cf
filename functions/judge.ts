import { lostStage } from '../lib/audit/workflow/bucket-stages.ts';
import type { BucketDone } from '../lib/audit/workflow/bucket-stages.ts';
import { judgeRunStage } from '../lib/audit/workflow/judge-run.ts';
import type { Judged } from '../lib/audit/workflow/judge-run.ts';
import { stageHandler } from './support/stage-handler.ts';

const isLost = (event: unknown): boolean => typeof event === 'object' && event !== null && 'stage' in event;

/** Stage 5: the findings and the report; and the account of a bucket that an earlier stage gave up on. */
export const handler = stageHandler<Judged | BucketDone>(async (environment, event) =>
  isLost(event) ? lostStage(environment, event) : judgeRunStage(environment, event),
);

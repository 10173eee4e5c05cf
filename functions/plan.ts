import { SFNClient } from '@aws-sdk/client-sfn';
import { planStage } from '../lib/audit/workflow/plan-stage.ts';
import { stageHandler } from './support/stage-handler.ts';

const endpoint = process.env['AWS_ENDPOINT_URL_SFN'];
const sfn = new SFNClient(endpoint ? { endpoint } : {});

/** Stage 1: which buckets there are, by which rules they are judged; refuses to be the second run at a time. */
export const handler = stageHandler(async (environment, event) => planStage(environment, sfn, event));

import { operationsOf } from '../define.ts';

/** Makes one AWS CloudTrail operation. */
export const cloudTrailOperation = operationsOf({
  service: 'cloudtrail',
  targetPrefix: 'CloudTrail_20131101',
  invalidInput: 'InvalidParameterException',
});

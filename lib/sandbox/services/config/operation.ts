import { operationsOf } from '../define.ts';

/** Makes one AWS Config operation. */
export const configOperation = operationsOf({
  service: 'config',
  targetPrefix: 'StarlingDoveService',
  invalidInput: 'ValidationException',
});

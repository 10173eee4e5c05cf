import { operationsOf } from '../define.ts';

/** How long a page is: asked for nothing, or for 0, AWS Config takes a length of its own. */
export const pageLength = (asked: number | undefined, otherwise: number): number =>
  asked === undefined || asked === 0 ? otherwise : asked;

/** Makes one AWS Config operation. */
export const configOperation = operationsOf({
  service: 'config',
  targetPrefix: 'StarlingDoveService',
  invalidInput: 'ValidationException',
});

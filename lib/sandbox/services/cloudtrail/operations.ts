import type { JsonOperation } from '../../operation.ts';
import { describeTrails } from './describe-trails.ts';
import { getEventSelectors } from './get-event-selectors.ts';
import { getTrailStatus } from './get-trail-status.ts';
import { listPublicKeys } from './list-public-keys.ts';
import { listTrails } from './list-trails.ts';
import { lookupEvents } from './lookup-events.ts';

/** Every AWS CloudTrail operation of the sandbox. */
export const cloudTrailOperations: readonly JsonOperation[] = [
  describeTrails,
  getEventSelectors,
  getTrailStatus,
  listPublicKeys,
  listTrails,
  lookupEvents,
];

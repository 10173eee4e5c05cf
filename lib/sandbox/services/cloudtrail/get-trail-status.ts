import { z } from 'zod';
import { cloudTrailOperation } from './operation.ts';
import { readableTrail } from './visible-trails.ts';

/** GetTrailStatus: whether it logs now, since when, and how its last deliveries went. */
export const getTrailStatus = cloudTrailOperation(
  'GetTrailStatus',
  z.object({ Name: z.string() }),
  (state, input, context) => {
    const trail = readableTrail(state, context, input.Name, 'cloudtrail:GetTrailStatus');
    return {
      IsLogging: trail.logging,
      LatestDeliveryTime: dateOf(trail.latestDelivery),
      LatestDeliveryError: trail.latestDeliveryError ?? undefined,
      StartLoggingTime: dateOf(trail.startedAt),
      StopLoggingTime: dateOf(trail.stoppedAt),
      LatestDigestDeliveryTime: dateOf(trail.latestDigestDelivery),
    };
  },
);

const dateOf = (time: number | null): Date | undefined => (time === null ? undefined : new Date(time));

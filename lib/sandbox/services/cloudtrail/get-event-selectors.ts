import { z } from 'zod';
import { cloudTrailOperation } from './operation.ts';
import { readableTrail } from './visible-trails.ts';

/** GetEventSelectors: basic or advanced ones, as the trail was given them. */
export const getEventSelectors = cloudTrailOperation(
  'GetEventSelectors',
  z.object({ TrailName: z.string() }),
  (state, input, context) => {
    const trail = readableTrail(state, context, input.TrailName, 'cloudtrail:GetEventSelectors');
    return {
      TrailARN: trail.arn,
      EventSelectors: trail.eventSelectors ?? undefined,
      AdvancedEventSelectors: trail.advancedEventSelectors ?? undefined,
    };
  },
);

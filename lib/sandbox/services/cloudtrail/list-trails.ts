import { z } from 'zod';
import { cloudTrailOperation } from './operation.ts';
import { visibleTrails } from './visible-trails.ts';

/** ListTrails: names, ARNs and home Regions; a page holds them all, as five a Region are allowed. */
export const listTrails = cloudTrailOperation(
  'ListTrails',
  z.object({ NextToken: z.string().optional() }),
  (state, _input, context) => ({
    Trails: visibleTrails(state, context, true).map((trail) => ({
      TrailARN: trail.arn,
      Name: trail.name,
      HomeRegion: trail.homeRegion,
    })),
  }),
);

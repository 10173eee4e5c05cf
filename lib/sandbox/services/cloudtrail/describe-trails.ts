import { z } from 'zod';
import { cloudTrailOperation } from './operation.ts';
import { isNamed, visibleTrails } from './visible-trails.ts';

/** DescribeTrails: settings of the trails seen here; names that match none are passed over. */
export const describeTrails = cloudTrailOperation(
  'DescribeTrails',
  z.object({
    trailNameList: z.array(z.string()).default([]),
    includeShadowTrails: z.boolean().default(true),
  }),
  (state, input, context) => ({
    trailList: visibleTrails(state, context, input.includeShadowTrails)
      .filter(
        (trail) =>
          input.trailNameList.length === 0 || input.trailNameList.some((name) => isNamed(trail, name)),
      )
      .map((trail) => ({
        Name: trail.name,
        S3BucketName: trail.s3Bucket,
        S3KeyPrefix: trail.s3Prefix ?? undefined,
        IncludeGlobalServiceEvents: trail.globalServiceEvents,
        IsMultiRegionTrail: trail.multiRegion,
        HomeRegion: trail.homeRegion,
        TrailARN: trail.arn,
        LogFileValidationEnabled: trail.logFileValidation,
        KmsKeyId: trail.kmsKeyId ?? undefined,
        HasCustomEventSelectors: trail.eventSelectors !== null || trail.advancedEventSelectors !== null,
        HasInsightSelectors: false,
        IsOrganizationTrail: trail.organization,
      })),
  }),
);

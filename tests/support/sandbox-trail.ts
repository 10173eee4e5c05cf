import type { Trail } from '../../lib/sandbox/state-services.ts';
import { ACCOUNT, REGION } from './sandbox.ts';

/** A trail of one Region, as the sandbox keeps it; it leaves KMS out. */
export const sandboxTrail = (name: string, rest: Partial<Trail> = {}): Trail => ({
  name,
  arn: `arn:aws:cloudtrail:${rest.homeRegion ?? REGION}:${ACCOUNT}:trail/${name}`,
  accountId: ACCOUNT,
  homeRegion: REGION,
  multiRegion: false,
  organization: false,
  globalServiceEvents: true,
  s3Bucket: 'logs',
  s3Prefix: null,
  kmsKeyId: null,
  logFileValidation: true,
  logging: true,
  startedAt: Date.UTC(2025, 0, 1),
  stoppedAt: null,
  latestDelivery: null,
  latestDeliveryError: null,
  latestDigestDelivery: null,
  eventSelectors: [
    {
      ReadWriteType: 'All',
      IncludeManagementEvents: true,
      DataResources: [],
      ExcludeManagementEventSources: ['kms.amazonaws.com'],
    },
  ],
  advancedEventSelectors: null,
  accessDenied: false,
  ...rest,
});

import { known } from '../../lib/model/observed.ts';
import type { TrailEvidence } from '../../lib/model/trail.ts';
import { ACCOUNT, REGION } from './evidence.ts';

/** A trail that records everything everywhere. */
export const trailEvidence = (rest: Partial<TrailEvidence> = {}): TrailEvidence => ({
  name: 'main',
  arn: `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/main`,
  accountId: ACCOUNT,
  homeRegion: REGION,
  multiRegion: true,
  organization: false,
  validation: true,
  bucket: 'trail-logs',
  prefix: null,
  kmsKey: null,
  status: known({
    logging: true,
    latestDelivery: '2026-09-01T00:00:00.000Z',
    latestDeliveryError: null,
    started: '2021-01-01T00:00:00.000Z',
    stopped: null,
    latestDigest: null,
  }),
  selectors: known({
    kind: 'classic',
    selectors: [{ readWrite: 'All', managementEvents: true, excluded: [], dataResources: [] }],
  }),
  ...rest,
});

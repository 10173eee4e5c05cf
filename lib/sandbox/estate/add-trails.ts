import type { Trail } from '../state-services.ts';
import { timeOf } from './notation.ts';
import { keyArnOf } from './place.ts';
import type { Placing } from './place.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Puts the estate's trails into the sandbox: healthy ones delivered minutes ago, stopped ones when they stopped. */
export function addTrails(placing: Placing): void {
  const { estate, state, now } = placing;
  for (const given of estate.trails) {
    const region = given.region ?? estate.region;
    const accountId = given.account ?? estate.account;
    const stoppedAt = given.stopped ? timeOf(given.stopped, now) : null;
    const lastActive = given.logging || stoppedAt === null ? now : stoppedAt;
    const trail: Trail = {
      name: given.name,
      arn: `arn:${state.partition}:cloudtrail:${region}:${accountId}:trail/${given.name}`,
      accountId,
      homeRegion: region,
      multiRegion: given['multi-region'],
      organization: given.organization,
      globalServiceEvents: true,
      s3Bucket: given.bucket,
      s3Prefix: given.prefix ?? null,
      kmsKeyId: given.key === undefined ? null : keyArnOf(placing, given.key),
      logFileValidation: given.validation,
      logging: given.logging,
      startedAt: timeOf(given.started, now),
      stoppedAt,
      latestDelivery: lastActive - 4 * MINUTE,
      latestDeliveryError: null,
      latestDigestDelivery: given.validation ? Math.floor(lastActive / HOUR) * HOUR : null,
      eventSelectors: [
        {
          ReadWriteType: given.events,
          IncludeManagementEvents: true,
          DataResources: [],
          ExcludeManagementEventSources: given['excluded-sources'],
        },
      ],
      advancedEventSelectors: null,
      accessDenied: given.denied,
    };
    state.trails.push(trail);
  }
}

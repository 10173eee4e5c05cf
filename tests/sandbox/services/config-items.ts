import { newBucket as bucketRecord } from '../../../lib/sandbox/objects.ts';
import { bucketConfigItem } from '../../../lib/sandbox/services/config/bucket-item.ts';
import type { ConfigItem } from '../../../lib/sandbox/state-services.ts';
import type { Bucket } from '../../../lib/sandbox/state-s3.ts';
import { ACCOUNT, DAY, NOON, REGION } from '../sdk.ts';

const bucket = (name: string, rest: Partial<Bucket> = {}) =>
  bucketRecord({ name, region: REGION, accountId: ACCOUNT, createdAt: NOON - 400 * DAY, ...rest });
const kms = (kmsKey: string, bucketKey: boolean): Partial<Bucket> => ({
  encryption: { algorithm: 'aws:kms', kmsKey, bucketKey, blocked: ['SSE-C'] },
});
/** Ages in days of the items of `history`, newest first. */
export const AGES = [0, 1, 2, 3, 10, 10.5, 45, 46, 200];

/** Items of a handful of buckets: one with a history, one deleted, one in another Region. */
export function configItems(): ConfigItem[] {
  const items = AGES.map((age) => bucketConfigItem(bucket('history'), NOON - age * DAY));
  items.push(
    bucketConfigItem(bucket('plain', { tags: new Map([['data-class', 'public']]) }), NOON),
    bucketConfigItem(
      bucket('phi-one', { ...kms('k-1', true), tags: new Map([['data-class', 'phi']]) }),
      NOON,
    ),
    bucketConfigItem(bucket('phi-two', kms('k-2', false)), NOON),
    bucketConfigItem(bucket('policied', { policy: '{"Statement":[]}' }), NOON),
    bucketConfigItem(bucket('elsewhere', { region: 'us-east-1' }), NOON),
    bucketConfigItem(bucket('gone'), NOON - DAY),
  );
  const deleted = bucketConfigItem(bucket('gone'), NOON);
  items.push({ ...deleted, item: { ...deleted.item, configurationItemStatus: 'ResourceDeleted' } });
  return items.reverse();
}

import { GetResourceConfigHistoryCommand } from '@aws-sdk/client-config-service';
import type { ConfigServiceClient, ConfigurationItem, ResourceType } from '@aws-sdk/client-config-service';
import type { Observed } from '../model/observed.ts';
import { MalformedAnswer, observe } from './observe.ts';
import { readConfigItem } from './config-item.ts';
import type { RecordedBucket } from './config-item.ts';
import { readKeyItem } from './config-key-item.ts';
import type { RecordedKey } from './config-key-item.ts';

/** Pages asked for at most: one call looks back a week, and AWS Config keeps 2,557 days at the longest. */
const MAX_PAGES = 400;

/**
 * The bucket as AWS Config recorded it last at or before `when`. Absent when Config knew no such bucket then.
 * A page may be empty and still lead on, since each call looks at seven days at most (FACTS §8).
 */
export const bucketAsOf = async (
  config: ConfigServiceClient,
  bucket: string,
  when: Date,
): Promise<Observed<RecordedBucket>> => asOf(config, ['AWS::S3::Bucket', bucket], when, readConfigItem);

/** The KMS key of this id as AWS Config recorded it last at or before `when`. Absent when Config knew no such key then. */
export const keyAsOf = async (
  config: ConfigServiceClient,
  keyId: string,
  when: Date,
): Promise<Observed<RecordedKey>> => asOf(config, ['AWS::KMS::Key', keyId], when, readKeyItem);

async function asOf<T extends { readonly capturedAt: string }>(
  config: ConfigServiceClient,
  resource: readonly [type: ResourceType, id: string],
  when: Date,
  read: (item: ConfigurationItem) => T | string,
): Promise<Observed<T>> {
  return observe(
    'config:GetResourceConfigHistory',
    async () => {
      const item = await itemBefore(config, resource, when);
      if (item === null) return null;
      const recorded = read(item);
      if (typeof recorded === 'string') throw new MalformedAnswer(`the AWS Config item ${recorded}`);
      // What is true today must never pass for what was true then.
      if (recorded.capturedAt > when.toISOString())
        throw new MalformedAnswer(
          `AWS Config answered with an item of ${recorded.capturedAt}, from after then`,
        );
      return recorded;
    },
    ['ResourceNotDiscoveredException'],
  );
}

async function itemBefore(
  config: ConfigServiceClient,
  [resourceType, resourceId]: readonly [type: ResourceType, id: string],
  when: Date,
): Promise<ConfigurationItem | null> {
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await config.send(
      new GetResourceConfigHistoryCommand({
        resourceType,
        resourceId,
        laterTime: when,
        limit: 1,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    const [item] = answer.configurationItems ?? [];
    if (item) return item;
    if (answer.nextToken === undefined) return null;
    nextToken = answer.nextToken;
  }
  throw new MalformedAnswer(`AWS Config led on for ${MAX_PAGES} pages without an item`);
}

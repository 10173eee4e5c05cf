import { GetResourceConfigHistoryCommand } from '@aws-sdk/client-config-service';
import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import type { Observed } from '../model/observed.ts';
import { MalformedAnswer, observe } from './observe.ts';
import { readConfigItem } from './config-item.ts';
import type { RecordedBucket } from './config-item.ts';

/** Pages asked for at most: one call looks back a week, and AWS Config keeps 2,557 days at the longest. */
const MAX_PAGES = 400;

/**
 * The bucket as AWS Config recorded it last at or before `when`. Absent when Config knew no such bucket then.
 * A page may be empty and still lead on, since each call looks at seven days at most (FACTS §8).
 */
export async function bucketAsOf(
  config: ConfigServiceClient,
  bucket: string,
  when: Date,
): Promise<Observed<RecordedBucket>> {
  return observe('config:GetResourceConfigHistory', async () => itemBefore(config, bucket, when), [
    'ResourceNotDiscoveredException',
  ]);
}

async function itemBefore(
  config: ConfigServiceClient,
  bucket: string,
  when: Date,
): Promise<RecordedBucket | null> {
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await config.send(
      new GetResourceConfigHistoryCommand({
        resourceType: 'AWS::S3::Bucket',
        resourceId: bucket,
        laterTime: when,
        limit: 1,
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    const [item] = answer.configurationItems ?? [];
    if (item) {
      const read = readConfigItem(item);
      if (typeof read === 'string') throw new MalformedAnswer(`the AWS Config item ${read}`);
      return read;
    }
    if (answer.nextToken === undefined) return null;
    nextToken = answer.nextToken;
  }
  throw new MalformedAnswer(`AWS Config led on for ${MAX_PAGES} pages without an item`);
}

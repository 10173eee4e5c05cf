import { ListDiscoveredResourcesCommand } from '@aws-sdk/client-config-service';
import type { ConfigServiceClient } from '@aws-sdk/client-config-service';
import type { UnknownReason } from '../model/observed.ts';
import { MalformedAnswer, reasonOf } from './observe.ts';

/** `incomplete` is set when a page could not be read: the names are then a lower bound. */
export type DiscoveredBuckets = {
  readonly names: readonly string[];
  readonly incomplete: UnknownReason | null;
};

/** Every bucket that AWS Config of one Region has a record of, deleted ones among them. */
export async function discoveredBuckets(config: ConfigServiceClient): Promise<DiscoveredBuckets> {
  const names: string[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const page = await config.send(
        new ListDiscoveredResourcesCommand({
          resourceType: 'AWS::S3::Bucket',
          includeDeletedResources: true,
          limit: 100,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      for (const { resourceId, resourceName } of page.resourceIdentifiers ?? []) {
        const name = resourceId ?? resourceName;
        if (name) names.push(name);
      }
      if (page.nextToken !== undefined && page.nextToken === nextToken)
        throw new MalformedAnswer('the list leads back to the page it came from');
      nextToken = page.nextToken;
    } while (nextToken);
    return { names, incomplete: null };
  } catch (error) {
    return { names, incomplete: reasonOf('config:ListDiscoveredResources', error) };
  }
}

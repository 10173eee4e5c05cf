import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import type { ConfigItem } from '../../state-services.ts';
import { pageOf } from '../paging.ts';
import { newestItems } from './items.ts';
import { configOperation, pageLength } from './operation.ts';

const GONE = new Set(['ResourceDeleted', 'ResourceDeletedNotRecorded']);

/** ListDiscoveredResources: identifiers of one type in this account and Region, deleted ones on request. */
export const listDiscoveredResources = configOperation(
  'ListDiscoveredResources',
  z.object({
    resourceType: z.string(),
    resourceIds: z.array(z.string()).max(20).default([]),
    includeDeletedResources: z.boolean().default(false),
    limit: z.int().min(0).max(100).optional(),
    nextToken: z.string().optional(),
  }),
  (state, input, context) => {
    const { resourceType, resourceIds, includeDeletedResources } = input;
    const found = newestItems(state, context)
      .filter((item) => item.resourceType === resourceType)
      .filter(({ resourceId }) => resourceIds.length === 0 || resourceIds.includes(resourceId))
      .filter((item) => includeDeletedResources || !isGone(item))
      .map((item) => ({
        resourceType,
        resourceId: item.resourceId,
        resourceName: item.item['resourceName'],
        resourceDeletionTime: isGone(item) ? new Date(item.captureTime) : undefined,
      }));
    const scope = [resourceType, resourceIds, includeDeletedResources, context.accountId, context.region];
    const page = pageOf(found, pageLength(input.limit, 100), input.nextToken, scope);
    if (page === null) throw jsonFault('InvalidNextTokenException', 'The nextToken provided is invalid');
    return { resourceIdentifiers: page.items, nextToken: page.next ?? undefined };
  },
);

const isGone = ({ item }: ConfigItem): boolean => GONE.has(String(item['configurationItemStatus']));

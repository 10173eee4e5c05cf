import { z } from 'zod';
import { currentItems, toWire } from './items.ts';
import { configOperation } from './operation.ts';

/** BatchGetResourceConfig: the newest item of up to 100 resources, in the short form without tags and relations. */
export const batchGetResourceConfig = configOperation(
  'BatchGetResourceConfig',
  z.object({
    resourceKeys: z
      .array(z.object({ resourceType: z.string(), resourceId: z.string() }))
      .min(1)
      .max(100),
  }),
  (state, input, context) => {
    const current = new Map(
      currentItems(state, context).map((each) => [
        JSON.stringify([each.resourceType, each.resourceId]),
        each.item,
      ]),
    );
    // Resources that are not there are left out silently; unprocessedResourceKeys is for throttled reads.
    const found = input.resourceKeys.flatMap(({ resourceType, resourceId }) => {
      const item = current.get(JSON.stringify([resourceType, resourceId]));
      return item === undefined ? [] : [toBase(item)];
    });
    return { baseConfigurationItems: found, unprocessedResourceKeys: [] };
  },
);

/** What BaseConfigurationItem leaves out. */
const NOT_IN_BASE = new Set(['tags', 'relationships', 'relatedEvents', 'configurationItemMD5Hash']);

const toBase = (item: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(toWire(item)).filter(([name]) => !NOT_IN_BASE.has(name)));

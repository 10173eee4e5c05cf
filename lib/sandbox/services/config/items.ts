import { z } from 'zod';
import type { CallContext } from '../../operation.ts';
import type { ConfigItem } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';

type Place = Pick<CallContext, 'accountId' | 'region'>;

/** Configuration items of the caller's account and Region, newest first. */
export const itemsHere = (state: SandboxState, context: Place): ConfigItem[] =>
  state.configItems
    .filter(({ accountId, region }) => accountId === context.accountId && region === context.region)
    .sort((a, b) => b.captureTime - a.captureTime);

/** The newest item of each resource, by type and id, deleted ones among them. */
export function newestItems(state: SandboxState, context: Place): ConfigItem[] {
  const newest = new Map<string, ConfigItem>();
  for (const item of itemsHere(state, context)) {
    const resource = JSON.stringify([item.resourceType, item.resourceId]);
    if (!newest.has(resource)) newest.set(resource, item);
  }
  return [...newest.values()];
}

/** The newest item of each resource that has not been deleted. */
export const currentItems = (state: SandboxState, context: Place): ConfigItem[] =>
  newestItems(state, context).filter(({ item }) => item['configurationItemStatus'] !== 'ResourceDeleted');

const DATES = [
  'configurationItemCaptureTime',
  'resourceCreationTime',
  'configurationItemDeliveryTime',
] as const;
const isoDate = z.iso.datetime({ offset: true });

/** An item as the API sends it: its times are numbers on the wire, though text in files. */
export function toWire(item: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const wire: Record<string, unknown> = { ...item };
  for (const name of DATES) {
    const text = isoDate.safeParse(item[name]);
    if (text.success) wire[name] = new Date(text.data);
  }
  return wire;
}

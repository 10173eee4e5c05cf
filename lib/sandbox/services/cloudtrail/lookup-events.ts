import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import type { CallContext } from '../../operation.ts';
import type { SandboxState } from '../../state.ts';
import { pageOf } from '../paging.ts';
import { toLookupEvent } from './lookup-event.ts';
import type { LookupEvent } from './lookup-event.ts';
import { cloudTrailOperation } from './operation.ts';

const EVENT_HISTORY_MS = 90 * 86_400_000;
const MAX_RESULTS = 50;

const ATTRIBUTES = new Map<string, (event: LookupEvent) => readonly (string | undefined)[]>([
  ['AccessKeyId', (event) => [event.AccessKeyId]],
  ['EventId', (event) => [event.EventId]],
  ['EventName', (event) => [event.EventName]],
  ['EventSource', (event) => [event.EventSource]],
  ['ReadOnly', (event) => [event.ReadOnly]],
  ['ResourceName', (event) => event.Resources.map((resource) => resource.ResourceName)],
  ['ResourceType', (event) => event.Resources.map((resource) => resource.ResourceType)],
  ['Username', (event) => [event.Username]],
]);

const input = z.object({
  LookupAttributes: z.array(z.object({ AttributeKey: z.string(), AttributeValue: z.string() })).default([]),
  StartTime: z.number().optional(),
  EndTime: z.number().optional(),
  EventCategory: z.string().optional(),
  MaxResults: z.int().optional(),
  NextToken: z.string().optional(),
});

/**
 * LookupEvents: management events of the last 90 days in this account and Region, newest first, at most 50 a page,
 * by one attribute (CloudTrail API reference).
 */
export const lookupEvents = cloudTrailOperation('LookupEvents', input, (state, request, context) => {
  const limit = request.MaxResults ?? MAX_RESULTS;
  if (limit < 1 || limit > MAX_RESULTS) {
    throw jsonFault('InvalidMaxResultsException', 'A max results value of 1 to 50 is required.');
  }
  if (request.EventCategory !== undefined && request.EventCategory !== 'insight') {
    throw jsonFault(
      'InvalidEventCategoryException',
      `The event category ${request.EventCategory} is not valid.`,
    );
  }
  const matches = request.EventCategory === 'insight' ? [] : search(state, request, context);
  const page = pageOf(matches, limit, request.NextToken, [
    context.accountId,
    context.region,
    request.LookupAttributes,
    request.StartTime,
    request.EndTime,
  ]);
  if (page === null) throw jsonFault('InvalidNextTokenException', 'Invalid next token.');
  return { Events: page.items.map(withDates), NextToken: page.next ?? undefined };
});

function search(state: SandboxState, request: z.output<typeof input>, context: CallContext): LookupEvent[] {
  const [attribute, ...more] = request.LookupAttributes;
  const valuesOf = attribute === undefined ? null : ATTRIBUTES.get(attribute.AttributeKey);
  if (more.length > 0 || valuesOf === undefined) {
    throw jsonFault('InvalidLookupAttributesException', 'You can specify one valid lookup attribute.');
  }
  const end = request.EndTime === undefined ? Infinity : request.EndTime * 1000;
  const start = request.StartTime === undefined ? -Infinity : request.StartTime * 1000;
  if (start > end) throw jsonFault('InvalidTimeRangeException', 'Start time must be before end time.');
  const oldest = Math.max(start, context.now - EVENT_HISTORY_MS);
  return state.events
    .filter(({ accountId, region }) => accountId === context.accountId && region === context.region)
    .filter(({ time }) => time >= oldest && time <= Math.min(end, context.now))
    .map(toLookupEvent)
    .filter((event) => valuesOf === null || valuesOf(event).includes(attribute?.AttributeValue))
    .sort((a, b) => b.time - a.time || (a.EventId < b.EventId ? -1 : 1));
}

/** `time` sorts and is no member of the answer. */
function withDates({ time, ...event }: LookupEvent): Record<string, unknown> {
  return { ...event, EventTime: new Date(time) };
}

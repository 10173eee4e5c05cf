import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import type { ConfigItem } from '../../state-services.ts';
import { itemsHere, toWire } from './items.ts';
import { configOperation, pageLength } from './operation.ts';

const SLICE_MS = 7 * 86_400_000;

const input = z.object({
  resourceType: z.string(),
  resourceId: z.string().max(768),
  laterTime: z.number().optional(),
  earlierTime: z.number().optional(),
  chronologicalOrder: z.enum(['Reverse', 'Forward']).default('Reverse'),
  limit: z.int().min(0).max(100).optional(),
  nextToken: z.string().optional(),
});

/**
 * GetResourceConfigHistory: items of one resource, newest first, 10 a page. One call looks at seven days at most,
 * so that a page may be short or even empty and still have a nextToken (AWS Config API reference).
 */
export const getResourceConfigHistory = configOperation(
  'GetResourceConfigHistory',
  input,
  (state, request, context) => {
    const all = itemsHere(state, context).filter(
      (item) => item.resourceType === request.resourceType && item.resourceId === request.resourceId,
    );
    const newest = all[0];
    if (newest === undefined) {
      throw jsonFault(
        'ResourceNotDiscoveredException',
        `Resource ${request.resourceId} of resourceType:${request.resourceType} is unknown or has not been discovered`,
      );
    }
    const later = request.laterTime === undefined ? context.now : request.laterTime * 1000;
    const earlier =
      request.earlierTime === undefined ? (all.at(-1) ?? newest).captureTime : request.earlierTime * 1000;
    if (earlier > later && request.earlierTime !== undefined) {
      throw jsonFault('InvalidTimeRangeException', 'The earlier time must be before the later time.');
    }
    const matches = all.filter(({ captureTime }) => captureTime >= earlier && captureTime <= later);
    if (request.chronologicalOrder === 'Forward') matches.reverse();
    const limit = pageLength(request.limit, 10);
    const { page, next } = sliceAt(matches, cursorOf(request.nextToken), limit);
    return { configurationItems: page.map(({ item }) => toWire(item)), nextToken: next ?? undefined };
  },
);

/** Where a page starts: an index into the matches, and how many empty weeks were already passed on the way to it. */
type Cursor = { readonly index: number; readonly weeks: number };

function cursorOf(token: string | undefined): Cursor {
  if (token === undefined) return { index: 0, weeks: 0 };
  const [, index, weeks] =
    /^(\d{1,9})w(\d{1,9})$/.exec(Buffer.from(token, 'base64').toString('latin1')) ?? [];
  if (index === undefined) throw jsonFault('InvalidNextTokenException', 'The nextToken provided is invalid');
  return { index: Number(index), weeks: Number(weeks) };
}

function sliceAt(
  matches: readonly ConfigItem[],
  cursor: Cursor,
  limit: number,
): { page: readonly ConfigItem[]; next: string | null } {
  const previous = matches[cursor.index - 1];
  const first = matches[cursor.index];
  if (first === undefined) return { page: [], next: null };
  const token = (index: number, weeks: number): string => Buffer.from(`${index}w${weeks}`).toString('base64');
  const gapWeeks =
    previous === undefined ? 0 : Math.floor(Math.abs(previous.captureTime - first.captureTime) / SLICE_MS);
  if (cursor.weeks < gapWeeks) return { page: [], next: token(cursor.index, cursor.weeks + 1) };
  const page = matches
    .slice(cursor.index, cursor.index + limit)
    .filter(({ captureTime }) => Math.abs(first.captureTime - captureTime) < SLICE_MS);
  const end = cursor.index + page.length;
  return { page, next: end < matches.length ? token(end, 0) : null };
}

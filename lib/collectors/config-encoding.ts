import { z } from 'zod';

/** Every time in an AWS Config item as ISO 8601 UTC: text in events and queries, a Date from the SDK. */
export const configTime = z
  .union([z.iso.datetime({ offset: true }), z.date()])
  .transform((at) => new Date(at).toISOString());

/** Text that is there. */
export const configText = z.string().min(1);

/** Items of these are about a resource that AWS Config sees; any other status is one that is deleted or not recorded. */
export const RECORDED: ReadonlySet<string> = new Set(['OK', 'ResourceDiscovered']);

/** A value out of its JSON text, which the API wraps once, and AccessControlList twice. */
export function opened(value: unknown): unknown {
  let inner = value;
  for (let wraps = 0; typeof inner === 'string' && wraps < 2; wraps += 1) {
    try {
      inner = JSON.parse(inner);
    } catch {
      return inner;
    }
  }
  return inner;
}

/** What is wrong with an item that did not parse, in words that complete "the item …". */
export function malformation({ issues: [issue] }: z.ZodError): string {
  return `is malformed at '${issue?.path.join('.') ?? ''}': ${issue?.message ?? ''}`;
}

import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** A point in time: a date of its own, or so long before (negative) or after the sandbox's clock. Milliseconds. */
export type Instant = { readonly at: number } | { readonly offset: number };

/** From and to, both included. */
export type Span<T> = { readonly from: T; readonly to: T };

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000 };
const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** `2024-05-01`, `2024-05-01T10:00:00Z`, `-30d`, `+9d`, `-4h`; null when it is none of these. */
export function parseInstant(text: string): Instant | null {
  const [, sign, amount, unit] = /^([+-])(\d{1,5})([dhm])$/.exec(text) ?? [];
  if (amount !== undefined) {
    return { offset: Number(amount) * (UNIT_MS[unit ?? ''] ?? 0) * (sign === '-' ? -1 : 1) };
  }
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/.test(text)) return null;
  const at = Date.parse(text);
  // Date.parse accepts 31 February; the round trip does not.
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(text.slice(0, 10)) ? null : { at };
}

/** Milliseconds since the epoch, by the sandbox's clock. */
export const timeOf = (instant: Instant, now: number): number =>
  'at' in instant ? instant.at : now + instant.offset;

/** Whether one is before the other; null when a date of its own meets one relative to the clock. */
export const isBefore = (a: Instant, b: Instant): boolean | null =>
  'at' in a && 'at' in b ? a.at < b.at : 'offset' in a && 'offset' in b ? a.offset < b.offset : null;

/** `12 kB` or `3 MB` in bytes; null when it is no size, or more than S3 takes. */
export function parseSize(text: string): number | null {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?(B|kB|MB|GB|TB)$/.exec(text) ?? [];
  if (amount === undefined) return null;
  const bytes = Math.round(Number(amount) * (UNIT_BYTES[unit ?? ''] ?? 1));
  return bytes <= LIMITS.objectBytes ? bytes : null;
}

function spanOf<T>(
  parse: (text: string) => T | null,
  isLess: (a: T, b: T) => boolean | null,
  what: string,
): z.ZodType<Span<T>, string> {
  return z.string().transform((text, context): Span<T> => {
    const [first = '', second = first, ...rest] = text.split(/ *\.\. */);
    const from = parse(first);
    const to = parse(second);
    if (from === null || to === null || rest.length > 0) {
      context.addIssue(`'${text}' is not ${what}`);
      return z.NEVER;
    }
    if (isLess(to, from) === true) {
      context.addIssue(`'${text}' ends before it begins`);
      return z.NEVER;
    }
    return { from, to };
  });
}

/** One instant or two with `..` between. */
export const instants = spanOf(
  parseInstant,
  isBefore,
  'a date such as 2024-05-01 or -30d, or two with .. between',
);

/** One size or two with `..` between. */
export const sizes = spanOf(parseSize, (a, b) => a < b, 'a size such as 12 kB, or two with .. between');

/** One instant. */
export const instant: z.ZodType<Instant, string> = z.string().transform((text, context): Instant => {
  const parsed = parseInstant(text);
  if (parsed !== null) return parsed;
  context.addIssue(`'${text}' is not a date such as 2024-05-01 or -30d`);
  return z.NEVER;
});

/** The n-th key of a pattern: `{n}` is n, `{n:6}` n with leading zeros, `{hex:8}` hexadecimal digits from `hex`. */
export function keyFromPattern(pattern: string, n: number, hex: (digits: number) => string): string {
  return pattern.replaceAll(/\{(n|hex)(?::(\d{1,2}))?\}/g, (_all, kind: string, width: string | undefined) =>
    kind === 'n' ? String(n).padStart(Number(width ?? 1), '0') : hex(Number(width ?? 8)),
  );
}

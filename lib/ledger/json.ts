/** A JSON object, or null when the value is anything else. Records are written by others: nothing is taken on trust. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** Longer than any ARN, key or name that AWS writes: what is longer was made to be a nuisance. */
const LONGEST_TEXT = 2048;

/** A text that is not empty, cut where no honest one ends; null when the value is anything else. */
export function asText(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
}

/** CloudTrail's instant as ISO 8601 UTC with whole seconds; null when it is none. */
export function asInstant(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const seconds = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?Z$/.exec(value)?.[1];
  return seconds === undefined || Number.isNaN(Date.parse(`${seconds}Z`)) ? null : `${seconds}Z`;
}

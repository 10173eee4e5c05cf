/** Negative, zero or positive; NaN when either text is no number, so that every comparison with it is false. */
export function compareNumbers(a: string, b: string): number {
  return numberOf(a) - numberOf(b);
}

/** The same for moments. */
export function compareDates(a: string, b: string): number {
  return momentOf(a) - momentOf(b);
}

const numberOf = (text: string): number =>
  /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) ? Number(text) : NaN;

const ISO = /^(\d{4})-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[-+]\d{2}:\d{2})?)?)?$/;

/** Milliseconds since 1970 of an ISO 8601 date, taken as UTC when it names no offset, or of epoch seconds. */
function momentOf(text: string): number {
  if (/^-?\d+$/.test(text) && text.length !== 4) return Number(text) * 1000;
  const match = ISO.exec(text);
  if (match === null) return /^\d{4}$/.test(text) ? Date.UTC(Number(text), 0) : NaN;
  const [, year, month, day = '01', hours = '00', minutes = '00', seconds = '00', fraction = '', offset] =
    match;
  const zone = offset ?? 'Z';
  return Date.parse(`${year ?? ''}-${month ?? ''}-${day}T${hours}:${minutes}:${seconds}${fraction}${zone}`);
}

const DAY_MS = 86_400_000;
const SHAPE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days since 1970-01-01 of a YYYY-MM-DD date, or null when the text is not one or the day does not exist. */
export function dayNumber(date: string): number | null {
  const [, year, month, day] = SHAPE.exec(date) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return at.toISOString().startsWith(date) ? at.getTime() / DAY_MS : null;
}

/** Why a text cannot be a date of a rule pack, or null when it can. */
export function dateFault(date: string): string | null {
  if (!SHAPE.test(date)) return 'is not a date; write it as YYYY-MM-DD, for example 2027-03-31';
  return dayNumber(date) === null ? 'is a day that does not exist; check month and day' : null;
}

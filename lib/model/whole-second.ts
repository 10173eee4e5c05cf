/** An ISO 8601 UTC time without its fraction of a second, as CloudTrail writes times. */
export const wholeSecond = (time: string | Date): string =>
  (typeof time === 'string' ? time : time.toISOString()).replace(/\.\d+Z$/, 'Z');

const DAY = 86_400_000;

/** The first whole number of periods after a key's creation that lies ahead. All but `days` in milliseconds. */
export const nextRotation = (created: number, days: number, now: number): number =>
  created + (Math.floor(Math.max(0, now - created) / (days * DAY)) + 1) * days * DAY;

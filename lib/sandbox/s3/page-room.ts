/** How many entries a page still takes. */
export type PageRoom = {
  /** Takes a place for one more entry; false when there is none left. */
  readonly take: () => boolean;
  readonly taken: () => number;
  /** Whether an entry found no place: the listing goes on after this page. A page of size 0 is never truncated. */
  readonly truncated: () => boolean;
};

/** Room for `max` entries, keys and common prefixes alike. */
export function pageRoom(max: number): PageRoom {
  let taken = 0;
  let refused = false;
  return {
    take: () => {
      if (taken >= max) refused = true;
      else taken += 1;
      return !refused;
    },
    taken: () => taken,
    truncated: () => refused && max > 0,
  };
}

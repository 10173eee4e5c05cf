import type { CharSet } from './chars.ts';

/**
 * How values that belong together are spelled: a caller's ARN, account and user id, say, are parts of one another.
 * A shape is one sequence of segments, each written to one or more tracks; a track is the value of one key. What can
 * be true of the tracks together is then exactly what some text of the shape makes true.
 */
export type Shape = {
  /** Which kind of value this is, for whoever reads the witness. */
  readonly kind: string;
  readonly segments: readonly Segment[];
  /** Tracks that are there, though what they hold is not documented. */
  readonly unknownTracks: readonly number[];
  /** What choosing this shape costs against others: the smallest witness wins. */
  readonly cost: number;
};

export type Segment = FixedSegment | FreeSegment;
export type FixedSegment = { readonly text: string; readonly tracks: readonly number[] };
export type FreeSegment = {
  readonly name: string;
  readonly set: CharSet;
  readonly min: number;
  /** Infinity, or a length that is reached exactly. */
  readonly max: number;
  readonly tracks: readonly number[];
  /** A value that reads well; used wherever any will do. */
  readonly nice: string;
};

export const isFixed = (segment: Segment): segment is FixedSegment => 'text' in segment;

/** A concrete value of a shape. `values` is by track, null where the key is missing. */
export type Witness = {
  readonly kind: string;
  readonly values: readonly (string | null)[];
  /** The free segments by name. */
  readonly parts: Readonly<Record<string, string>>;
  /** The values of a key that holds a list; `values` then holds none of them. */
  readonly list?: readonly string[];
};

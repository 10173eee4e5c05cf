import { chars } from '../search/chars.ts';
import type { CharSet } from '../search/chars.ts';
import type { FixedSegment, FreeSegment, Segment, Shape } from '../search/shape.ts';

/** A fixed piece of text, written to some tracks. */
export const text = (value: string, ...tracks: number[]): FixedSegment => ({ text: value, tracks });

/** A piece that may be anything made of `set`. */
export const free = (
  name: string,
  set: CharSet,
  nice: string,
  tracks: readonly number[],
  length: { readonly min: number; readonly max: number } = { min: 1, max: Infinity },
): FreeSegment => ({ name, set, nice, tracks, ...length });

export const shape = (
  kind: string,
  segments: readonly Segment[],
  cost = 0,
  unknownTracks: readonly number[] = [],
): Shape => ({
  kind,
  segments,
  cost,
  unknownTracks,
});

export const DIGITS = chars('09');
/** Names of users, roles and sessions. Source: IAM User Guide, IAM quotas and names. */
export const NAME = chars('azAZ09', '+=,.@_-');
export const PATH = chars('!~');
/** Any text a header or tag may carry. */
export const TEXT: CharSet = [[0x20, 0xffff]];
export const WORD = chars('azAZ09', '-');
export const ALIAS = chars('azAZ09', '/_-');
export const LOWER = chars('az09', '-');

/** Any 12-digit account; `nice` is the one shown where any will do. */
export const anyAccount = (tracks: readonly number[], nice = '111122223333'): FreeSegment =>
  free('account', DIGITS, nice, tracks, { min: 12, max: 12 });

/** What a key of its own may hold. */
export type Plain = 'text' | 'arn' | 'account';

/** A key of which nothing but its kind is known: there, or missing. */
export function plainShapes(plain: Plain, example: string): readonly Shape[] {
  return [shape('missing', []), shape('there', segmentsOf(plain, example), 1)];
}

function segmentsOf(plain: Plain, example: string): readonly Segment[] {
  switch (plain) {
    case 'account':
      return [anyAccount([0])];
    case 'text':
      return [free('value', TEXT, example, [0], { min: 0, max: Infinity })];
    case 'arn':
      return [
        text('arn:', 0),
        free('partition', LOWER, 'aws', [0]),
        text(':', 0),
        free('service', LOWER, 's3', [0]),
        text(':', 0),
        free('region', LOWER, 'us-east-1', [0], { min: 0, max: Infinity }),
        text(':', 0),
        free('account', DIGITS, '111122223333', [0], { min: 0, max: Infinity }),
        text(':', 0),
        free('resource', TEXT, 'x', [0]),
      ];
  }
}

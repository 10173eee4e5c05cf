import type { Condition } from '../document.ts';
import { termsOfKey } from '../keys/catalogue.ts';
import type { KeyTerms } from '../keys/key.ts';
import { OBJECT_CREATION, SSE, SSE_C, SSE_KEY_ID } from '../keys/s3-keys.ts';
import { CALLER_TRACKS, KEY_TRACKS } from './caller-shapes.ts';
import type { Grain } from './conditions.ts';

/** Dimensions that hold several keys, whose values hang together. */
export const CALLER = 'caller';
export const HEADER = 'header';
export const KEY = 'key';
export const TRANSPORT = 'transport';
export const OBJECT = 'object';
export const TIME = 'time';
/** Where clauses go that nobody can decide. */
export const UNDOCUMENTED = 'undocumented';
export const HEADER_TRACKS = [SSE, SSE_C, OBJECT_CREATION];
export const TRANSPORT_TRACKS = ['aws:securetransport', 's3:tlsversion'];
export const TIME_TRACKS = ['aws:currenttime', 'aws:epochtime'];

/** The readings of the key-id condition, which AWS leaves open: what the header says, its ARN, or the key finally used. */
export const KEY_READINGS = ['header', 'resolved', 'effective'] as const;
export type KeyReading = (typeof KEY_READINGS)[number];

/** What a condition asks, whatever the order and spelling around it. */
export const conditionText = ({ operator, ifExists, quantifier, keyId, values }: Condition): string =>
  JSON.stringify([operator.name, ifExists, quantifier, keyId, values.map(({ template }) => template)]);

export type Place = {
  readonly name: string;
  readonly tracks: readonly string[];
  readonly track: number;
  readonly grain: Grain;
};

/** Where a condition key's values live; null for a key that nobody documents for S3 writes. */
export function placeOf({ keyId }: Condition, all: readonly Condition[], reading: KeyReading): Place | null {
  if (keyId === SSE_KEY_ID) {
    return { name: KEY, tracks: KEY_TRACKS, track: KEY_TRACKS.indexOf(reading), grain: 'text' };
  }
  const shared = [
    { name: HEADER, tracks: HEADER_TRACKS, grain: 'finite' },
    { name: TRANSPORT, tracks: TRANSPORT_TRACKS, grain: 'finite' },
    { name: TIME, tracks: TIME_TRACKS, grain: 'time' },
    { name: CALLER, tracks: CALLER_TRACKS as readonly string[], grain: 'text' },
  ] as const;
  for (const { name, tracks, grain } of shared) {
    const track = tracks.indexOf(keyId);
    if (track >= 0) return { name, tracks, track, grain };
  }
  const terms = termsOfKey(keyId);
  return terms && { name: keyId, tracks: [keyId], track: 0, grain: grainOf(terms, keyId, all) };
}

/** A tag has no type of its own: it is read as whatever the policy compares it with. */
export function grainOf({ type, values }: KeyTerms, keyId: string, all: readonly Condition[]): Grain {
  if (values !== null) return 'finite';
  if (type === 'numeric' || type === 'date' || type === 'ip') return type;
  const families = new Set(all.filter((one) => one.keyId === keyId).map(({ operator }) => operator.family));
  families.delete('null');
  const [only] = families;
  const scalar = only === 'numeric' || only === 'date' || only === 'ip';
  return families.size === 1 && scalar ? only : 'text';
}

import type { Census } from '../lib/model/census.ts';
import { SERVER_SIDE_TYPES, type ServerSideType } from '../lib/model/object-encryption.ts';
import { byCodeUnit, sumOf } from './format.ts';

/** Kinds of server-side encryption as charts tell them apart, and objects whose encryption could not be read. */
export const SEAL_KINDS = [...SERVER_SIDE_TYPES, 'UNREAD'] as const;
export type SealKind = ServerSideType | 'UNREAD';

export type Amount = { readonly objects: number; readonly bytes: number };

/** How one population (a bucket, a data class, the estate) is encrypted. Excluded objects are not in it. */
export type SealProfile = {
  readonly name: string;
  readonly total: Amount;
  /** Kinds that occur, in the order of `SEAL_KINDS`. */
  readonly amounts: readonly (Amount & { readonly kind: SealKind })[];
};

type Piece = Amount & { readonly kind: SealKind; readonly dataClasses: readonly string[] };

/** The whole estate as one profile. */
export const estateProfile = (censuses: readonly Census[]): SealProfile =>
  profile('All buckets', censuses.flatMap(pieces));

/** One profile a bucket, largest first. */
export const bucketProfiles = (censuses: readonly Census[]): SealProfile[] =>
  censuses.map((census) => profile(census.bucket, pieces(census))).sort(largestFirst);

/** One profile a data class (`pack/class`); objects of two classes count in both, and of none under an empty name. */
export function classProfiles(censuses: readonly Census[]): SealProfile[] {
  const all = censuses.flatMap(pieces);
  const names = [
    ...new Set(all.flatMap((piece) => (piece.dataClasses.length > 0 ? piece.dataClasses : ['']))),
  ];
  return names
    .map((name) =>
      profile(
        name,
        all.filter((piece) =>
          name === '' ? piece.dataClasses.length === 0 : piece.dataClasses.includes(name),
        ),
      ),
    )
    .sort(largestFirst);
}

const largestFirst = (a: SealProfile, b: SealProfile): number =>
  b.total.objects - a.total.objects || byCodeUnit(a.name, b.name);

function pieces(census: Census): Piece[] {
  return [
    ...census.groups.map((group) => ({ ...group, kind: group.encryption.serverSide.type })),
    ...census.unassessed.map((group) => ({ ...group, kind: 'UNREAD' as const })),
  ];
}

function profile(name: string, all: readonly Piece[]): SealProfile {
  const amounts = SEAL_KINDS.map((kind) => ({
    kind,
    ...amountOf(all.filter((piece) => piece.kind === kind)),
  }));
  return { name, total: amountOf(all), amounts: amounts.filter((amount) => amount.objects > 0) };
}

/** Objects and bytes of several groups. */
export const amountOf = (items: readonly Amount[]): Amount => ({
  objects: sumOf(items, (item) => item.objects),
  bytes: sumOf(items, (item) => item.bytes),
});

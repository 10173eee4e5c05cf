import type { Census, CensusOrigin } from '../lib/model/census.ts';
import type { Spent } from '../lib/model/spent.ts';
import { sealKeyArn } from '../lib/model/object-encryption.ts';

type Amount = { objects: number; bytes: number };

/** The `--json` shape of `sealcheck census`: `population = assessed + Σ excluded + Σ unassessable`. */
export type CensusJson = {
  readonly bucket: string;
  readonly source: Census['source'];
  readonly complete: boolean;
  readonly incompleteReason: string | null;
  readonly population: number;
  readonly assessed: number;
  readonly excluded: Readonly<Record<string, number>>;
  readonly unassessable: Readonly<Record<string, number>>;
  /** Server-side type → amount; the KMS types also by key ARN. */
  readonly byEncryption: Readonly<
    Record<string, Amount & { readonly byKey?: Readonly<Record<string, Amount>> }>
  >;
  /** What metadata claims: `none`, a format such as `V2`, `instruction-file`, `invalid` or `undetermined`. */
  readonly clientSide: Readonly<Record<string, Amount>>;
  readonly noncurrent: number;
  readonly deleteMarkers: number;
  /** Null when nobody listed them, as with S3 Inventory. */
  readonly unfinishedUploads: number | null;
  /** Where the figures come from, when not from the bucket itself. */
  readonly origin: CensusOrigin | null;
  /** Requests to S3, retries included; null when nobody counted them. */
  readonly spent: Spent | null;
};

/** A census as machines read it; data classes are summed up. */
export function censusJson(census: Census): CensusJson {
  const byEncryption: Record<string, Amount & { byKey?: Record<string, Amount> }> = {};
  const clientSide: Record<string, Amount> = {};
  for (const { encryption, objects, bytes } of census.groups) {
    const { type } = encryption.serverSide;
    add(byEncryption, type, objects, bytes);
    const key = sealKeyArn(encryption.serverSide);
    const seal = byEncryption[type];
    if (key !== undefined && seal) add((seal.byKey ??= {}), key ?? '(not named)', objects, bytes);
    const claim = encryption.clientSide;
    add(clientSide, claim.kind === 'claimed' ? claim.format : claim.kind, objects, bytes);
  }
  const unassessable: Record<string, number> = {};
  for (const { reason, objects } of census.unassessed)
    unassessable[reason] = (unassessable[reason] ?? 0) + objects;
  return {
    bucket: census.bucket,
    source: census.source,
    complete: census.complete,
    incompleteReason: census.incompleteReason,
    population: census.population,
    assessed: census.assessed,
    excluded: census.excluded,
    unassessable,
    byEncryption,
    clientSide,
    noncurrent: census.groups.reduce((sum, group) => sum + group.noncurrent, 0),
    deleteMarkers: census.deleteMarkers,
    unfinishedUploads: census.uploadsComplete
      ? census.uploads.reduce((sum, { uploads }) => sum + uploads, 0)
      : null,
    origin: census.origin ?? null,
    spent: census.spent ?? null,
  };
}

function add(amounts: Record<string, Amount>, name: string, objects: number, bytes: number): void {
  const amount = (amounts[name] ??= { objects: 0, bytes: 0 });
  amount.objects += objects;
  amount.bytes += bytes;
}

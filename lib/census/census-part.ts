import type { ListedVersion } from '../collectors/object-listing.ts';
import type { Census } from '../model/census.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import type { KeyRange } from './key-order.ts';
import type { PastSeal } from './seal-reuse.ts';
import type { RecordObject } from './wanted.ts';

/**
 * One finished key range, or inventory file. Parts of a bucket do not overlap, and the complete ones need not be
 * read again.
 */
export type CensusPart = {
  readonly range: KeyRange;
  /** Which inventory file was counted; undefined for a live key range. */
  readonly file?: string;
  /** What of an inventory file may be drawn by the sample of the whole inventory. */
  readonly candidates?: readonly Candidate[];
  readonly census: Census;
};

/** An object that has to be asked, with its data classes and how the inventory says that it is encrypted. */
export type Candidate = ListedVersion & {
  readonly dataClasses: readonly string[];
  readonly listed: ObjectEncryption;
};

/** Where the parts of a census go. */
export type PartSink = { readonly open: () => Promise<PartWriter> };

export type PartWriter = {
  readonly record: RecordObject;
  /** Keeps what HEAD said of a version, for a later run; in listing order. */
  readonly keep?: (seal: PastSeal) => Promise<void>;
  /** The part is done; nothing else is written to it. */
  readonly close: (part: CensusPart) => Promise<void>;
  /** Leaves nothing behind. */
  readonly abandon: () => Promise<void>;
};

import type { ListedVersion } from '../collectors/object-listing.ts';
import type { ClientSideEncryption, ObjectEncryption } from '../model/object-encryption.ts';

/** What an S3 Encryption Client puts after the key of the object. */
export const SUFFIX = '.instruction';

/** One listed object with what its HEAD told; a null encryption could not be read. */
export type Assessed = { readonly entry: ListedVersion; readonly encryption: ObjectEncryption | null };

/** What is known of `<key>.instruction` beside an object. */
export type Sibling = 'none' | 'marked' | 'marked-noncurrent' | 'unreadable';

/** Objects pass through in listing order; each comes out, in the same order, when its instruction file is known. */
export type Pairer = {
  readonly push: (item: Assessed) => Promise<void>;
  /** Nothing more comes: up to this border, or at all when it is null. */
  readonly flush: (border: string | null) => Promise<void>;
};

type Frame = { readonly key: string; sibling: Sibling; decided: boolean };
type Held = { readonly item: Assessed; readonly frame: Frame | null };

/**
 * An S3 Encryption Client may keep its wrapped key in a sibling object, `<key>.instruction`, and leave no mark on
 * the object itself (FACTS §2). The listing is sorted, and whatever sorts between `key` and `key.instruction`
 * begins with `key`: a stack of keys, each a prefix of the next, is all that can still be paired, however large the
 * bucket. What would hold back too much, or lies beyond the border of a shard, is looked up instead.
 */
export function createPairer(
  emit: (item: Assessed) => void,
  lookUp: (instructionKey: string) => Promise<Sibling>,
  maxHeld = 10_000,
): Pairer {
  const open: Frame[] = [];
  let held: Held[] = [];
  let first = 0;

  const emitDecided = (): void => {
    for (let next = held[first]; next && next.frame?.decided !== false; next = held[first]) {
      emit(next.frame ? settle(next.item, next.frame.sibling) : next.item);
      first += 1;
    }
    if (first === held.length || first > 4096) {
      held = held.slice(first);
      first = 0;
    }
  };
  const decide = async (frame: Frame): Promise<void> => {
    frame.sibling = await lookUp(`${frame.key}${SUFFIX}`);
    frame.decided = true;
  };
  const noteSibling = ({ entry, encryption }: Assessed): void => {
    if (!entry.key.endsWith(SUFFIX)) return;
    const base = entry.key.slice(0, -SUFFIX.length);
    const frame = open.find(({ key }) => key === base);
    if (!frame || frame.decided) return;
    frame.sibling = strongest(frame.sibling, siblingOf(encryption, entry.isLatest));
  };
  const frameOf = (key: string): Frame => {
    const top = open.at(-1);
    if (top?.key === key) return top;
    const frame: Frame = { key, sibling: 'none', decided: false };
    open.push(frame);
    return frame;
  };

  return {
    push: async (item) => {
      const { key } = item.entry;
      for (let top = open.at(-1); top && !canStillPair(top.key, key); top = open.at(-1)) {
        open.pop();
        top.decided = true;
      }
      noteSibling(item);
      held.push({ item, frame: mayHaveSibling(item.encryption) ? frameOf(key) : null });
      emitDecided();
      while (held.length - first > maxHeld) {
        const oldest = held[first]?.frame;
        if (oldest) await decide(oldest);
        emitDecided();
      }
    },
    flush: async (border) => {
      for (const frame of open) {
        if (frame.decided) continue;
        if (border !== null && canStillPair(frame.key, border)) await decide(frame);
        else frame.decided = true;
      }
      open.length = 0;
      emitDecided();
    },
  };
}

/** Whether `earlier.instruction` may still come at or after `now` in the listing. */
function canStillPair(earlier: string, now: string): boolean {
  if (!now.startsWith(earlier)) return false;
  return now.slice(earlier.length) <= SUFFIX;
}

/** Only an object that is unmarked, or whose V3 marks leave the key out, can owe its key to a sibling. */
export function mayHaveSibling(encryption: ObjectEncryption | null): boolean {
  if (!encryption) return false;
  const { clientSide } = encryption;
  return clientSide.kind === 'none' || (clientSide.kind === 'claimed' && clientSide.instructionFile);
}

/** What the HEAD of an `.instruction` object says about its sibling. */
export function siblingOf(encryption: ObjectEncryption | null, isLatest: boolean): Sibling {
  if (!encryption || encryption.clientSide.kind === 'undetermined') return 'unreadable';
  if (encryption.clientSide.kind !== 'instruction-file') return 'none';
  return isLatest ? 'marked' : 'marked-noncurrent';
}

/** What several versions of an instruction file say together. */
const STRENGTH: readonly Sibling[] = ['none', 'marked-noncurrent', 'unreadable', 'marked'];
export const strongest = (a: Sibling, b: Sibling): Sibling =>
  STRENGTH.indexOf(a) >= STRENGTH.indexOf(b) ? a : b;

/** The object with what its instruction file makes of its client-side claim. */
export function settle(item: Assessed, sibling: Sibling): Assessed {
  if (!item.encryption) return item;
  const clientSide = settleClaim(item.encryption.clientSide, sibling, item.entry.isLatest);
  return clientSide === item.encryption.clientSide
    ? item
    : { ...item, encryption: { ...item.encryption, clientSide } };
}

/** What an instruction file beside an object makes of the object's own claim; asked where `mayHaveSibling`. */
export function settleClaim(
  own: ClientSideEncryption,
  sibling: Sibling,
  isLatest: boolean,
): ClientSideEncryption {
  if (own.kind === 'claimed') {
    return sibling === 'none'
      ? {
          kind: 'invalid',
          detail: 'V3 marks without a wrapped key, neither on the object nor in an instruction file',
        }
      : own;
  }
  if (sibling === 'none') return own;
  if (sibling === 'unreadable') {
    return { kind: 'undetermined', detail: 'an object named as its instruction file could not be read' };
  }
  if (sibling === 'marked' && isLatest) {
    return {
      kind: 'claimed',
      format: 'INSTRUCTION-FILE',
      keyWrap: null,
      cipher: null,
      instructionFile: true,
    };
  }
  return {
    kind: 'undetermined',
    detail: 'an instruction file exists, but S3 does not record for which version',
  };
}

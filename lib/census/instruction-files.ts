import type { ListedVersion } from '../collectors/object-listing.ts';
import type { ClientSideEncryption, ObjectEncryption } from '../model/object-encryption.ts';

const SUFFIX = '.instruction';

/** One listed object with what its HEAD told; a null encryption could not be read. */
export type Assessed = { readonly entry: ListedVersion; readonly encryption: ObjectEncryption | null };

/** What is known of `<key>.instruction` beside an object. */
export type Sibling = 'none' | 'marked' | 'marked-noncurrent' | 'unreadable';

/** Feeds objects through in listing order; each comes out once, when its instruction file can no longer follow. */
export type Pairer = {
  readonly push: (item: Assessed) => Promise<void>;
  readonly flush: () => void;
};

type Frame = { readonly key: string; readonly held: Assessed[]; sibling: Sibling; decided: boolean };

/**
 * An S3 Encryption Client may keep its wrapped key in a sibling object, `<key>.instruction`, and leave no mark on
 * the object itself (FACTS §2). The listing is sorted, and whatever sorts between `key` and `key.instruction`
 * begins with `key`: a stack of keys, each a prefix of the next, holds back just the objects that can still be
 * paired, however large the bucket. An object with very many versions is settled by `probe` instead of held.
 */
export function createPairer(
  emit: (item: Assessed) => void,
  probe: (instructionKey: string) => Promise<Sibling>,
  maxHeld = 10_000,
): Pairer {
  const stack: Frame[] = [];
  let held = 0;

  const close = (frame: Frame): void => {
    held -= frame.held.length;
    for (const item of frame.held) emit(settle(item, frame.sibling));
  };

  const noteSibling = ({ entry, encryption }: Assessed): void => {
    if (!entry.key.endsWith(SUFFIX)) return;
    const base = entry.key.slice(0, -SUFFIX.length);
    const frame = stack.find(({ key }) => key === base);
    if (!frame || frame.decided) return;
    frame.sibling = strongest(frame.sibling, siblingOf(encryption, entry.isLatest));
  };

  return {
    push: async (item) => {
      const { key } = item.entry;
      for (let top = stack.at(-1); top && !canStillPair(top.key, key); top = stack.at(-1)) {
        stack.pop();
        close(top);
      }
      noteSibling(item);
      if (!mayHaveSibling(item.encryption)) {
        emit(item);
        return;
      }
      let frame = stack.at(-1);
      if (frame?.key !== key) {
        frame = { key, held: [], sibling: 'none', decided: false };
        stack.push(frame);
      }
      if (frame.decided) {
        emit(settle(item, frame.sibling));
        return;
      }
      frame.held.push(item);
      held += 1;
      if (held <= maxHeld) return;
      for (const full of stack) {
        if (full.decided) continue;
        full.sibling = await probe(`${full.key}${SUFFIX}`);
        full.decided = true;
        close(full);
        full.held.length = 0;
      }
    },
    flush: () => {
      for (let top = stack.pop(); top; top = stack.pop()) close(top);
    },
  };
}

/** Whether `earlier.instruction` may still come at or after `now` in the listing. */
function canStillPair(earlier: string, now: string): boolean {
  if (!now.startsWith(earlier)) return false;
  return now.slice(earlier.length) <= SUFFIX;
}

/** Only an object that is unmarked, or whose V3 marks leave the key out, can owe its key to a sibling. */
function mayHaveSibling(encryption: ObjectEncryption | null): boolean {
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

const STRENGTH: readonly Sibling[] = ['none', 'marked-noncurrent', 'unreadable', 'marked'];
const strongest = (a: Sibling, b: Sibling): Sibling => (STRENGTH.indexOf(a) >= STRENGTH.indexOf(b) ? a : b);

function settle(item: Assessed, sibling: Sibling): Assessed {
  if (!item.encryption) return item;
  const clientSide = settleClaim(item.encryption.clientSide, sibling, item.entry.isLatest);
  return clientSide === item.encryption.clientSide
    ? item
    : { ...item, encryption: { ...item.encryption, clientSide } };
}

function settleClaim(own: ClientSideEncryption, sibling: Sibling, isLatest: boolean): ClientSideEncryption {
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

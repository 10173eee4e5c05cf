import type { ListedPublicKey } from '../collectors/trails.ts';
import type { TrailLogStore } from '../collectors/trails-log-store.ts';
import type { LedgerGap, LedgerWindow } from '../model/ledger.ts';
import { known } from '../model/observed.ts';
import type { Observed } from '../model/observed.ts';
import { ahead } from './ahead.ts';
import { parseDigest } from './digest.ts';
import type { Digest } from './digest.ts';
import { fileName } from './digest-chain.ts';
import type { PublicKeys } from './digest-chain.ts';
import { inflate } from './inflate.ts';
import { unreadable } from './log-gaps.ts';
import type { LogLayout } from './log-layout.ts';
import { listDigests } from './log-listing.ts';

/** Asks for CloudTrail's public keys of a Region that were valid in the window. */
export type PublicKeySource = (
  region: string,
  window: LedgerWindow,
) => Promise<Observed<readonly ListedPublicKey[]>>;

/** The digests of a window; one that cannot be read goes into `gaps`. */
export async function readDigests(
  store: TrailLogStore,
  layout: LogLayout,
  window: LedgerWindow,
  gaps: LedgerGap[],
): Promise<readonly Digest[]> {
  const paths: string[] = [];
  for (const folder of await listDigests(store, layout, window)) {
    if (folder.kind === 'files') paths.push(...folder.files.map(({ path }) => path));
    else gaps.push({ ...unreadable(folder.path, folder.error), kind: 'UNVALIDATED', loses: 'detail' });
  }
  const digests: Digest[] = [];
  const read = async (path: string): Promise<Digest | LedgerGap> => {
    try {
      const { bytes, signature } = await store.read(path);
      const inflated = await inflate(bytes);
      const digest = inflated.defect === null ? parseDigest(path, inflated.bytes, signature) : null;
      return digest ?? notADigest(path);
    } catch (error) {
      return { ...unreadable(path, error), kind: 'UNVALIDATED', loses: 'detail' };
    }
  };
  for await (const digest of ahead(paths.sort(), 8, read)) {
    if ('document' in digest) digests.push(digest);
    else gaps.push(digest);
  }
  return digests;
}

/** CloudTrail's public keys for the Regions of these digests. */
export async function keysFor(
  digests: readonly Digest[],
  window: LedgerWindow,
  publicKeys: PublicKeySource,
): Promise<PublicKeys> {
  const keys = new Map<string, Observed<readonly ListedPublicKey[]>>();
  for (const region of new Set(digests.map(({ name }) => name.region))) {
    const answer = await publicKeys(region, window);
    keys.set(region, answer.state === 'absent' ? known([]) : answer);
  }
  return keys;
}

/** In S3 the very bucket and key; in a folder the part of the key that the copy kept. */
export function placeFits({ bucket, keyOf }: TrailLogStore, { path, document }: Digest): boolean {
  if (bucket !== null) return document.digestS3Bucket === bucket && document.digestS3Object === keyOf(path);
  return fileName(document.digestS3Object) === fileName(path);
}

const notADigest = (where: string): LedgerGap => ({
  kind: 'DIGEST_INVALID',
  loses: 'integrity',
  where,
  count: 1,
  message: 'the file is not a digest',
});

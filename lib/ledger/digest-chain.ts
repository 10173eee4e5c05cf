import { groupBy } from '../model/group-by.ts';
import type { ListedPublicKey } from '../collectors/trails.ts';
import type { GapKind, LedgerGap } from '../model/ledger.ts';
import type { Observed } from '../model/observed.ts';
import { describeReason } from '../model/observed.ts';
import { signatureFits } from './digest.ts';
import type { Digest } from './digest.ts';

/** Public keys of a Region, as far as they could be had. */
export type PublicKeys = ReadonlyMap<string, Observed<readonly ListedPublicKey[]>>;

/** What a set of digests says about log files, and what is wrong with the digests themselves. */
export type DigestFindings = {
  readonly gaps: readonly LedgerGap[];
  /** By file name. */
  readonly logs: ReadonlyMap<string, DigestedLog>;
  /** By account and Region: the time that digests cover without a break. */
  readonly spans: readonly Span[];
  readonly signed: number;
  readonly from: string | null;
  readonly to: string | null;
};

/** A log file that a digest lists: its key, and the SHA-256 of its inflated bytes, hex. */
export type DigestedLog = { readonly key: string; readonly sha256: string };

export type Span = {
  readonly accountId: string;
  readonly region: string;
  readonly from: string;
  readonly to: string;
};

/** The name of a file without its folders: CloudTrail makes it unique. */
export const fileName = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/**
 * Follows the chain of each trail's digests in each account and Region (FACTS §4): signature, place, and the link to
 * the digest before. Where the metadata of a digest is lost, its signature is taken from the digest after it.
 * @param placeFits whether a digest lies where it says that it was delivered
 */
export function checkDigests(
  digests: readonly Digest[],
  keys: PublicKeys,
  placeFits: (digest: Digest) => boolean,
): DigestFindings {
  const gaps: LedgerGap[] = [];
  const logs = new Map<string, DigestedLog>();
  const spans: Span[] = [];
  let signed = 0;
  const chains = groupBy(digests, ({ name: { accountId, region, trail, backfill } }) =>
    JSON.stringify([accountId, region, trail, backfill]),
  );
  for (const chain of chains.values()) {
    const sorted = [...chain].sort((a, b) => (endOf(a) < endOf(b) ? -1 : 1));
    sorted.forEach((digest, i) => {
      const [previous, next] = [sorted[i - 1], sorted[i + 1]];
      const { document, name } = digest;
      if (!placeFits(digest)) {
        gaps.push(
          broken(
            'DIGEST_INVALID',
            digest.path,
            'the digest does not lie where it says that it was delivered',
          ),
        );
      }
      const verdict = checkSignature(digest, next, keys);
      if (verdict === 'signed') signed += 1;
      else if (verdict === 'forged') {
        gaps.push(broken('DIGEST_INVALID', digest.path, 'the signature does not fit the digest'));
      } else gaps.push(unproven(name.region, verdict));
      for (const { s3Object: key, hashValue } of document.logFiles) {
        logs.set(fileName(key), { key, sha256: hashValue });
      }
      const link = previous ? checkLink(previous, digest) : null;
      if (link) gaps.push(link);
      const { accountId, region } = name;
      const span = { accountId, region, from: document.digestStartTime, to: document.digestEndTime };
      const before = spans.at(-1);
      if (previous && !link && before) spans[spans.length - 1] = { ...before, to: span.to };
      else spans.push(span);
    });
  }
  return {
    gaps,
    logs,
    spans,
    signed,
    from: spans.map(({ from }) => from).sort()[0] ?? null,
    to:
      spans
        .map(({ to }) => to)
        .sort()
        .at(-1) ?? null,
  };
}

const endOf = ({ document }: Digest): string => document.digestEndTime;

/** `signed`, `forged`, or why it could not be told. */
function checkSignature(digest: Digest, next: Digest | undefined, keys: PublicKeys): string {
  const { document, name } = digest;
  const fromNext =
    next && fileName(next.document.previousDigestS3Object ?? '') === fileName(digest.path)
      ? (next.document.previousDigestSignature ?? null)
      : null;
  const signature = digest.signature ?? fromNext;
  if (signature === null) return 'the newest digests have no signature here: S3 keeps it in their metadata';
  const known = keys.get(name.region);
  if (known?.state !== 'known') {
    const why = known?.state === 'unknown' ? ` (${describeReason(known.reason)})` : '';
    return `the signatures could not be checked without CloudTrail's public keys${why}`;
  }
  const key = known.value.find(({ fingerprint }) => fingerprint === document.digestPublicKeyFingerprint);
  if (!key) return `CloudTrail names no public key ${document.digestPublicKeyFingerprint} here`;
  return signatureFits(digest, signature, key) ? 'signed' : 'forged';
}

/** The gap between a digest and the one before it, or null when they are linked. */
function checkLink(before: Digest, { document, path, name }: Digest): LedgerGap | null {
  // Backfilled digests are delivered one by one.
  if (name.backfill) return null;
  const stated = document.previousDigestS3Object ?? null;
  if (stated === null) {
    return {
      ...unproven(path, 'the chain of digests begins anew here: the time before it is not covered'),
      where: path,
    };
  }
  if (fileName(stated) !== fileName(before.path)) {
    return broken('DIGEST_REMOVED', stated, `this digest is gone; ${fileName(path)} follows it`);
  }
  return document.previousDigestHashValue === before.sha256
    ? null
    : broken('DIGEST_INVALID', before.path, 'the digest is not the one that its successor was chained to');
}

const broken = (kind: GapKind, where: string, message: string): LedgerGap => ({
  kind,
  loses: 'integrity',
  where,
  count: 1,
  message,
});

const unproven = (where: string, message: string): LedgerGap => ({
  kind: 'UNVALIDATED',
  loses: 'detail',
  where,
  count: 1,
  message,
});

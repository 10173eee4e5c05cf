import { fault } from '../faults.ts';
import { newBucket, newObject } from '../objects.ts';
import type { Bucket } from '../state-s3.ts';
import { keyFromPattern, timeOf } from './notation.ts';
import { objectsOf, within } from './object-versions.ts';
import { groupLabel, hexDigits } from './object-keys.ts';
import { keyArnOf } from './place.ts';
import type { Placing } from './place.ts';
import { policyDocument } from './placeholders.ts';
import { randomStream } from './random.ts';
import type { EstateBucket } from './schema.ts';
import { sealNamed } from './seals.ts';
import type { Home } from './seals.ts';

/** Puts the estate's buckets with all they hold into the sandbox. */
export function addBuckets(placing: Placing): void {
  const { estate, state } = placing;
  for (const [name, given] of Object.entries(estate.buckets)) {
    // Only AWS Config still knows of it.
    if (given.deleted) continue;
    const home = homeOf(placing, name, given);
    const bucket = emptyBucket(placing, home, given);
    fill(placing, home, bucket, given);
    state.buckets.set(name, bucket);
    for (const { operation, keys } of given.denied) {
      state.faults.push(
        fault(
          { service: 's3', operation, bucket: name, ...(keys === undefined ? {} : { key: keys }) },
          { type: 'deny' },
        ),
      );
    }
  }
}

/** Where a bucket of the estate belongs. */
export const homeOf = ({ estate, now }: Placing, name: string, given: EstateBucket): Home => ({
  bucket: name,
  accountId: given.account ?? estate.account,
  region: given.region ?? estate.region,
  versioning: given.versioning,
  createdAt: timeOf(given.created, now),
});

/** A bucket with its settings and nothing in it. */
export function emptyBucket(placing: Placing, home: Home, given: EstateBucket): Bucket {
  const { estate } = placing;
  const statements = given.policy.map((name) => estate.statements[name] ?? {});
  const open = given['public-access'] === 'allowed';
  const key = given.default.key;
  return newBucket({
    name: home.bucket,
    region: home.region,
    accountId: home.accountId,
    createdAt: home.createdAt,
    // As AWS does: a client that asks in the wrong Region is sent away.
    strictRegion: true,
    tags: new Map(Object.entries(given.tags)),
    policy: statements.length === 0 ? null : policyDocument(placing, statements, home.bucket),
    encryption: {
      algorithm: given.default.algorithm,
      kmsKey: key === undefined || key.startsWith('alias/') ? (key ?? null) : keyArnOf(placing, key),
      bucketKey: given.default['bucket-key'],
      blocked: given.default.blocked,
    },
    versioning: given.versioning,
    publicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: !open,
      restrictPublicBuckets: !open,
    },
    logging: given.logging ? { targetBucket: given.logging.to, targetPrefix: given.logging.prefix } : null,
    objectLock: given['object-lock']
      ? { mode: given['object-lock'].mode, days: given['object-lock'].days, years: null }
      : null,
  });
}

function fill(placing: Placing, home: Home, bucket: Bucket, given: EstateBucket): void {
  given.objects.forEach((group, i) => {
    for (const [key, versions] of objectsOf(placing, home, group, groupLabel(home.bucket, i))) {
      bucket.objects.set(key, versions);
    }
  });
  given.uploads.forEach((upload, i) => {
    for (let n = 1; n <= upload.count; n += 1) {
      const random = randomStream(placing.estate.seed, `${home.bucket}/uploads/${i}/${n}`);
      const uploadId = random.bytes(48).toString('base64url');
      const initiated = within(upload.initiated, placing.now, random);
      const seal = sealNamed(placing, upload.seal, home);
      const parts = Array.from({ length: upload.parts }, (_, part) => ({
        number: part + 1,
        size: 8 * 1024 * 1024,
        etag: random.bytes(16).toString('hex'),
        lastModified: initiated + (part + 1) * 60_000,
        checksum: null,
        body: null,
      }));
      bucket.uploads.set(uploadId, {
        uploadId,
        key: keyFromPattern(upload.key, n, (digits) => hexDigits(random, digits)),
        initiated,
        template: newObject({ size: 0, lastModified: initiated, seal }),
        initiatorArn: placing.state.callerArn,
        checksumAlgorithm: null,
        checksumType: null,
        parts: new Map(parts.map((part) => [part.number, part])),
      });
    }
  });
}

import { newDeleteMarker, newObject } from '../objects.ts';
import type { ObjectVersion } from '../state-s3.ts';
import { clientMarks } from './client-side.ts';
import type { ClientMarks } from './client-side.ts';
import { keyFromPattern, timeOf } from './notation.ts';
import type { Instant, Span } from './notation.ts';
import type { Placing } from './place.ts';
import { randomStream } from './random.ts';
import type { Random } from './random.ts';
import type { EstateBucket, EstateObjects } from './schema.ts';
import { sealNamed } from './seals.ts';

/** Where a group of objects goes. */
export type Home = {
  readonly bucket: string;
  readonly accountId: string;
  readonly region: string;
  readonly versioning: EstateBucket['versioning'];
};

/** Every key of a group with its versions, newest first. `label` seeds the chances of this group alone. */
export function* objectsOf(
  placing: Placing,
  home: Home,
  group: EstateObjects,
  label: string,
): Generator<readonly [key: string, versions: ObjectVersion[]]> {
  const count = Array.isArray(group.keys) ? group.keys.length : (group.count ?? 1);
  for (let n = 1; n <= count; n += 1) {
    const random = randomStream(placing.estate.seed, `${label}/${n}`);
    const key = Array.isArray(group.keys)
      ? (group.keys[n - 1] ?? '')
      : keyFromPattern(group.keys, n, (digits) =>
          random
            .bytes(Math.ceil(digits / 2))
            .toString('hex')
            .slice(0, digits),
        );
    yield* versionsOf(placing, home, group, key, random);
  }
}

function* versionsOf(
  placing: Placing,
  home: Home,
  group: EstateObjects,
  key: string,
  random: Random,
): Generator<readonly [string, ObjectVersion[]]> {
  const size = random.between(group.size.from, group.size.to);
  const seal = sealNamed(placing, group.seal, home);
  const marks: ClientMarks = group['client-side']
    ? clientMarks(group['client-side'], random, { keyArn: seal.kmsKeyId ?? '', unencryptedSize: size })
    : { object: {}, instruction: null };
  const current = newObject({
    size,
    lastModified: within(group.written, placing.now, random),
    versionId: versionId(home, random),
    etag: random.bytes(16).toString('hex'),
    storageClass: group['storage-class'],
    contentType: group.type,
    metadata: { ...group.metadata, ...marks.object },
    tags: group.tags,
    seal,
  });
  const older = group.older.map((version) => ({
    ...current,
    lastModified: within(version.written, placing.now, random),
    versionId: versionId(home, random),
    etag: random.bytes(16).toString('hex'),
    size: random.between(group.size.from, group.size.to),
    seal: sealNamed(placing, version.seal, home),
  }));
  const marker = group.deleted
    ? [newDeleteMarker(within(group.deleted, placing.now, random), versionId(home, random))]
    : [];
  yield [key, [...marker, current, ...older]];
  if (marks.instruction) {
    yield [
      `${key}.instruction`,
      [
        {
          ...current,
          versionId: versionId(home, random),
          size: marks.instruction.body.length,
          etag: random.bytes(16).toString('hex'),
          metadata: marks.instruction.metadata,
          body: marks.instruction.body,
        },
      ],
    ];
  }
}

/** A time inside the span, to the second as S3 keeps them. */
export const within = (span: Span<Instant>, now: number, random: Random): number =>
  Math.floor(random.between(timeOf(span.from, now), timeOf(span.to, now)) / 1000) * 1000;

/** What was written while versioning was off or suspended has the null version id. */
const versionId = (home: Home, random: Random): string | null =>
  home.versioning === 'Enabled' ? random.bytes(24).toString('base64url') : null;

import { newDeleteMarker, newObject } from '../objects.ts';
import type { ObjectVersion } from '../state-s3.ts';
import { clientMarks } from './client-side.ts';
import type { ClientMarks } from './client-side.ts';
import { timeOf } from './notation.ts';
import type { Instant, Span } from './notation.ts';
import { instructionKey, objectKeys } from './object-keys.ts';
import type { Placing } from './place.ts';
import type { Random } from './random.ts';
import type { EstateObjects } from './schema.ts';
import { sealNamed } from './seals.ts';
import type { Home } from './seals.ts';

/** Every key of a group with its versions, newest first. `label` seeds the chances of this group alone. */
export function* objectsOf(
  placing: Placing,
  home: Home,
  group: EstateObjects,
  label: string,
): Generator<readonly [key: string, versions: ObjectVersion[]]> {
  for (const { key, random } of objectKeys(placing.estate.seed, label, group)) {
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
    versionId: versionId(home, random, group.deleted === undefined),
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
    versionId: versionId(home, random, false),
    etag: random.bytes(16).toString('hex'),
    size: random.between(group.size.from, group.size.to),
    seal: sealNamed(placing, version.seal, home),
  }));
  const marker = group.deleted
    ? [newDeleteMarker(within(group.deleted, placing.now, random), versionId(home, random, true))]
    : [];
  yield [key, [...marker, current, ...older]];
  if (marks.instruction) {
    yield [
      instructionKey(key),
      [
        {
          ...current,
          versionId: versionId(home, random, true),
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

/**
 * What was written while versioning was off or suspended has the null version id, of which a key has one at most: in
 * a suspended bucket the newest, as all before it are from the time when versioning was on.
 */
const versionId = (home: Home, random: Random, newest: boolean): string | null =>
  home.versioning === 'Enabled' || (home.versioning === 'Suspended' && !newest)
    ? random.bytes(24).toString('base64url')
    : null;

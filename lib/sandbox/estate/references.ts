import type { Instant } from './notation.ts';
import type { Estate, EstateBucket, EstateEvent, EstateObjects } from './schema.ts';
import type { Problem } from './problem.ts';

/** Names that lead nowhere, and parts that do not fit together: what the schema alone cannot see. */
export function referenceProblems(estate: Estate): Problem[] {
  const problems: Problem[] = [];
  const known = (
    what: string,
    names: Readonly<Record<string, unknown>>,
    path: readonly PropertyKey[],
    used: string,
  ): void => {
    if (Object.hasOwn(names, used)) return;
    problems.push({
      path,
      message: `there is no ${what} '${used}'; there are ${Object.keys(names).join(', ') || 'none'}`,
    });
  };
  const context: Context = { estate, problems, known };
  for (const [name, key] of Object.entries(estate.keys)) {
    const path = ['keys', name];
    key.users.forEach((user, i) => known('principal', estate.principals, [...path, 'users', i], user));
    if ((key.state === 'PendingDeletion') !== (key.deletion !== undefined)) {
      problems.push({ path, message: 'a key has a deletion date exactly when its state is PendingDeletion' });
    }
    if (key['rotation-days'] !== null && key.spec !== 'SYMMETRIC_DEFAULT') {
      problems.push({ path, message: `keys of spec ${key.spec} do not rotate` });
    }
  }
  for (const [name, seal] of Object.entries(estate.seals)) {
    if (seal.key !== undefined && seal.key !== 'aws/s3')
      known('key', estate.keys, ['seals', name, 'key'], seal.key);
    if (seal['customer-key'] && seal.algorithm !== null) {
      problems.push({
        path: ['seals', name],
        message: 'an object under a customer-provided key shows no algorithm',
      });
    }
  }
  for (const [name, bucket] of Object.entries(estate.buckets)) checkBucket(context, name, bucket);
  estate.trails.forEach((trail, i) => {
    known('bucket', estate.buckets, ['trails', i, 'bucket'], trail.bucket);
    if (trail.key !== undefined) known('key', estate.keys, ['trails', i, 'key'], trail.key);
  });
  estate.events.forEach((event, i) => checkEvent(context, event, ['events', i]));
  return problems;
}

type Context = {
  readonly estate: Estate;
  readonly problems: Problem[];
  readonly known: (
    what: string,
    names: Readonly<Record<string, unknown>>,
    path: readonly PropertyKey[],
    used: string,
  ) => void;
};

function checkBucket(context: Context, name: string, bucket: EstateBucket): void {
  const { estate, known } = context;
  const path = ['buckets', name];
  bucket.policy.forEach((used, i) => known('statement', estate.statements, [...path, 'policy', i], used));
  const key = bucket.default.key;
  if (key !== undefined && !key.startsWith('alias/'))
    known('key', estate.keys, [...path, 'default', 'key'], key);
  if (bucket.logging) known('bucket', estate.buckets, [...path, 'logging', 'to'], bucket.logging.to);
  bucket.objects.forEach((group, i) => checkObjects(context, bucket, group, [...path, 'objects', i]));
  bucket.uploads.forEach((upload, i) =>
    known('seal', estate.seals, [...path, 'uploads', i, 'seal'], upload.seal),
  );
}

function checkObjects(
  { estate, problems, known }: Context,
  bucket: EstateBucket,
  group: EstateObjects,
  path: PropertyKey[],
): void {
  known('seal', estate.seals, [...path, 'seal'], group.seal);
  group.older.forEach((older, i) => known('seal', estate.seals, [...path, 'older', i, 'seal'], older.seal));
  if (typeof group.keys === 'string' && (group.count ?? 1) > 1 && !/\{(n|hex)/.test(group.keys)) {
    problems.push({
      path: [...path, 'keys'],
      message: 'more than one object needs {n} or {hex} in its pattern',
    });
  }
  if (Array.isArray(group.keys) && group.count !== undefined) {
    problems.push({ path: [...path, 'count'], message: 'a list of keys is its own count' });
  }
  if (bucket.versioning === 'Off' && (group.older.length > 0 || group.deleted)) {
    problems.push({ path, message: 'only a versioned bucket has older versions and delete markers' });
  }
  const newestFirst = [
    group.deleted,
    { from: group.written.from, to: group.written.to },
    ...group.older.map(({ written }) => written),
  ].filter((span) => span !== undefined);
  newestFirst.forEach((span, i) => {
    const older = newestFirst[i + 1];
    if (older && isBefore(span.from, older.to)) {
      problems.push({ path, message: 'each version must have been written before the one above it' });
    }
  });
}

/** Whether both are dates of their own and in this order; a date relative to the clock cannot be compared here. */
const isBefore = (a: Instant, b: Instant): boolean => 'at' in a && 'at' in b && a.at < b.at;

function checkEvent(
  { estate, problems, known }: Context,
  event: EstateEvent,
  path: readonly PropertyKey[],
): void {
  known('principal', estate.principals, [...path, 'by'], event.by);
  if ((event.bucket === undefined) === (event.key === undefined)) {
    problems.push({
      path,
      message: 'an event is about either a bucket (through S3) or a key (a direct call)',
    });
  }
  if (event.bucket !== undefined) known('bucket', estate.buckets, [...path, 'bucket'], event.bucket);
  if (event.key !== undefined) known('key', estate.keys, [...path, 'key'], event.key);
}

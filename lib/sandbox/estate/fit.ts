import { isBefore } from './notation.ts';
import type { Instant, Span } from './notation.ts';
import type { Problem, Report } from './problem.ts';
import { groupSize } from './object-keys.ts';
import type { Estate, EstateBucket, EstateObjects } from './schema.ts';

/** From this day on S3 encrypts every new object. */
const ALWAYS_ENCRYPTED: Instant = { at: Date.UTC(2023, 0, 5) };

/** Parts that AWS would not let stand beside each other. Names must be in order. */
export function fitProblems(estate: Estate): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });
  checkKeys(estate, report);
  checkSeals(estate, report);
  for (const [name, bucket] of Object.entries(estate.buckets)) checkBucket(estate, report, name, bucket);
  estate.events.forEach((event, i) => {
    if ((event.bucket === undefined) === (event.key === undefined)) {
      report(['events', i], 'an event is about either a bucket (through S3) or a key (a direct call)');
    }
  });
  estate.trails.forEach((trail, i) => {
    if (trail.logging && trail.stopped) report(['trails', i], 'a trail that is logging has not stopped');
  });
  return problems;
}

function checkKeys(estate: Estate, report: Report): void {
  const aliases = new Set<string>();
  for (const [name, key] of Object.entries(estate.keys)) {
    const path = ['keys', name];
    if ((key.state === 'PendingDeletion') !== (key.deletion !== undefined)) {
      report(path, 'a key has a deletion date exactly when its state is PendingDeletion');
    }
    if (key['rotation-days'] !== null && (key.spec !== 'SYMMETRIC_DEFAULT' || key.origin !== 'AWS_KMS')) {
      report(path, `keys of spec ${key.spec} and origin ${key.origin} do not rotate`);
    }
    if (key['material-expires'] !== undefined && key.origin !== 'EXTERNAL') {
      report(path, 'only imported key material, of origin EXTERNAL, expires');
    }
    checkEarlier(report, key.earlier, key, path);
    if (key.alias === undefined) continue;
    const alias = [key.region ?? estate.region, key.account ?? estate.account, key.alias].join(':');
    if (aliases.has(alias)) report([...path, 'alias'], `another key has the alias '${key.alias}' already`);
    aliases.add(alias);
  }
}

function checkSeals(estate: Estate, report: Report): void {
  for (const [name, seal] of Object.entries(estate.seals)) {
    const path = ['seals', name];
    const kms = seal.algorithm?.startsWith('aws:kms') ?? false;
    if (seal['customer-key'] && seal.algorithm !== null) {
      report(path, 'an object under a customer-provided key shows no algorithm');
    }
    if (kms !== (seal.key !== undefined)) {
      report(path, 'a seal names a KMS key exactly when its algorithm is one of KMS');
    }
    if (seal['bucket-key'] && seal.algorithm !== 'aws:kms') {
      report(path, 'only aws:kms has bucket keys');
    }
  }
}

function checkBucket(estate: Estate, report: Report, name: string, bucket: EstateBucket): void {
  const path = ['buckets', name];
  const sealed = (at: readonly PropertyKey[], used: string, written: Span<Instant>): void => {
    const seal = Object.hasOwn(estate.seals, used) ? estate.seals[used] : undefined;
    const key =
      seal?.key !== undefined && Object.hasOwn(estate.keys, seal.key) ? estate.keys[seal.key] : undefined;
    if (key && (key.region ?? estate.region) !== (bucket.region ?? estate.region)) {
      report(at, `key '${seal?.key ?? ''}' of seal '${used}' is not in the bucket's Region`);
    }
    if (
      seal?.algorithm === null &&
      !seal['customer-key'] &&
      isBefore(written.to, ALWAYS_ENCRYPTED) === false
    ) {
      report(at, `S3 has encrypted every object since 5 January 2023; '${used}' is from before`);
    }
    if (key && isBefore(written.from, key.created) === true) {
      report(at, `written before key '${seal?.key ?? ''}' was created`);
    }
    if (isBefore(written.from, bucket.created) === true) report(at, 'written before the bucket was created');
  };
  checkEarlier(report, bucket.earlier, bucket, path);
  if (bucket.deleted && bucket.objects.length + bucket.uploads.length > 0) {
    report([...path, 'deleted'], 'a deleted bucket holds nothing');
  }
  bucket.objects.forEach((group, i) => {
    const at = [...path, 'objects', i];
    checkObjects(report, bucket, group, at);
    for (const { written, seal } of [group, ...group.older]) sealed(at, seal, written);
  });
  bucket.uploads.forEach((upload, i) => {
    const at = [...path, 'uploads', i];
    if (upload.count > 1 && !PATTERN.test(upload.key)) report(at, MANY);
    sealed(at, upload.seal, upload.initiated);
  });
}

/** Earlier states of one bucket or key: newest first, none from before there was one. */
function checkEarlier(
  report: Report,
  earlier: readonly { readonly until: Instant }[],
  { created, deleted }: { readonly created: Instant; readonly deleted?: Instant | undefined },
  path: readonly PropertyKey[],
): void {
  const times = [...(deleted ? [deleted] : []), ...earlier.map(({ until }) => until), created];
  times.forEach((time, i) => {
    const before = times[i + 1];
    if (before && isBefore(before, time) === false) {
      report(path, 'a deletion and earlier states go back in time, to no further than when it was created');
    }
  });
}

const PATTERN = /\{(n|hex)(:\d{1,2})?\}/;
const MANY = 'more than one needs {n} or {hex} in its key';

function checkObjects(
  report: Report,
  bucket: EstateBucket,
  group: EstateObjects,
  path: readonly PropertyKey[],
): void {
  if (typeof group.keys === 'string' && groupSize(group) > 1 && !PATTERN.test(group.keys)) {
    report([...path, 'keys'], MANY);
  }
  if (Array.isArray(group.keys) && group.count !== undefined) {
    report([...path, 'count'], 'a list of keys is its own count');
  }
  if (bucket.versioning === 'Off' && (group.older.length > 0 || group.deleted)) {
    report(path, 'only a versioned bucket has older versions and delete markers');
  }
  const newestFirst = [group.deleted, group.written, ...group.older.map(({ written }) => written)].filter(
    (span) => span !== undefined,
  );
  newestFirst.forEach((span, i) => {
    const older = newestFirst[i + 1];
    if (older && isBefore(span.from, older.to) === true) {
      report(path, 'each version must have been written before the one above it');
    }
  });
}

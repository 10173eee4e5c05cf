import { LIMITS } from './limits.ts';
import { keyFromPattern } from './notation.ts';
import { groupLabel, groupSize, hasInstructionFile, instructionKey, objectKeys } from './object-keys.ts';
import type { Problem, Report } from './problem.ts';
import type { Estate, EstateBucket, EstateObjects } from './schema.ts';

/** What an estate adds up to: too much, keys that S3 would not take or that meet, events about nothing. */
export function populationProblems(estate: Estate): Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });
  checkTotals(estate, report);
  // Only what is within bounds is worth counting out.
  if (problems.length > 0) return problems;
  for (const [name, bucket] of Object.entries(estate.buckets)) {
    const underKms = checkKeys(estate, report, name, bucket);
    estate.events.forEach((event, i) => {
      if (event.bucket !== name || underKms.some((key) => key.startsWith(event.prefix))) return;
      report(['events', i], `bucket ${name} holds no object under a KMS key below '${event.prefix}'`);
    });
  }
  return problems;
}

function checkTotals({ buckets, events }: Estate, report: Report): void {
  const all = Object.values(buckets);
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const most = (path: string, what: string, count: number, limit: number): void => {
    if (count > limit) report([path], `${count} ${what} in all; an estate has at most ${limit}`);
  };
  most(
    'buckets',
    'versions of objects',
    sum(all.flatMap(({ objects }) => objects.map(versions))),
    LIMITS.versions,
  );
  most(
    'buckets',
    'uploads',
    sum(all.flatMap(({ uploads }) => uploads.map(({ count }) => count))),
    LIMITS.uploads,
  );
  most('events', 'events', sum(events.map(({ count }) => count)), LIMITS.events);
}

const versions = (group: EstateObjects): number =>
  groupSize(group) * (1 + group.older.length + (group.deleted ? 1 : 0) + (hasInstructionFile(group) ? 1 : 0));

/** Current objects under a KMS key, which are those that an event can be about. */
function checkKeys(estate: Estate, report: Report, name: string, bucket: EstateBucket): string[] {
  const underKms: string[] = [];
  const seen = new Map<string, number>();
  bucket.objects.forEach((group, i) => {
    const path = ['buckets', name, 'objects', i];
    const isKms = estate.seals[group.seal]?.key !== undefined && group.deleted === undefined;
    let told = false;
    const add = (key: string): void => {
      const problem = keyProblem(key, seen.get(key));
      // One key stands for its group: a hundred thousand like it would say the same.
      if (problem !== null && !told) report(path, problem);
      told ||= problem !== null;
      seen.set(key, i);
      if (isKms) underKms.push(key);
    };
    for (const { key } of objectKeys(estate.seed, groupLabel(name, i), group)) {
      add(key);
      if (hasInstructionFile(group)) add(instructionKey(key));
    }
  });
  bucket.uploads.forEach(({ key, count }, i) => {
    const longest = keyFromPattern(key, count, (digits) => '0'.repeat(digits));
    const problem = keyProblem(longest, undefined);
    if (problem !== null) report(['buckets', name, 'uploads', i], problem);
  });
  return underKms;
}

function keyProblem(key: string, group: number | undefined): string | null {
  if (group !== undefined) return `'${key}' is there already, from objects.${group}`;
  const bytes = Buffer.byteLength(key);
  if (bytes > LIMITS.keyBytes) return `a key of ${bytes} bytes; S3 takes ${LIMITS.keyBytes}`;
  return key.isWellFormed() ? null : `'${key}' is not Unicode: it holds half a surrogate pair`;
}

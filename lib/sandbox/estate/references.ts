import type { Problem, Report } from './problem.ts';
import { placeholderProblems } from './placeholders.ts';
import type { Statements } from './placeholders.ts';
import type { Estate, EstateBucket } from './schema.ts';

/** Names that lead nowhere. */
export function referenceProblems(estate: Estate): Problem[] {
  const problems: Problem[] = [];
  const checker = createChecker(estate, (path, message) => problems.push({ path, message }));
  checkKeys(estate, checker);
  for (const [name, { key }] of Object.entries(estate.seals)) {
    if (key !== undefined && key !== 'aws/s3') checker.key(['seals', name, 'key'], key);
  }
  for (const [name, bucket] of Object.entries(estate.buckets)) checkBucket(estate, checker, name, bucket);
  estate.trails.forEach((trail, i) => {
    checker.bucket(['trails', i, 'bucket'], trail.bucket);
    if (trail.key !== undefined) checker.key(['trails', i, 'key'], trail.key);
  });
  estate.events.forEach((event, i) => {
    checker.principal(['events', i, 'by'], event.by);
    if (event.bucket !== undefined) checker.bucket(['events', i, 'bucket'], event.bucket);
    if (Object.hasOwn(estate.buckets, event.bucket ?? '') && estate.buckets[event.bucket ?? '']?.deleted)
      checker.report(['events', i, 'bucket'], 'the bucket is deleted');
    if (event.key !== undefined) checker.key(['events', i, 'key'], event.key);
  });
  checkOrganization(estate, checker);
  return problems;
}

type CheckName = (path: readonly PropertyKey[], used: string) => void;
type Checker = {
  readonly report: Report;
  readonly key: CheckName;
  readonly bucket: CheckName;
  readonly principal: CheckName;
  readonly seal: CheckName;
  readonly statement: CheckName;
  readonly placeholders: (path: readonly PropertyKey[], used: Statements, bucket: string | null) => void;
};

function createChecker(estate: Estate, report: Report): Checker {
  const among =
    (what: string, names: Readonly<Record<string, unknown>>): CheckName =>
    (path, used) => {
      if (Object.hasOwn(names, used)) return;
      const known = Object.keys(names);
      const some = known.slice(0, 20).join(', ') + (known.length > 20 ? ', …' : '');
      report(path, `there is no ${what} '${used}'; there are ${some || 'none'}`);
    };
  return {
    report,
    key: among('key', estate.keys),
    bucket: among('bucket', estate.buckets),
    principal: among('principal', estate.principals),
    seal: among('seal', estate.seals),
    statement: among('statement', estate.statements),
    placeholders: (path, used, bucket) => {
      // The partition changes no answer here.
      const naming = { estate, state: { partition: 'aws' } };
      for (const message of placeholderProblems(naming, used, bucket)) report(path, message);
    },
  };
}

function checkKeys(estate: Estate, checker: Checker): void {
  for (const [name, { users, policy }] of Object.entries(estate.keys)) {
    users.forEach((user, i) => {
      const path = ['keys', name, 'users', i];
      checker.principal(path, user);
      const principal = Object.hasOwn(estate.principals, user) ? estate.principals[user] : undefined;
      if (principal && 'service' in principal) checker.report(path, 'a service is no user of a key policy');
    });
    checker.placeholders(['keys', name, 'policy'], policy, null);
  }
}

function checkBucket(estate: Estate, checker: Checker, name: string, bucket: EstateBucket): void {
  const path = ['buckets', name];
  const settings = [
    { path, state: bucket },
    ...bucket.earlier.map((state, i) => ({ path: [...path, 'earlier', i], state })),
  ];
  for (const { path: at, state } of settings) {
    (state.policy ?? []).forEach((used, i) => {
      checker.statement([...at, 'policy', i], used);
      if (!Object.hasOwn(estate.statements, used)) return;
      checker.placeholders([...at, 'policy', i], [estate.statements[used] ?? {}], name);
    });
    const key = state.default?.key;
    if (key !== undefined && !key.startsWith('alias/')) checker.key([...at, 'default', 'key'], key);
  }
  if (bucket.logging) checker.bucket([...path, 'logging', 'to'], bucket.logging.to);
  bucket.objects.forEach((group, i) => {
    checker.seal([...path, 'objects', i, 'seal'], group.seal);
    group.older.forEach((older, j) => checker.seal([...path, 'objects', i, 'older', j, 'seal'], older.seal));
  });
  bucket.uploads.forEach((upload, i) => checker.seal([...path, 'uploads', i, 'seal'], upload.seal));
}

function checkOrganization({ organization }: Estate, checker: Checker): void {
  if (!organization) return;
  const path = ['organization'];
  const units = new Set([organization.root, ...Object.keys(organization.units)]);
  const targets = new Set([...units, ...organization.accounts.map(({ id }) => id)]);
  const expect = (names: ReadonlySet<string>, at: readonly PropertyKey[], used: string): void => {
    if (!names.has(used)) checker.report(at, `the organization has no '${used}'`);
  };
  for (const [unit, parent] of Object.entries(organization.units)) {
    expect(units, [...path, 'units', unit], parent);
  }
  organization.accounts.forEach(({ parent }, i) => expect(units, [...path, 'accounts', i, 'parent'], parent));
  organization.policies.forEach((policy, i) => {
    policy.targets.forEach((target, j) => expect(targets, [...path, 'policies', i, 'targets', j], target));
    checker.placeholders([...path, 'policies', i, 'statements'], policy.statements, null);
  });
}

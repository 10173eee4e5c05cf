import { AuditError } from '../model/errors.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { AuditContext } from './context.ts';
import { toJson } from './json-files.ts';
import type { RecordedFacts } from './recorded-facts.ts';
import { RUN_FILES } from './run-store.ts';
import { whyExcluded } from './selection.ts';
import type { Selection } from './selection.ts';

/**
 * Which buckets a run over recorded facts is about. A record tells of a bucket and of its facts at once, so what it
 * says is evidence from here on. Throws AuditError NOT_FOUND or ACCESS_DENIED when there is nothing to look at.
 */
export async function chooseRecorded(
  { store, configuration, signal }: AuditContext,
  facts: RecordedFacts,
  caller: { readonly accountId: string; readonly partition: string },
): Promise<Selection> {
  const { bucketGlobs } = configuration;
  const { accountId, partition } = caller;
  const found = await facts.buckets({ accountId, partition, signal }, (name) =>
    whyExcluded(name, configuration),
  );
  const { excluded, incomplete, notes } = found;
  const buckets = [...found.buckets].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = new Set(buckets.map(({ name }) => name));
  for (const name of bucketGlobs.filter((glob) => !/[*?]/.test(glob))) {
    if (!names.has(name))
      throw new AuditError(
        'NOT_FOUND',
        `AWS Config has no record of a bucket ${name}${ofWhen(configuration.facts)}.`,
      );
  }
  if (buckets.length === 0 && incomplete !== null)
    throw new AuditError('ACCESS_DENIED', `The buckets cannot be listed: ${describeReason(incomplete)}.`);
  if (buckets.length === 0 && bucketGlobs.length > 0) {
    throw new AuditError(
      'NOT_FOUND',
      `AWS Config has no record of a bucket that matches ${bucketGlobs.join(' or ')}${ofWhen(configuration.facts)}.`,
    );
  }
  for (const bucket of buckets) await store.write(RUN_FILES.bucket(bucket.name), toJson(bucket));
  return {
    population: buckets.length + Object.values(excluded).reduce((sum, n) => sum + n, 0),
    excluded,
    incomplete,
    notes,
    targets: buckets.map(({ name, region, createdAt }) => ({
      name,
      region: valueOf(region) ?? null,
      createdAt,
    })),
  };
}

const ofWhen = (facts: AuditContext['configuration']['facts']): string =>
  facts?.kind === 'config-history' ? ` as of ${facts.asOf}` : '';

import { judgeObject } from '../checks/stored.ts';
import { lookUpSibling } from '../census/read-version.ts';
import type { HeadTopUp } from '../census/inventory-rows.ts';
import { createHeadReader } from '../census/head-outcome.ts';
import { createPacer } from '../census/pace.ts';
import { createObjectHeader } from '../collectors/head-object.ts';
import type { ObjectHeader } from '../collectors/head-object.ts';
import { s3Inventory } from '../collectors/inventory-files.ts';
import { bucketListing, listUploads } from '../collectors/object-listing.ts';
import type { Census } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { sealKeyArn } from '../model/object-encryption.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import { valueOf } from '../model/observed.ts';
import type { Requirement } from '../model/requirement.ts';
import type { CensusSource } from './census-source.ts';
import type { AuditContext } from './context.ts';
import { emptyCensus } from '../model/census.ts';
import { allKeyPrefixes } from './scope.ts';
import type { CountHooks } from './count-bucket.ts';
import { censusFrom } from './count-inventory.ts';

/**
 * The census of one bucket from its inventory. What a requirement needs beyond it, the key id or the marks of
 * client-side encryption, is asked of just those objects by HEAD, unless objects must not be asked.
 */
export async function countFromInventory(
  context: AuditContext,
  bucket: BucketEvidence,
  source: Extract<CensusSource, { readonly kind: 'inventory' }>,
  hooks: CountHooks,
): Promise<Census> {
  const s3 = context.aws.account(bucket.accountId).s3(valueOf(bucket.region) ?? '');
  const target = { s3, bucket: bucket.name, owner: bucket.accountId };
  const header = context.configuration.objectReads
    ? await createObjectHeader(s3, bucket.name, bucket.accountId, {
        maxSockets: context.concurrency,
        meter: context.aws.meter,
      })
    : null;
  try {
    const census = await censusFrom(context, s3Inventory(s3, source.bucket, source.manifest), bucket.name, {
      ...hooks,
      prefixes: allKeyPrefixes(context.packs),
      topUp: header === null ? null : topUpBy(header, context, bucket, target),
      uploads: listUploads(target),
    });
    return withNote(census, source.why);
  } catch (error) {
    // The delivery was good when it was chosen: that it is not now is a fact about this bucket, not about the run.
    if (error instanceof AuditError && (error.code === 'INPUT_INVALID' || error.code === 'ACCESS_DENIED'))
      return { ...emptyCensus(bucket.name, `NOT_READ: ${error.message}`), source: 'inventory' };
    throw error;
  } finally {
    header?.close();
  }
}

const withNote = (census: Census, note: string): Census =>
  census.origin ? { ...census, origin: { ...census.origin, notes: [note, ...census.origin.notes] } } : census;

function topUpBy(
  header: ObjectHeader,
  context: AuditContext,
  bucket: BucketEvidence,
  target: Parameters<typeof bucketListing>[0],
): HeadTopUp {
  const readHead = createHeadReader(header, createPacer(context.concurrency), context.retry);
  const versioned = !(bucket.versioning.state === 'known' && bucket.versioning.value === 'Off');
  const listing = bucketListing(target, versioned);
  const sample = context.configuration.topUpSample ?? null;
  const on = (dataClasses: readonly string[]): readonly Requirement[] =>
    context.packs
      .flatMap((pack) => pack.requirements)
      .filter((requirement) => dataClasses.includes(requirement.dataClass));
  return {
    needed: (dataClasses, encryption) =>
      sample
        ? worthASample(on(dataClasses), bucket, encryption)
        : on(dataClasses).some((one) => cannotJudge(one, bucket, encryption)),
    siblingsMatter: (dataClasses) =>
      on(dataClasses).some(({ encryption }) => encryption.clientSide === 'required'),
    readHead,
    lookUp: async (key) => lookUpSibling({ listing, readHead }, key),
    window: context.concurrency * 4,
    sample,
  };
}

/**
 * Whether a sample may stand for such objects: what the inventory tells must not be given up for it, neither that
 * they fail some requirement nor that they pass them all.
 */
function worthASample(
  requirements: readonly Requirement[],
  bucket: BucketEvidence,
  encryption: ObjectEncryption,
): boolean {
  if (encryption.serverSide.type === 'SSE-C') return false;
  const verdicts = requirements.map(
    (requirement) => judgeObject({ requirement, bucket, keyOf: () => undefined }, encryption).status,
  );
  return verdicts.includes('INSUFFICIENT_DATA') && !verdicts.includes('NON_COMPLIANT');
}

/** Whether HEAD would tell a requirement more about an object than an inventory does. Of SSE-C it tells nothing. */
function cannotJudge(
  requirement: Requirement,
  bucket: BucketEvidence,
  encryption: ObjectEncryption,
): boolean {
  if (encryption.serverSide.type === 'SSE-C') return false;
  // The keys check asks for every key in use, whatever the requirement says about them.
  if (sealKeyArn(encryption.serverSide) === null) return true;
  return (
    judgeObject({ requirement, bucket, keyOf: () => undefined }, encryption).status === 'INSUFFICIENT_DATA'
  );
}

import { metadataCensus, tableId } from '../census/metadata-table.ts';
import type { MetadataCensusInput } from '../census/metadata-table.ts';
import { listUploads } from '../collectors/object-listing.ts';
import { emptyCensus } from '../model/census.ts';
import type { Census } from '../model/census.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { valueOf } from '../model/observed.ts';
import type { AuditContext } from './context.ts';
import type { MetadataSource } from './metadata-source.ts';

type Hooks = Pick<MetadataCensusInput, 'classesOf' | 'mustRecord' | 'spent' | 'parts' | 'done' | 'prefixes'>;

/**
 * The census of one bucket from its S3 Metadata table. No request goes to any object: unfinished uploads are listed,
 * everything else is told by Athena.
 */
export async function countFromMetadata(
  context: Pick<AuditContext, 'aws' | 'clock' | 'progress' | 'retry' | 'signal'>,
  bucket: BucketEvidence,
  source: MetadataSource,
  hooks: Hooks,
): Promise<Census> {
  const { clock, progress, retry, signal } = context;
  const aws = context.aws.account(bucket.accountId);
  const region = valueOf(bucket.region) ?? aws.options.region;
  try {
    const { census } = await metadataCensus({
      ...hooks,
      bucket: bucket.name,
      table: source.table,
      versioned: !(bucket.versioning.state === 'known' && bucket.versioning.value === 'Off'),
      place: {
        client: aws.athena(region),
        database: null,
        output: source.output,
        workgroup: source.workgroup,
        sleep: retry.sleep,
        scanned: aws.meter.scanned,
        ...(signal ? { signal } : {}),
      },
      uploads: listUploads({ s3: aws.s3(region), bucket: bucket.name, owner: bucket.accountId }),
      clock,
      onProgress: (objects) => progress.bucket(bucket.name, { kind: 'counting', objects }),
      ...(signal ? { signal } : {}),
    });
    return census.origin
      ? { ...census, origin: { ...census.origin, notes: [source.why, ...census.origin.notes] } }
      : census;
  } catch (error) {
    // That Athena does not answer is a fact about this bucket, not about the run.
    if (error instanceof AuditError && (error.code === 'FAILED' || error.code === 'ACCESS_DENIED'))
      return {
        ...emptyCensus(bucket.name, `NOT_READ: ${tableId(source.table)}: ${error.message}`),
        source: 'metadata',
      };
    throw error;
  }
}

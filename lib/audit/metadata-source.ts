import type { MetadataTable } from '../census/metadata-sql.ts';
import { readAthenaOutput } from '../collectors/athena-output.ts';
import type { BucketEvidence, MetadataTableConfiguration } from '../model/evidence.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { AuditContext } from './context.ts';
import { readJson } from './json-files.ts';
import type { Plan } from './plan.ts';
import { RUN_FILES } from './run-store.ts';

/** A metadata table and how Athena is asked about it. */
export type MetadataSource = {
  readonly kind: 'metadata';
  readonly table: MetadataTable;
  readonly output: string | null;
  readonly workgroup: string | null;
  /** Bytes at which the workgroup stops each query; null when it does not. */
  readonly cutoffBytes: number | null;
  readonly why: string;
};

/**
 * The bucket's metadata table, or a sentence on why it is not used; null when there is nothing to say, because it was
 * not asked for and there is none.
 */
export async function metadataSource(
  context: Pick<AuditContext, 'aws' | 'store' | 'configuration'>,
  bucket: BucketEvidence,
): Promise<MetadataSource | string | null> {
  const { source, athena } = context.configuration;
  const insists = source === 'metadata';
  if (!insists && (source !== 'auto' || bucket.metadataTable.state !== 'known')) return null;
  const table = tableOf(bucket, insists);
  if (typeof table === 'string') return table;
  if (athena === undefined && !insists)
    return 'Its S3 Metadata table was not used, as neither --athena-output nor --athena-workgroup was given.';
  const region = valueOf(bucket.region);
  if (region === undefined) return "The bucket's Region is not known, so neither is where Athena would run.";
  const { output = null, workgroup = null } = athena ?? {};
  const place = await readAthenaOutput(context.aws.account(bucket.accountId).athena(region), {
    output,
    workgroup,
  });
  if (typeof place === 'string') return place;
  const audited = new Set([bucket.name, ...(await targetsOf(context))]);
  const into = place.buckets.find((name) => audited.has(name));
  if (into !== undefined)
    return `Athena's workgroup ${workgroup ?? 'primary'} would write to ${into}, which is audited.`;
  return {
    kind: 'metadata',
    table,
    output: place.output,
    workgroup,
    cutoffBytes: place.cutoffBytes,
    why: insists ? 'Asked for.' : 'S3 Metadata tells keys and client-side marks without asking any object.',
  };
}

/** The table by the names that S3 gave, or why it does not answer. */
function tableOf({ name, metadataTable }: BucketEvidence, insists: boolean): MetadataTable | string {
  if (metadataTable.state === 'unknown')
    return `S3 Metadata could not be looked up: ${describeReason(metadataTable.reason)}.`;
  if (metadataTable.state === 'absent') return 'The bucket has no S3 Metadata.';
  const { version, status, error } = metadataTable.value;
  if (version === 'V1' && !insists)
    return 'Its S3 Metadata is from before July 2025 and holds later changes alone.';
  if (status === 'DISABLED') return 'Its S3 Metadata has no live inventory table, but a journal alone.';
  if (status !== 'ACTIVE')
    return `Its S3 Metadata table is ${status ?? 'in no known state'}, not ACTIVE${error === null ? '' : ` (${error})`}.`;
  return namesOf(name, metadataTable.value);
}

function namesOf(bucket: string, configuration: MetadataTableConfiguration): MetadataTable | string {
  const { version, tableBucketArn, namespace, tableName } = configuration;
  const isLive = version === 'V2';
  const tableBucket = tableBucketArn?.split(':bucket/')[1] ?? (isLive ? 'aws-s3' : null);
  const name = tableName ?? (isLive ? 'inventory' : null);
  if (tableBucket === null || name === null) return 'S3 does not say where its S3 Metadata table is.';
  return {
    version,
    catalog: `s3tablescatalog/${tableBucket}`,
    namespace: namespace ?? (isLive ? `b_${bucket.replaceAll('.', '_')}` : 'aws_s3_metadata'),
    name,
  };
}

const targetsOf = async ({ store }: Pick<AuditContext, 'store'>): Promise<readonly string[]> =>
  ((await readJson<Plan>(store, RUN_FILES.plan))?.targets ?? []).map(({ name }) => name);

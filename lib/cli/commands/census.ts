import { Option } from 'commander';
import type { Command } from 'commander';
import { CONCURRENCY, retryOptions } from '../../audit/defaults.ts';
import type { AuditContext } from '../../audit/context.ts';
import { COUNT_ONLY, countBucket } from '../../audit/count-bucket.ts';
import { countFromMetadata } from '../../audit/count-from-metadata.ts';
import { countInventory } from '../../audit/count-inventory.ts';
import { memoryStore } from '../../audit/memory-store.ts';
import { metadataSource } from '../../audit/metadata-source.ts';
import { reconcileBucket } from '../../audit/reconcile-bucket.ts';
import { readBucket } from '../../collectors/bucket.ts';
import { readBucketRegion } from '../../collectors/buckets.ts';
import { readCaller } from '../../collectors/caller.ts';
import type { AwsClients } from '../../collectors/clients.ts';
import { emptyCensus } from '../../model/census.ts';
import type { Census } from '../../model/census.ts';
import type { BucketEvidence } from '../../model/evidence.ts';
import { reconciled } from '../../model/reconciliation.ts';
import type { Reconciliation } from '../../model/reconciliation.ts';
import { AuditError } from '../../model/errors.ts';
import { censusJson } from '../../../reports/census-json.ts';
import { censusText } from '../../../reports/census-text.ts';
import type { RunConfiguration } from '../../model/run.ts';
import { reconciliationJson, reconciliationText } from '../../../reports/reconciliation-text.ts';
import { athenaConfiguration, athenaOutputOption, athenaWorkgroupOption } from '../athena-options.ts';
import type { AthenaOptions } from '../athena-options.ts';
import { clientsFromEnvironment } from '../aws-environment.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';
import { textProgress } from '../progress.ts';

type CensusOptions = AthenaOptions & {
  readonly bucket?: string;
  readonly inventory?: string;
  readonly reconcile?: boolean;
  readonly source?: (typeof SOURCES)[number];
  readonly json?: boolean;
};

const SOURCES = ['live', 'metadata'] as const;

/** `sealcheck census`: counts one bucket, live, from its S3 Metadata table or from an inventory of it. */
export function censusCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('census')
    .description('count the objects of one bucket by how they are encrypted')
    .option('--bucket <name>', 'the bucket to count')
    .addOption(
      new Option('--source <source>', 'where --bucket is counted from (default: live)').choices(SOURCES),
    )
    .addOption(athenaOutputOption())
    .addOption(athenaWorkgroupOption())
    .option(
      '--inventory <manifest>',
      'count from S3 Inventory: a manifest.json, as a path or an s3:// address',
    )
    .option('--reconcile', 'compare the inventory with the bucket itself, and explain every difference')
    .option('--json', 'print the result as JSON')
    .action(async (options: CensusOptions) => {
      const { json } = options;
      if (options.reconcile) {
        const told = await compare(io, options);
        const text = reconciliationJson(told);
        io.out.write(json ? `${JSON.stringify(text, null, 2)}\n` : reconciliationText(told));
        finish(RECONCILED[reconciled(told)]);
        return;
      }
      const census = await take(io, options);
      io.out.write(json ? `${JSON.stringify(censusJson(census), null, 2)}\n` : censusText(census));
      finish(census.complete && census.unassessed.length === 0 ? EXIT.compliant : EXIT.insufficientData);
    });
}

const RECONCILED = {
  explained: EXIT.compliant,
  unexplained: EXIT.nonCompliant,
  incomplete: EXIT.insufficientData,
} as const;

/** `--reconcile`: an inventory of a bucket beside the bucket. */
async function compare(io: CliIo, { bucket, inventory, source }: CensusOptions): Promise<Reconciliation> {
  if (bucket === undefined || inventory === undefined || source === 'metadata')
    throw new AuditError('USAGE', '--reconcile compares an inventory with its bucket: name both, no more.');
  const progress = textProgress(io.err, io.clock);
  const abort = new AbortController();
  const stopListening = io.onInterrupt(() => {
    abort.abort();
  });
  const aws = clientsFromEnvironment(io);
  try {
    const evidence = await readOne(aws, bucket);
    progress.stage('census', `comparing ${inventory} with ${bucket}`);
    const retry = retryOptions(io.random);
    const context = { aws, clock: io.clock, concurrency: CONCURRENCY, retry, progress, signal: abort.signal };
    return await reconcileBucket(context, evidence, inventory);
  } finally {
    progress.done();
    stopListening();
    aws.close();
  }
}

async function take(io: CliIo, { bucket, inventory, source, ...athena }: CensusOptions): Promise<Census> {
  if (bucket === undefined && inventory === undefined)
    throw new AuditError('USAGE', 'Name the bucket with --bucket, or an inventory of it with --inventory.');
  if (inventory !== undefined && source !== undefined)
    throw new AuditError(
      'USAGE',
      '--source says how --bucket is counted; --inventory is a source of its own.',
    );
  const configuration: RunConfiguration = {
    bucketGlobs: [],
    source: source ?? 'live',
    objectReads: source !== 'metadata',
    reportBucket: null,
    ...athenaConfiguration(athena),
  };
  const progress = textProgress(io.err, io.clock);
  const abort = new AbortController();
  const stopListening = io.onInterrupt(() => {
    abort.abort();
  });
  const needsAws = inventory === undefined || inventory.startsWith('s3://');
  const aws = needsAws ? clientsFromEnvironment(io) : null;
  try {
    if (inventory !== undefined) {
      progress.stage('census', `counting from the inventory ${inventory}`);
      const context = { aws, clock: io.clock, progress, signal: abort.signal };
      const census = await countInventory(context, inventory, bucket ?? null);
      return aws === null ? census : { ...census, spent: aws.meter.take() };
    }
    return await countOne(
      io,
      { aws: aws ?? clientsFromEnvironment(io), configuration, progress, signal: abort.signal },
      bucket ?? '',
    );
  } finally {
    progress.done();
    stopListening();
    aws?.close();
  }
}

async function countOne(
  io: CliIo,
  given: Pick<AuditContext, 'aws' | 'configuration' | 'progress'> & { readonly signal: AbortSignal },
  name: string,
): Promise<Census> {
  const { aws, progress } = given;
  const bucket = await readOne(aws, name);
  progress.stage('census', `counting the objects of ${name}`);
  const metered = aws.metered();
  const context = {
    ...given,
    aws: metered,
    clock: io.clock,
    store: memoryStore(),
    concurrency: CONCURRENCY,
    retry: retryOptions(io.random),
  };
  const census = await countFrom(context, bucket);
  return { ...census, spent: metered.meter.take() };
}

async function countFrom(
  context: Parameters<typeof countFromMetadata>[0] &
    Parameters<typeof countBucket>[0] &
    Parameters<typeof metadataSource>[0],
  bucket: BucketEvidence,
): Promise<Census> {
  if (context.configuration.source === 'live') return countBucket(context, bucket, COUNT_ONLY);
  const source = await metadataSource(context, bucket);
  return source === null || typeof source === 'string'
    ? emptyCensus(bucket.name, `NOT_READ: ${source ?? ''}`)
    : countFromMetadata(context, bucket, source, { ...COUNT_ONLY, prefixes: [] });
}

async function readOne(aws: AwsClients, name: string): Promise<BucketEvidence> {
  const caller = await readCaller(aws);
  const region = await readBucketRegion(aws, name);
  if (region.state === 'unknown' && region.reason.code === 'NOT_FOUND') {
    throw new AuditError('NOT_FOUND', `There is no bucket ${name}.`);
  }
  const listed = { name, region: region.state === 'known' ? region.value : null, createdAt: null };
  return readBucket(aws, listed, caller);
}

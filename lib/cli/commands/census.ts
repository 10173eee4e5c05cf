import type { Command } from 'commander';
import { CONCURRENCY, retryOptions } from '../../audit/defaults.ts';
import type { Progress } from '../../audit/context.ts';
import { COUNT_ONLY, countBucket } from '../../audit/count-bucket.ts';
import { countInventory } from '../../audit/count-inventory.ts';
import { readBucket } from '../../collectors/bucket.ts';
import { readBucketRegion } from '../../collectors/buckets.ts';
import { readCaller } from '../../collectors/caller.ts';
import type { AwsClients } from '../../collectors/clients.ts';
import type { Census } from '../../model/census.ts';
import { AuditError } from '../../model/errors.ts';
import { censusJson } from '../../../reports/census-json.ts';
import { censusText } from '../../../reports/census-text.ts';
import { clientsFromEnvironment } from '../aws-environment.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';
import { textProgress } from '../progress.ts';

type CensusOptions = { readonly bucket?: string; readonly inventory?: string; readonly json?: boolean };

/** `sealcheck census`: counts one bucket, live or from an inventory of it. */
export function censusCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('census')
    .description('count the objects of one bucket by how they are encrypted')
    .option('--bucket <name>', 'the bucket to count')
    .option(
      '--inventory <manifest>',
      'count from S3 Inventory: a manifest.json, as a path or an s3:// address',
    )
    .option('--json', 'print the result as JSON')
    .action(async ({ bucket, inventory, json }: CensusOptions) => {
      const census = await take(io, bucket, inventory);
      io.out.write(json ? `${JSON.stringify(censusJson(census), null, 2)}\n` : censusText(census));
      finish(census.complete && census.unassessed.length === 0 ? EXIT.compliant : EXIT.insufficientData);
    });
}

async function take(io: CliIo, bucket: string | undefined, inventory: string | undefined): Promise<Census> {
  if (bucket === undefined && inventory === undefined)
    throw new AuditError('USAGE', 'Name the bucket with --bucket, or an inventory of it with --inventory.');
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
    return await countOne(io, aws ?? clientsFromEnvironment(io), bucket ?? '', progress, abort.signal);
  } finally {
    progress.done();
    stopListening();
    aws?.close();
  }
}

async function countOne(
  io: CliIo,
  aws: AwsClients,
  name: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Census> {
  const caller = await readCaller(aws);
  const region = await readBucketRegion(aws, name);
  if (region.state === 'unknown' && region.reason.code === 'NOT_FOUND') {
    throw new AuditError('NOT_FOUND', `There is no bucket ${name}.`);
  }
  const listed = { name, region: region.state === 'known' ? region.value : null, createdAt: null };
  const bucket = await readBucket(aws, listed, caller);
  progress.stage('census', `counting the objects of ${name}`);
  const metered = aws.metered();
  const context = {
    aws: metered,
    concurrency: CONCURRENCY,
    retry: retryOptions(io.random),
    progress,
    signal,
  };
  const census = await countBucket(context, bucket, COUNT_ONLY);
  return { ...census, spent: metered.meter.take() };
}

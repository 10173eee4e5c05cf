import type { Command } from 'commander';
import { CONCURRENCY, retryOptions } from '../../audit/defaults.ts';
import { COUNT_ONLY, countBucket } from '../../audit/count-bucket.ts';
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

/** `sealcheck census`: counts one bucket. */
export function censusCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('census')
    .description('count the objects of one bucket by how they are encrypted')
    .requiredOption('--bucket <name>', 'the bucket to count')
    .option('--json', 'print the result as JSON')
    .action(async ({ bucket, json }: { bucket: string; json?: boolean }) => {
      const aws = clientsFromEnvironment(io);
      try {
        const census = await countOne(io, aws, bucket);
        io.out.write(json ? `${JSON.stringify(censusJson(census), null, 2)}\n` : censusText(census));
        finish(census.complete && census.unassessed.length === 0 ? EXIT.compliant : EXIT.insufficientData);
      } finally {
        aws.close();
      }
    });
}

async function countOne(io: CliIo, aws: AwsClients, name: string): Promise<Census> {
  const caller = await readCaller(aws);
  const region = await readBucketRegion(aws, name);
  if (region.state === 'unknown' && region.reason.code === 'NOT_FOUND') {
    throw new AuditError('NOT_FOUND', `There is no bucket ${name}.`);
  }
  const listed = { name, region: region.state === 'known' ? region.value : null, createdAt: null };
  const bucket = await readBucket(aws, listed, caller);
  const progress = textProgress(io.err, io.clock);
  progress.stage('census', `counting the objects of ${name}`);
  const abort = new AbortController();
  const stopListening = io.onInterrupt(() => {
    abort.abort();
  });
  try {
    return await countBucket(
      { aws, concurrency: CONCURRENCY, retry: retryOptions(io.random), progress, signal: abort.signal },
      bucket,
      COUNT_ONLY,
    );
  } finally {
    progress.done();
    stopListening();
  }
}

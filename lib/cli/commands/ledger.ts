import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { lookupPace } from '../../audit/defaults.ts';
import { openTrail } from '../../audit/open-trail.ts';
import { outputBucket } from '../../collectors/athena-output.ts';
import { readCaller } from '../../collectors/caller.ts';
import type { AwsClients } from '../../collectors/clients.ts';
import { athenaLedger } from '../../ledger/athena.ts';
import type { AthenaOptions } from '../../ledger/athena.ts';
import { lookupLedger } from '../../ledger/lookup.ts';
import { readTrailLogs } from '../../ledger/trail-logs.ts';
import { parseArn } from '../../model/arn.ts';
import { AuditError } from '../../model/errors.ts';
import type { DecryptLedger } from '../../model/ledger.ts';
import { wholeSecond } from '../../model/whole-second.ts';
import { ledgerJson } from '../../../reports/ledger-json.ts';
import { ledgerText } from '../../../reports/ledger-text.ts';
import { clientsFromEnvironment } from '../aws-environment.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';
import { parseInstant, trailWindow } from '../ledger-window.ts';
import { textProgress } from '../progress.ts';

type LedgerOptions = {
  readonly trail?: string;
  readonly lookup?: boolean;
  readonly region?: readonly string[];
  readonly key?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly validate: boolean;
  readonly publicKeys?: string;
  readonly baseline?: string;
  readonly athena?: string;
  readonly database: string;
  readonly workgroup?: string;
  readonly json?: boolean;
};

/** `sealcheck ledger`: who decrypted what. */
export function ledgerCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('ledger')
    .description('tell who decrypted what, from CloudTrail')
    .option('--trail <place>', 'log files of a trail: a folder, or s3://bucket/prefix')
    .option('--lookup', "CloudTrail's event history: 90 days of this account")
    .option('--region <region...>', 'Regions of the event history (default: AWS_REGION and those of --key)')
    .option('--key <arn...>', 'only these keys, and calls that name no key')
    .option('--since <time>', 'from this day or instant, UTC (default: all there is)')
    .option('--until <time>', 'up to this day or instant, which is not part of it (default: now)')
    .option('--validate', 'check the log files against the digests (default)', true)
    .option('--no-validate', 'take the log files as they are')
    .option(
      '--public-keys <file>',
      "CloudTrail's public keys, as aws cloudtrail list-public-keys prints them",
    )
    .option('--athena <place>', 'let Athena read the log files of --trail s3://…, and keep its results here')
    .option('--database <name>', 'the database in which Athena gets a table of the trail', 'default')
    .option('--workgroup <name>', 'the workgroup that runs the queries')
    .option('--baseline <file>', 'an earlier ledger, printed with --json: tells who is new')
    .option('--json', 'print the result as JSON')
    .action(async (options: LedgerOptions) => {
      const ledger = withKeys(await readLedger(io, options), options.key);
      const before = options.baseline === undefined ? null : await readBaseline(options.baseline);
      io.out.write(
        options.json
          ? `${JSON.stringify(ledgerJson(ledger, before), null, 2)}\n`
          : ledgerText(ledger, before, Math.min(io.out.columns, 120)),
      );
      finish(exitCodeOf(ledger));
    });
}

/** A broken chain of digests is a fault that was found; missing events leave the question open. */
function exitCodeOf({ gaps }: DecryptLedger): ExitCode {
  if (gaps.some(({ loses }) => loses === 'integrity')) return EXIT.nonCompliant;
  return gaps.some(({ loses }) => loses === 'events') ? EXIT.insufficientData : EXIT.compliant;
}

async function readLedger(io: CliIo, options: LedgerOptions): Promise<DecryptLedger> {
  if ((options.trail === undefined) === (options.lookup !== true)) {
    throw new AuditError('USAGE', 'Give either --trail with a folder or an s3:// address, or --lookup.');
  }
  if (options.athena !== undefined && options.trail?.startsWith('s3://') !== true) {
    throw new AuditError(
      'USAGE',
      '--athena reads the bucket of a trail: give --trail s3://bucket/prefix with it.',
    );
  }
  for (const key of options.key ?? []) {
    if (!parseArn(key)?.resource.startsWith('key/')) {
      throw new AuditError(
        'USAGE',
        `--key takes key ARNs (arn:aws:kms:REGION:ACCOUNT:key/ID); ${key} is none.`,
      );
    }
  }
  const abort = new AbortController();
  const stopListening = io.onInterrupt(() => abort.abort());
  const aws = clientsFromEnvironment(io);
  const progress = textProgress(io.err, io.clock);
  try {
    return options.trail === undefined
      ? await fromHistory(io, aws, options, progress, abort.signal)
      : await fromTrail(io, aws, options.trail, options, progress, abort.signal);
  } finally {
    progress.done();
    stopListening();
    aws.close();
  }
}

type Progress = ReturnType<typeof textProgress>;

async function fromTrail(
  io: CliIo,
  aws: AwsClients,
  place: string,
  options: LedgerOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<DecryptLedger> {
  const { store, publicKeys } = await openTrail(aws, place, options.publicKeys);
  const window = await trailWindow(store, options, io.clock());
  if (options.athena !== undefined) {
    progress.stage('ledger', `asking Athena about ${store.location} from ${window.from} to ${window.to}`);
    const where = athenaPlace(aws, options.athena, options);
    return athenaLedger({ place: { ...where, signal }, store, window });
  }
  progress.stage('ledger', `reading the log files of ${store.location} from ${window.from} to ${window.to}`);
  return readTrailLogs({ store, window, publicKeys: options.validate ? publicKeys : null, signal });
}

/** Athena runs in AWS_REGION, which should be the Region of the trail's bucket. */
function athenaPlace(
  aws: AwsClients,
  output: string,
  { database, workgroup }: LedgerOptions,
): Omit<AthenaOptions['place'], 'signal'> {
  if (outputBucket(output) === null) {
    throw new AuditError('USAGE', `--athena takes an address such as s3://bucket/prefix/, not ${output}.`);
  }
  const client = aws.athena(aws.options.region);
  return { client, database, output, workgroup: workgroup ?? null, sleep: async (ms) => sleep(ms) };
}

async function fromHistory(
  io: CliIo,
  aws: AwsClients,
  { region, key, since, until }: LedgerOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<DecryptLedger> {
  const now = io.clock();
  const { accountId } = await readCaller(aws);
  const ofKeys = (key ?? []).flatMap((arn) => parseArn(arn)?.region ?? []);
  const regions = [...new Set(region ?? [aws.options.region, ...ofKeys])].sort();
  const window = {
    from: parseInstant('--since', since) ?? wholeSecond(new Date(now.getTime() - 90 * 86_400_000)),
    to: parseInstant('--until', until) ?? wholeSecond(now),
  };
  if (window.from >= window.to) throw new AuditError('USAGE', '--since must be before --until.');
  progress.stage('ledger', `reading the event history of account ${accountId} in ${regions.join(', ')}`);
  const pace = lookupPace(aws.options.endpoint);
  return lookupLedger({ aws, accountId, regions, window, now: wholeSecond(now), pace, signal });
}

/** Calls that name no key stay: they may have been about any of these. */
function withKeys(ledger: DecryptLedger, keys: readonly string[] | undefined): DecryptLedger {
  if (keys === undefined) return ledger;
  const entries = ledger.entries.filter(({ keyArn }) => keyArn === null || keys.includes(keyArn));
  const attempts = (of: DecryptLedger['entries']): number =>
    of.reduce((sum, { count, denied, failed }) => sum + count + denied + failed, 0);
  return {
    ...ledger,
    entries,
    events: attempts(entries),
    fromS3: attempts(entries.filter(({ via }) => via === 's3')),
  };
}

/** Only what the comparison needs is looked at: the file may come from another version. */
async function readBaseline(file: string): Promise<DecryptLedger> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new AuditError('INPUT_INVALID', `The earlier ledger ${file} cannot be read as JSON.`, {
      cause: error,
    });
  }
  const entries = (value as { entries?: unknown } | null)?.entries;
  if (!Array.isArray(entries)) {
    throw new AuditError('INPUT_INVALID', `${file} is not a ledger: print one with sealcheck ledger --json.`);
  }
  return value as DecryptLedger;
}

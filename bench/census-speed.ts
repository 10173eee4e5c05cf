import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { COUNT_ONLY, countBucket } from '../lib/audit/count-bucket.ts';
import { silent } from '../lib/audit/context.ts';
import { retryOptions } from '../lib/audit/defaults.ts';
import { createClients } from '../lib/collectors/clients.ts';
import type { AwsClients } from '../lib/collectors/clients.ts';
import type { BucketEvidence } from '../lib/model/evidence.ts';
import { absent, known } from '../lib/model/observed.ts';
import { GENERATED, sandboxProcess } from './sandbox-process.ts';

export const name = 'census-speed';
export const question =
  'objects per CPU second of the live census, beside a plain loop of SDK HeadObject calls';

const OBJECTS = 20_000;
const CONCURRENCY = 64;
const ROUNDS = 5;

type Sample = { readonly perSecond: number; readonly cpuMicros: number };

/** Both in turn, so that a change in the machine's speed meets both; the plain loop is spared the listing. */
export async function run(): Promise<void> {
  const sandbox = await sandboxProcess(OBJECTS);
  const aws = createClients({
    region: GENERATED.region,
    endpoint: sandbox.url,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    toolVersion: 'bench',
    maxSockets: CONCURRENCY,
  });
  try {
    const keys = await listKeys(aws);
    await measure(async () => census(aws));
    await measure(async () => plainLoop(aws, keys));
    const ratios: number[] = [];
    const plain: Sample[] = [];
    const ours: Sample[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const a = await measure(async () => plainLoop(aws, keys));
      const b = await measure(async () => census(aws));
      plain.push(a);
      ours.push(b);
      ratios.push(a.cpuMicros / b.cpuMicros);
    }
    const row = (label: string, samples: readonly Sample[]): void => {
      const rate = Math.round(median(samples.map((s) => s.perSecond)));
      const cpu = median(samples.map((s) => s.cpuMicros)).toFixed(0);
      console.log(
        `${label.padEnd(34)} ${String(rate).padStart(7)} objects/s  ${cpu.padStart(5)} µs CPU/object`,
      );
    };
    row('plain loop of HeadObjectCommand', plain);
    row('live census (lists and HEADs)', ours);
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)].map((n) => n.toFixed(2));
    console.log(
      `objects per CPU second: ${median(ratios).toFixed(2)}× the plain loop (${least ?? ''}–${most ?? ''}), ${ROUNDS} rounds of ${OBJECTS} objects at ${CONCURRENCY} in flight`,
    );
  } finally {
    aws.close();
    sandbox.stop();
  }
}

async function measure(work: () => Promise<void>): Promise<Sample> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: OBJECTS / seconds, cpuMicros: (user + system) / OBJECTS };
}

async function plainLoop(aws: AwsClients, keys: readonly string[]): Promise<void> {
  const s3 = aws.s3(GENERATED.region);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let key = keys[next++]; key !== undefined; key = keys[next++]) {
      await s3.send(new HeadObjectCommand({ Bucket: GENERATED.bucket, Key: key }));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

async function census(aws: AwsClients): Promise<void> {
  const unread: Pick<BucketEvidence, 'tags' | 'defaultEncryption' | 'policy'> = {
    tags: absent,
    defaultEncryption: absent,
    policy: absent,
  };
  const bucket: BucketEvidence = {
    name: GENERATED.bucket,
    arn: `arn:aws:s3:::${GENERATED.bucket}`,
    accountId: GENERATED.accountId,
    region: known(GENERATED.region),
    createdAt: null,
    versioning: known('Off'),
    ...unread,
    publicAccessBlock: absent,
    ownership: absent,
    logging: absent,
    replication: absent,
    objectLock: absent,
    inventories: absent,
    metadataTable: absent,
  };
  const result = await countBucket(
    { aws, concurrency: CONCURRENCY, retry: retryOptions(Math.random), progress: silent },
    bucket,
    COUNT_ONLY,
  );
  if (result.assessed !== OBJECTS)
    throw new Error(`expected ${OBJECTS} objects, assessed ${result.assessed}`);
}

async function listKeys(aws: AwsClients): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await aws.s3(GENERATED.region).send(
      new ListObjectsV2Command({
        Bucket: GENERATED.bucket,
        ...(token ? { ContinuationToken: token } : {}),
      }),
    );
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    token = page.NextContinuationToken;
  } while (token);
  return keys;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;

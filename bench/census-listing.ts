import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { WHOLE } from '../lib/census/key-order.ts';
import { runShards } from '../lib/census/shard-pool.ts';
import { createClients } from '../lib/collectors/clients.ts';
import type { AwsClients } from '../lib/collectors/clients.ts';
import { bucketListing } from '../lib/collectors/object-listing.ts';
import { listingServer } from './listing-server.ts';
import { GENERATED } from './sandbox-process.ts';

export const name = 'census-listing';
export const question =
  'listing one flat prefix of 200,000 keys at 20 ms latency: in shards, and one page after another';

const OBJECTS = 200_000;
const LATENCY_MS = 20;
const WORKERS = 32;
const ROUNDS = 3;

/** Each way in turn, so that a change in the machine's speed meets all of them. */
export async function run(): Promise<void> {
  const server = await listingServer(OBJECTS, LATENCY_MS);
  const aws = createClients({
    region: GENERATED.region,
    endpoint: server.url,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    toolVersion: 'bench',
    maxSockets: WORKERS * 4,
  });
  try {
    const ways: readonly (readonly [string, (aws: AwsClients) => Promise<number>])[] = [
      ['SDK pages, one after another', sdkPages],
      ['our pages, one after another', ourPages],
      [`in shards, ${WORKERS} at once`, inShards],
    ];
    const seconds = new Map<string, number[]>(ways.map(([label]) => [label, []]));
    const cpu = new Map<string, number[]>(ways.map(([label]) => [label, []]));
    for (const [, list] of ways) await list(aws);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [label, list] of ways) {
        const before = process.cpuUsage();
        const start = performance.now();
        const found = await list(aws);
        seconds.get(label)?.push((performance.now() - start) / 1000);
        const used = process.cpuUsage(before);
        cpu.get(label)?.push((used.user + used.system) / found);
        if (found !== OBJECTS) throw new Error(`${label}: listed ${found} of ${OBJECTS}`);
      }
    }
    for (const [label] of ways) {
      const took = median(seconds.get(label) ?? []);
      const micros = median(cpu.get(label) ?? []).toFixed(1);
      const rate = Math.round(OBJECTS / took);
      console.log(
        `${label.padEnd(32)} ${took.toFixed(2).padStart(6)} s  ${String(rate).padStart(7)} keys/s  ${micros.padStart(5)} µs CPU/key`,
      );
    }
    const ratio = (label: string): string =>
      (median(seconds.get(label) ?? []) / median(seconds.get(`in shards, ${WORKERS} at once`) ?? [])).toFixed(
        1,
      );
    console.log(
      `in shards: ${ratio('our pages, one after another')}× as fast as our own pages one after another, ${ratio('SDK pages, one after another')}× as fast as the SDK's`,
    );
  } finally {
    aws.close();
    server.stop();
  }
}

const target = (aws: AwsClients) => ({
  s3: aws.s3(GENERATED.region),
  bucket: GENERATED.bucket,
  owner: GENERATED.accountId,
});

async function sdkPages(aws: AwsClients): Promise<number> {
  let found = 0;
  let token: string | undefined;
  do {
    const page = await aws.s3(GENERATED.region).send(
      new ListObjectsV2Command({
        Bucket: GENERATED.bucket,
        ...(token ? { ContinuationToken: token } : {}),
      }),
    );
    found += page.Contents?.length ?? 0;
    token = page.NextContinuationToken;
  } while (token);
  return found;
}

async function ourPages(aws: AwsClients): Promise<number> {
  let found = 0;
  for await (const page of bucketListing(target(aws), false).pages(null)) found += page.length;
  return found;
}

async function inShards(aws: AwsClients): Promise<number> {
  let found = 0;
  await runShards({
    listing: bucketListing(target(aws), false),
    ranges: [WHOLE],
    workers: WORKERS,
    work: async (shard) => {
      for await (const page of shard.pages()) found += page.length;
    },
  });
  return found;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;

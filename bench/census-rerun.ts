import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COUNT_ONLY, countBucket } from '../lib/audit/count-bucket.ts';
import { silent } from '../lib/audit/context.ts';
import { CONCURRENCY, MAX_SEAL_AGE, retryOptions } from '../lib/audit/defaults.ts';
import { folderStore } from '../lib/audit/folder-store.ts';
import { partSink, readParts } from '../lib/audit/part-files.ts';
import { pastSeals } from '../lib/audit/past-seals.ts';
import { RUN_FILES } from '../lib/audit/run-store.ts';
import type { RunStore } from '../lib/audit/run-store.ts';
import type { SealKeeping } from '../lib/census/shard-part.ts';
import type { InPlaceChanges } from '../lib/census/seal-reuse.ts';
import { unreadBucket } from '../lib/collectors/bucket.ts';
import { createClients } from '../lib/collectors/clients.ts';
import type { AwsClients } from '../lib/collectors/clients.ts';
import type { Census } from '../lib/model/census.ts';
import { known } from '../lib/model/observed.ts';
import { CHANGED_EVERY, GENERATED, sandboxProcess } from './sandbox-process.ts';

export const name = 'census-rerun';
export const question =
  'a second census of 200,000 objects of which 1 % changed: requests and CPU, beside the first one';

const OBJECTS = 200_000;
/** Objects of the sandbox are of January, the first run of February, the second a day later. */
const FIRST = Date.UTC(2026, 1, 1);
const SECOND = FIRST + 86_400_000;

type Measured = { readonly cpu: number; readonly requests: number; readonly census: Census };

/** All in one run of one process, so that the machine's speed meets all of them. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-bench-'));
  const sandbox = await sandboxProcess(OBJECTS);
  const aws = createClients({
    region: GENERATED.region,
    endpoint: sandbox.url,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    toolVersion: 'bench',
    maxSockets: CONCURRENCY,
  });
  try {
    const store = (path: string): RunStore => folderStore(join(folder, path));
    const measure = async (to: string, seals: SealKeeping | null): Promise<Measured> => {
      const before = await sandbox.requests();
      const cpu = process.cpuUsage();
      const census = await count(aws, store(to), seals);
      const { user, system } = process.cpuUsage(cpu);
      return { census, cpu: (user + system) / OBJECTS, requests: (await sandbox.requests()) - before };
    };
    await measure('warm', null);
    const plain = await measure('plain', null);
    const first = await measure('first', { startedAt: FIRST, past: null });
    const since = async (changes: InPlaceChanges): Promise<SealKeeping> => {
      const parts = await readParts(store('first'), GENERATED.bucket);
      const files = parts.map(({ name: part, range, seals = 0 }) => ({
        path: RUN_FILES.seals(GENERATED.bucket, part),
        ...{ range, seals },
      }));
      const rule = { now: SECOND, maxAge: MAX_SEAL_AGE * 86_400_000, changes };
      return { startedAt: SECOND, past: { seals: pastSeals(store('first'), files), rule } };
    };
    await sandbox.touch();
    const proven = await measure('proven', await since({ kind: 'proven', touched: () => false }));
    const unproven = await measure('unproven', await since({ kind: 'unproven' }));
    tell([
      ['first run, keeping nothing', plain],
      ['first run, keeping its seals', first],
      ['second, a trail proves the rest', proven],
      ['second, without a trail', unproven],
    ]);
    console.log(
      `second over first: ${ratio(proven.requests, first.requests)}× the requests and ${ratio(proven.cpu, first.cpu)}× the CPU with a trail, ${ratio(unproven.requests, first.requests)}× and ${ratio(unproven.cpu, first.cpu)}× without (half of these objects are SSE-KMS, a quarter SSE-S3); keeping seals costs ${ratio(first.cpu, plain.cpu)}× the CPU of the first run and ${(await sizeOf(join(folder, 'first'))).toFixed(1)} bytes an object`,
    );
  } finally {
    aws.close();
    sandbox.stop();
    await rm(folder, { recursive: true });
  }
}

function tell(rows: readonly (readonly [string, Measured])[]): void {
  for (const [label, { cpu, requests, census }] of rows) {
    const because = Object.entries(census.reuse?.because ?? {})
      .map(([why, objects]) => `${why} ${objects}`)
      .join(', ');
    console.log(
      `${label.padEnd(32)} ${String(requests).padStart(7)} requests  ${cpu.toFixed(1).padStart(5)} µs CPU/object  ${because}`,
    );
  }
}

async function count(aws: AwsClients, store: RunStore, seals: SealKeeping | null): Promise<Census> {
  const { bucket: bucketName, region, accountId } = GENERATED;
  const listed = { name: bucketName, region, createdAt: null };
  const bucket = {
    ...unreadBucket(listed, { accountId, partition: 'aws' }, 'the bench has no need of it'),
    region: known(region),
    versioning: known('Off' as const),
  };
  const census = await countBucket(
    { aws, concurrency: CONCURRENCY, retry: retryOptions(Math.random), progress: silent },
    bucket,
    { ...COUNT_ONLY, parts: partSink(store, bucketName, []), ...(seals ? { seals } : {}) },
  );
  if (census.assessed !== OBJECTS)
    throw new Error(`expected ${OBJECTS} objects, assessed ${census.assessed}`);
  const changed = census.reuse?.because.CHANGED ?? 0;
  if (seals?.past && changed !== OBJECTS / CHANGED_EVERY) throw new Error(`${changed} objects changed`);
  return census;
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const { name: part } of await readParts(folderStore(folder), GENERATED.bucket))
    bytes += (await stat(join(folder, RUN_FILES.seals(GENERATED.bucket, part)))).size;
  return bytes / OBJECTS;
}

const ratio = (a: number, b: number): string => (a / b).toFixed(3);

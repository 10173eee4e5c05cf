import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countInventory } from '../lib/audit/count-inventory.ts';
import { silent } from '../lib/audit/context.ts';
import { literal, openEngine } from '../lib/census/duckdb.ts';

export const name = 'census-inventory';
export const question = 'counting an S3 Inventory, beside the bare GROUP BY of the same columns in DuckDB';

const MILLION = 1_000_000;
/** Parquet also at three times the size, to see that time grows with it and memory does not. */
const CASES = [
  { format: 'Parquet', rows: 10 * MILLION },
  { format: 'Parquet', rows: 30 * MILLION },
  { format: 'CSV', rows: 10 * MILLION },
] as const;
const ROWS_PER_FILE = 2_500_000;
const ROUNDS = 3;

type Sample = { readonly seconds: number; readonly cpu: number; readonly peakMiB: number };
type Job = { readonly what: 'bare' | 'census' | 'md5'; readonly folder: string; readonly format: string };

/** Each measurement in a fresh process, in turn; CPU seconds, since other work on the machine lengthens the others. */
export async function run(): Promise<void> {
  for (const { format, rows } of CASES) {
    const folder = await generate(format, rows);
    try {
      const samples: Record<Job['what'], Sample[]> = { bare: [], census: [], md5: [] };
      for (let round = 0; round < ROUNDS; round += 1)
        for (const what of ['bare', 'census', 'md5'] as const)
          samples[what].push(await inChild({ what, folder, format }));
      const cpu = (what: Job['what']): number => median(samples[what].map((sample) => sample.cpu));
      const seconds = (what: Job['what']): string => median(samples[what].map((s) => s.seconds)).toFixed(1);
      const peak = Math.max(...samples.census.map((sample) => sample.peakMiB)).toFixed(0);
      console.log(
        `${format.padEnd(7)} ${rows / MILLION} M rows  bare ${cpu('bare').toFixed(2)} s CPU (${seconds('bare')} s), census ${cpu('census').toFixed(2)} s CPU (${seconds('census')} s), of which MD5 of every byte ${cpu('md5').toFixed(2)} s; peak ${peak} MiB`,
      );
      console.log(
        `        census ÷ bare ${(cpu('census') / cpu('bare')).toFixed(2)}×; without the MD5 check ${((cpu('census') - cpu('md5')) / cpu('bare')).toFixed(2)}×`,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}

async function generate(format: string, rows: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-bench-inventory-'));
  await mkdir(join(folder, 'data'));
  const engine = await openEngine({ threads: 2, memoryMiB: 1024, scratch: folder });
  const session = await engine.connect();
  const files = [];
  for (let first = 0, i = 0; first < rows; first += ROWS_PER_FILE, i += 1) {
    const extension = format === 'CSV' ? 'csv.gz' : 'parquet';
    const path = join(folder, 'data', `${i}.${extension}`);
    const how =
      format === 'CSV'
        ? 'FORMAT csv, HEADER false, FORCE_QUOTE *, COMPRESSION gzip'
        : 'FORMAT parquet, COMPRESSION snappy';
    await session.run(
      `COPY (SELECT 'src' AS bucket, 'data/' || (hash(i) % 1000) || '/part-' || lpad(i::VARCHAR, 9, '0') AS key, hash(i)::VARCHAR AS version_id, i % 5 <> 0 AS is_latest, false AS is_delete_marker, (i * 7919) % 1000000 AS size, ['SSE-S3', 'SSE-KMS', 'SSE-C', 'NOT-SSE'][i % 4 + 1] AS encryption_status, CASE i % 4 WHEN 1 THEN 'ENABLED' ELSE 'DISABLED' END AS bucket_key_status FROM range(${first}, ${Math.min(rows, first + ROWS_PER_FILE)}) t(i)) TO ${literal(path)} (${how})`,
    );
    files.push({
      key: `data/${i}.${extension}`,
      size: (await stat(path)).size,
      MD5checksum: await md5(path),
    });
  }
  session.close();
  engine.close();
  const manifest = {
    sourceBucket: 'src',
    destinationBucket: 'arn:aws:s3:::dst',
    version: '2016-11-30',
    creationTimestamp: String(Date.now()),
    fileFormat: format,
    fileSchema: 'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, EncryptionStatus, BucketKeyStatus',
    files,
  };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}

async function inChild(job: Job): Promise<Sample> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(job)], { stdio: 'inherit' });
  const [sample] = (await once(child, 'message')) as [Sample];
  return sample;
}

async function perform({ what, folder, format }: Job): Promise<void> {
  if (what === 'census') {
    const census = await countInventory(
      { aws: null, clock: () => new Date(), progress: silent },
      join(folder, 'manifest.json'),
      'src',
    );
    if (!census.complete) throw new Error(census.incompleteReason ?? '');
  } else if (what === 'md5') {
    for (let i = 0; ; i += 1) {
      const path = join(folder, 'data', `${i}.${format === 'CSV' ? 'csv.gz' : 'parquet'}`);
      if (!(await stat(path).catch(() => null))) break;
      await md5(path);
    }
  } else {
    const engine = await openEngine({ threads: 2, memoryMiB: 512, scratch: join(folder, 'spill') });
    const session = await engine.connect();
    const names = [
      'bucket',
      'key',
      'version_id',
      'is_latest',
      'is_delete_marker',
      'size',
      'encryption_status',
      'bucket_key_status',
    ];
    const from =
      format === 'CSV'
        ? `read_csv(${literal(join(folder, 'data/*.csv.gz'))}, header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', compression = 'gzip', columns = {${names.map((column) => `'${column}': 'VARCHAR'`).join(', ')}})`
        : `read_parquet(${literal(join(folder, 'data/*.parquet'))})`;
    await session.rows(
      `SELECT encryption_status, bucket_key_status, is_latest, is_delete_marker, count(*), sum(CAST(size AS BIGINT)) FROM ${from} GROUP BY ALL`,
    );
    session.close();
    engine.close();
  }
}

async function md5(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const before = process.cpuUsage();
  const start = performance.now();
  await perform(JSON.parse(process.argv[2] ?? '') as Job);
  const { user, system } = process.cpuUsage(before);
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  process.send({ seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6, peakMiB });
  process.disconnect();
}

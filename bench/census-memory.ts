import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderStore } from '../lib/audit/folder-store.ts';
import { partSink } from '../lib/audit/part-files.ts';
import { liveCensus } from '../lib/census/live.ts';
import type { ListedVersion } from '../lib/collectors/object-listing.ts';

export const name = 'census-memory';
export const question =
  'memory of the live census as the bucket grows, every object an exception written to disk';

/** Each size in a fresh process: the peak is of the whole process, and must not follow the number of objects. */
export async function run(): Promise<void> {
  for (const objects of [10_000, 100_000, 1_000_000]) {
    const child = fork(fileURLToPath(import.meta.url), [String(objects)], { stdio: 'inherit' });
    const [{ peakMiB, seconds }] = (await once(child, 'message')) as [{ peakMiB: number; seconds: number }];
    console.log(
      `${String(objects).padStart(9)} objects  ${peakMiB.toFixed(0).padStart(4)} MiB peak resident  ${seconds.toFixed(1)} s`,
    );
  }
}

async function* generatedListing(objects: number): AsyncGenerator<readonly ListedVersion[]> {
  for (let at = 0; at < objects; at += 1000) {
    await Promise.resolve();
    yield Array.from({ length: Math.min(1000, objects - at) }, (_, i) => ({
      key: `data/part-${String(at + i).padStart(9, '0')}.parquet`,
      versionId: `v${at + i}`,
      isLatest: true,
      size: 1024,
      lastModified: '2026-01-01T00:00:00.000Z',
      deleteMarker: false,
    }));
  }
}

async function* none<T>(): AsyncGenerator<readonly T[]> {
  await Promise.resolve();
  yield [];
}

async function measureOnce(objects: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-bench-'));
  const start = performance.now();
  const answer = async (): Promise<{ status: number; headers: Record<string, string> }> => {
    await new Promise((resolve) => setImmediate(resolve));
    return { status: 200, headers: { 'x-amz-server-side-encryption': 'AES256' } };
  };
  const census = await liveCensus({
    bucket: 'generated',
    listing: {
      pages: () => generatedListing(objects),
      nextKey: () => Promise.resolve(null),
      folders: () => Promise.resolve([]),
      versionsOf: () => Promise.resolve([]),
    },
    shards: 1,
    uploads: none(),
    header: { head: answer, headBucket: answer, close: () => undefined },
    classesOf: () => ['p/phi'],
    mustRecord: () => Promise.resolve(true),
    parts: partSink(folderStore(folder), 'generated', []),
    concurrency: 64,
    retry: { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, sleep: () => Promise.resolve(), random: () => 0 },
  });
  if (census.assessed !== objects) throw new Error(`expected ${objects}, assessed ${census.assessed}`);
  await rm(folder, { recursive: true });
  // maxRSS is in KiB: the kernel's own high-water mark, so no sample can miss the peak.
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  process.send?.({ peakMiB, seconds: (performance.now() - start) / 1000 });
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url))
  await measureOnce(Number(process.argv[2]));

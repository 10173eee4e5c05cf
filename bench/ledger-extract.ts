import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { folderLogs } from '../lib/collectors/trails-folder.ts';
import { extract, extractByParsing } from '../lib/ledger/extract.ts';
import { readTrailLogs } from '../lib/ledger/trail-logs.ts';
import { generateLogFiles } from './ledger-log-files.ts';

export const name = 'ledger-extract';
export const question =
  'a day of 200,000 CloudTrail events: the ledger beside gunzip alone and beside JSON.parse of everything';

const EVENTS = 200_000;
const PER_FILE = 2_000;
const ROUNDS = 7;
const WINDOW = { from: '2026-08-01T00:00:00Z', to: '2026-08-02T00:00:00Z' };

type Sample = { readonly wall: number; readonly cpu: number };

/** All ways in turn, so that a change in the machine's speed meets them all; the best round of each counts. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-bench-'));
  try {
    const { files, jsonBytes } = await generateLogFiles(folder, EVENTS, PER_FILE);
    console.log(`${EVENTS} events, ${(jsonBytes / 1e6).toFixed(0)} MB of JSON in ${files.length} files`);
    const found: number[] = [];
    const ways: readonly (readonly [string, () => Promise<void>])[] = [
      ['gunzip alone', async () => each(files, () => 0, [])],
      ['extraction', async () => each(files, (bytes) => extract(bytes).decrypts.length, found)],
      [
        'JSON.parse of everything',
        async () => each(files, (bytes) => extractByParsing(bytes).decrypts.length, found),
      ],
      [
        'the whole ledger, files read ahead',
        async () => {
          const ledger = await readTrailLogs({ store: folderLogs(folder), window: WINDOW, publicKeys: null });
          found.push(ledger.events);
        },
      ],
    ];
    const best = new Map<string, Sample>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [label, way] of ways) {
        const { wall, cpu } = await measure(way);
        const before = best.get(label) ?? { wall: Infinity, cpu: Infinity };
        best.set(label, { wall: Math.min(wall, before.wall), cpu: Math.min(cpu, before.cpu) });
      }
    }
    if (new Set(found).size !== 1) throw new Error(`the ways disagree: ${[...new Set(found)].join(', ')}`);
    const gunzip = best.get('gunzip alone') ?? { wall: 1, cpu: 1 };
    for (const [label, { wall, cpu }] of best) {
      console.log(
        `${label.padEnd(36)} ${wall.toFixed(0).padStart(5)} ms  ${cpu.toFixed(0).padStart(5)} ms CPU  ` +
          `${(wall / gunzip.wall).toFixed(2)}× gunzip, ${(cpu / gunzip.cpu).toFixed(2)}× its CPU`,
      );
    }
    const cost = (label: string): number => (best.get(label)?.cpu ?? NaN) - gunzip.cpu;
    const ratio = cost('JSON.parse of everything') / cost('extraction');
    console.log(
      `beyond gunzip, JSON.parse of everything costs ${ratio.toFixed(2)}× the CPU of extraction; ${found[0] ?? 0} decrypts either way`,
    );
    await memory();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** One file after another, as a plain loop would. */
async function each(
  files: readonly string[],
  work: (bytes: Buffer) => number,
  found: number[],
): Promise<void> {
  let total = 0;
  for (const file of files) {
    const compressed = await readFile(file);
    total += work(gunzipSync(compressed, { chunkSize: compressed.readUInt32LE(compressed.length - 4) + 64 }));
  }
  if (total > 0) found.push(total);
}

async function measure(work: () => Promise<void>): Promise<Sample> {
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1000 };
}

/** Each number of files in a fresh process: the peak is of the whole process, and must not follow that number. */
async function memory(): Promise<void> {
  for (const files of [50, 100, 200, 400]) {
    const child = fork(fileURLToPath(import.meta.url), [String(files)], { stdio: 'inherit' });
    const [{ peakMiB }] = (await once(child, 'message')) as [{ peakMiB: number }];
    console.log(
      `${String(files).padStart(4)} files of ${PER_FILE} events  ${peakMiB.toFixed(0).padStart(4)} MiB peak resident`,
    );
  }
}

async function measureMemory(files: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-bench-'));
  try {
    // The files are written by another process, whose memory is not that of the ledger.
    const writer = fork(fileURLToPath(import.meta.url), ['write', folder, String(files)], {
      stdio: 'inherit',
    });
    await once(writer, 'exit');
    await readTrailLogs({ store: folderLogs(folder), window: WINDOW, publicKeys: null });
    process.send?.({ peakMiB: process.resourceUsage().maxRSS / 1024 });
  } finally {
    await rm(folder, { recursive: true });
  }
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , first = '', folder = '', files = ''] = process.argv;
  if (first === 'write') {
    await generateLogFiles(folder, Number(files) * PER_FILE, PER_FILE);
    process.disconnect();
  } else await measureMemory(Number(first));
}

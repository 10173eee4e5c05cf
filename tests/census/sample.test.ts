import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { createSampler, sampleCensus } from '../../lib/census/sample.ts';
import { stored } from '../../lib/checks/stored.ts';
import type { Census, ObjectRecord } from '../../lib/model/census.ts';
import { bucketEvidence, requirement } from '../support/evidence.ts';
import { memoryBucket } from '../support/memory-bucket.ts';
import type { StoredVersion } from '../support/memory-bucket.ts';
import { recordsInto } from '../support/parts.ts';

const version = (key: string, sealed = true): StoredVersion => ({
  entry: { key, versionId: null, isLatest: true, size: 10, lastModified: null, deleteMarker: false },
  answer: { status: 200, headers: sealed ? { 'x-amz-server-side-encryption': 'AES256' } : {} },
});
const keys = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `k${String(i).padStart(4, '0')}`);

async function* none<T>(): AsyncGenerator<readonly T[]> {
  await Promise.resolve();
  yield [];
}

async function sample(
  all: readonly StoredVersion[],
  how: { readonly size: number; readonly seed?: string; readonly shards?: number },
): Promise<{ census: Census; records: ObjectRecord[]; heads: number }> {
  const { listing, header, calls } = memoryBucket(all, 10);
  const records: ObjectRecord[] = [];
  const census = await sampleCensus({
    bucket: 'b',
    listing,
    header,
    uploads: none(),
    classesOf: (key) => (key >= 'k0500' ? ['p/phi'] : []),
    mustRecord: () => Promise.resolve(true),
    parts: recordsInto(records),
    concurrency: 8,
    shards: how.shards ?? 3,
    retry: { maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0, sleep: () => Promise.resolve(), random: () => 0 },
    size: how.size,
    seed: how.seed ?? 's',
  });
  return { census, records, heads: calls.heads };
}

const verdict = (census: Census) =>
  stored.judge({
    requirement: requirement({ allow: ['SSE-S3'] }),
    bucket: bucketEvidence(),
    census,
    keyOf: () => undefined,
    scope: 'by-key',
    keyPrefixes: null,
    asOf: '2026-11-01T00:00:00Z',
  });

describe('a sample', () => {
  test('asks no more objects than its size, and counts all the others as not sampled', async () => {
    const { census, heads } = await sample(
      keys(1000).map((key) => version(key)),
      { size: 59 },
    );
    expect(heads).toBe(59);
    expect(census).toMatchObject({ source: 'sample', complete: true, population: 1000, assessed: 59 });
    expect(census.populationBytes).toBe(10_000);
    expect(census.unassessed.reduce((sum, { objects }) => sum + objects, 0)).toBe(941);
  });

  test('takes the versions with the lowest SHA-256 of seed, key and version id, so that it can be drawn again', async () => {
    const all = keys(300);
    const draw = (key: string): string => createHash('sha256').update(`seed${key}`).digest('hex');
    const expected = [...all].sort((a, b) => (draw(a) < draw(b) ? -1 : 1)).slice(0, 20);
    const { records } = await sample(
      all.map((key) => version(key)),
      { size: 20, seed: 'seed' },
    );
    expect(records.map(({ key }) => key)).toEqual(expected.sort());
    const otherwise = await sample(
      all.map((key) => version(key)),
      { size: 20, seed: 'seed', shards: 1 },
    );
    expect(otherwise.records).toEqual(records);
    const other = await sample(
      all.map((key) => version(key)),
      { size: 20, seed: 'another' },
    );
    expect(other.records).not.toEqual(records);
  });

  test('never says compliant of what it left out: at most so many percent, at 95 %', async () => {
    const { census } = await sample(
      keys(1000).map((key) => version(key)),
      { size: 300 },
    );
    const { status, reasons } = verdict(census);
    expect(status).toBe('INSUFFICIENT_DATA');
    expect(reasons[0]).toMatch(
      /^A sample of \d+ of 500 object versions, 0 of which do not pass: at most \d\.\d+ % .* 95 %/,
    );
  });

  test('fails a requirement by what it found', async () => {
    const { census } = await sample(
      keys(1000).map((key) => version(key, false)),
      { size: 50 },
    );
    expect(verdict(census).status).toBe('NON_COMPLIANT');
  });

  test('that takes every object is a census, and may say compliant', async () => {
    const { census } = await sample(
      keys(700).map((key) => version(key)),
      { size: 700 },
    );
    expect(census.unassessed).toEqual([]);
    expect(verdict({ ...census, uploadsComplete: true }).status).toBe('COMPLIANT');
  });

  test('does not depend on the order in which versions are offered', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 50 }),
        fc.integer({ min: 1, max: 9 }),
        (names, size) => {
          const drawn = (order: readonly string[]): readonly string[] => {
            const sampler = createSampler(size, 's');
            for (const key of order) sampler.offer(version(key).entry);
            return sampler.drawn().map(({ key }) => key);
          };
          expect(drawn([...names].reverse())).toEqual(drawn(names));
          expect(drawn(names)).toHaveLength(Math.min(size, names.length));
        },
      ),
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import type { HeadAnswer, ObjectHeader } from '../../lib/collectors/head-object.ts';
import type { BucketListing, ListedUpload, ListedVersion } from '../../lib/collectors/object-listing.ts';
import { liveCensus } from '../../lib/census/live.ts';
import { recordsInto } from '../support/parts.ts';
import type { Census, ObjectRecord } from '../../lib/model/census.ts';

const entry = (key: string, rest: Partial<ListedVersion> = {}): ListedVersion => ({
  key,
  versionId: null,
  isLatest: true,
  size: 10,
  lastModified: '2026-01-01T00:00:00.000Z',
  deleteMarker: false,
  ...rest,
});

async function* pages<T>(...all: (readonly T[] | Error)[]): AsyncGenerator<readonly T[]> {
  for (const page of all) {
    await Promise.resolve();
    if (page instanceof Error) throw page;
    yield page;
  }
}

/** A listing that can be read from its start alone. */
const listed = (versions: AsyncIterable<readonly ListedVersion[]>): BucketListing => ({
  pages: () => versions,
  nextKey: () => Promise.resolve(null),
  folders: () => Promise.resolve([]),
  versionsOf: () => Promise.resolve([]),
});

const ok = (headers: Record<string, string> = { 'x-amz-server-side-encryption': 'AES256' }): HeadAnswer => ({
  status: 200,
  headers,
});
const status = (code: number): HeadAnswer => ({ status: code, headers: {} });

type Scene = {
  readonly versions: AsyncIterable<readonly ListedVersion[]>;
  readonly head: (key: string, versionId: string | null) => HeadAnswer | Error;
  readonly bucket?: () => HeadAnswer | Error;
  readonly uploads?: AsyncIterable<readonly ListedUpload[]>;
  readonly record?: boolean;
};

async function count({
  versions,
  head,
  bucket,
  uploads,
  record,
}: Scene): Promise<{ census: Census; records: ObjectRecord[] }> {
  const records: ObjectRecord[] = [];
  const answer = async (result: HeadAnswer | Error): Promise<HeadAnswer> => {
    await new Promise((resolve) => setImmediate(resolve));
    if (result instanceof Error) throw result;
    return result;
  };
  const header: ObjectHeader = {
    head: async (key, versionId) => answer(head(key, versionId)),
    headBucket: async () => answer((bucket ?? (() => status(200)))()),
    close: () => undefined,
  };
  const census = await liveCensus({
    bucket: 'b',
    listing: listed(versions),
    shards: 4,
    uploads: uploads ?? pages(),
    header,
    classesOf: (key) => (key.startsWith('phi/') ? ['p/phi'] : []),
    mustRecord: () => Promise.resolve(record ?? false),
    parts: recordsInto(records),
    concurrency: 4,
    retry: { maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 1, sleep: () => Promise.resolve(), random: () => 0 },
  });
  return { census, records };
}

const total = (census: Census): number =>
  census.assessed +
  Object.values(census.excluded).reduce((sum, n) => sum + n, 0) +
  census.unassessed.reduce((sum, group) => sum + group.objects, 0);

describe('a live census', () => {
  test('counts objects by class and seal, current and noncurrent, and delete markers apart', async () => {
    const { census } = await count({
      versions: pages(
        [
          entry('a'),
          entry('phi/1', { versionId: 'v2' }),
          entry('phi/1', { versionId: 'v1', isLatest: false }),
        ],
        [entry('z', { deleteMarker: true }), entry('z', { versionId: 'v0', isLatest: false })],
      ),
      head: (_key, versionId) => (versionId === 'v1' ? ok({}) : ok()),
    });
    expect(census).toMatchObject({ population: 4, assessed: 4, deleteMarkers: 1, complete: true });
    expect(census.groups).toEqual([
      expect.objectContaining({
        dataClasses: ['p/phi'],
        encryption: expect.objectContaining({ serverSide: { type: 'NONE' } }),
        objects: 1,
        noncurrent: 1,
      }),
      expect.objectContaining({
        dataClasses: ['p/phi'],
        encryption: expect.objectContaining({ serverSide: { type: 'SSE-S3' } }),
        objects: 1,
        noncurrent: 0,
      }),
      expect.objectContaining({ dataClasses: [], objects: 2, noncurrent: 1 }),
    ]);
  });

  test('400 is SSE-C when the bucket still answers, and its metadata stays undetermined', async () => {
    const { census } = await count({ versions: pages([entry('c')]), head: () => status(400) });
    expect(census.groups[0]?.encryption).toMatchObject({
      serverSide: { type: 'SSE-C' },
      clientSide: { kind: 'undetermined' },
    });
  });

  test('400 from the bucket too means that the credentials expired: nothing is called SSE-C', async () => {
    const scene = { versions: pages([entry('c')]), head: () => status(400), bucket: () => status(400) };
    await expect(count(scene)).rejects.toMatchObject({ code: 'EXPIRED_CREDENTIALS' });
  });

  test.each([
    [403, 'ACCESS_DENIED'],
    [500, 'SERVER_ERROR'],
    [503, 'THROTTLED'],
    [301, 'WRONG_REGION'],
    [405, 'UNSUPPORTED'],
    [418, 'MALFORMED'],
  ])(
    'an object that answers %d is unassessed as %s, recorded, and never counted as sealed',
    async (code, reason) => {
      const { census, records } = await count({
        versions: pages([entry('a'), entry('b')]),
        head: (key) => (key === 'a' ? status(code) : ok()),
      });
      expect(census.unassessed).toEqual([{ dataClasses: [], reason, objects: 1, bytes: 10 }]);
      expect(census.assessed).toBe(1);
      expect(records).toEqual([expect.objectContaining({ key: 'a', encryption: null, unreadable: reason })]);
    },
  );

  test('a lost connection is tried again, then told as unreachable', async () => {
    let tries = 0;
    const { census } = await count({
      versions: pages([entry('a'), entry('b')]),
      head: (key) => {
        if (key === 'b') return ok();
        tries += 1;
        return new Error('ECONNRESET');
      },
    });
    expect(tries).toBe(3);
    expect(census.unassessed).toEqual([expect.objectContaining({ reason: 'UNREACHABLE', objects: 1 })]);
  });

  test('a busy service is asked again and the object is counted once', async () => {
    const seen = new Map<string, number>();
    const { census } = await count({
      versions: pages(Array.from({ length: 50 }, (_, i) => entry(`k${i}`))),
      head: (key) => {
        seen.set(key, (seen.get(key) ?? 0) + 1);
        return seen.get(key) === 1 ? status(503) : ok();
      },
    });
    expect(census).toMatchObject({ population: 50, assessed: 50, unassessed: [] });
  });

  test('an object that vanished since it was listed is excluded, not failed', async () => {
    const { census } = await count({
      versions: pages([entry('a'), entry('b')]),
      head: (key) => (key === 'a' ? status(404) : ok()),
    });
    expect(census).toMatchObject({ population: 2, assessed: 1, excluded: { VANISHED: 1 }, complete: true });
  });

  test('objects that vanished with their bucket make the census incomplete', async () => {
    const { census } = await count({
      versions: pages([entry('a')]),
      head: () => status(404),
      bucket: () => status(404),
    });
    expect(census.complete).toBe(false);
    expect(census.incompleteReason).toMatch(/deleted during the census/);
  });

  test('a listing that breaks off keeps what was read and says that it is not all', async () => {
    const broken = Object.assign(new Error('Access Denied'), {
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    const { census } = await count({ versions: pages([entry('a')], broken), head: () => ok() });
    expect(census).toMatchObject({ complete: false, population: 1, assessed: 1 });
    expect(census.incompleteReason).toMatch(/^ACCESS_DENIED on s3:ListBucket/);
  });

  test('unfinished uploads are counted by class with the oldest; an unreadable list of them is said', async () => {
    const uploads = pages<ListedUpload>([
      { key: 'phi/x', initiated: '2026-02-01T00:00:00.000Z' },
      { key: 'phi/y', initiated: '2026-01-01T00:00:00.000Z' },
    ]);
    const { census } = await count({ versions: pages(), head: () => ok(), uploads });
    expect(census.uploads).toEqual([
      { dataClasses: ['p/phi'], uploads: 2, oldestInitiated: '2026-01-01T00:00:00.000Z' },
    ]);
    const denied = Object.assign(new Error('no'), {
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    const other = await count({ versions: pages(), head: () => ok(), uploads: pages<ListedUpload>(denied) });
    expect(other.census).toMatchObject({ complete: true, uploadsComplete: false });
  });

  test('whatever answers come, every listed version is accounted for once and records follow the listing', async () => {
    const codes = [200, 400, 403, 404, 500, 503];
    const keys = Array.from({ length: 300 }, (_, i) => `k${String(i).padStart(3, '0')}`);
    const { census, records } = await count({
      versions: pages(
        keys.slice(0, 150).map((key) => entry(key)),
        keys.slice(150).map((key) => entry(key)),
      ),
      head: (key) => {
        const code = codes[Number(key.slice(1)) % codes.length] ?? 200;
        return code === 200 ? ok() : status(code);
      },
      record: true,
    });
    expect(census.population).toBe(300);
    expect(total(census)).toBe(300);
    expect(new Set(records.map(({ key }) => key)).size).toBe(250);
  });

  test('an interrupted census throws, so that no half count is saved', async () => {
    const abort = new AbortController();
    abort.abort();
    const header: ObjectHeader = {
      head: () => Promise.resolve(ok()),
      headBucket: () => Promise.resolve(ok()),
      close: () => undefined,
    };
    await expect(
      liveCensus({
        bucket: 'b',
        listing: listed(pages([entry('a')])),
        shards: 4,
        uploads: pages(),
        header,
        classesOf: () => [],
        mustRecord: () => Promise.resolve(false),
        parts: recordsInto([]),
        concurrency: 2,
        retry: {
          maxAttempts: 1,
          baseDelayMs: 0,
          maxDelayMs: 0,
          sleep: () => Promise.resolve(),
          random: () => 0,
        },
        signal: abort.signal,
      }),
    ).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

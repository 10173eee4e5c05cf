import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { removeRuns } from '../support/run.ts';
import { BUCKET, HALF, RUNS, startWorld } from './support.ts';
import type { ApiWorld } from './support.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  await world.sandbox.close();
  await removeRuns();
});

const [LATEST, OLDER] = RUNS;
const ask = async <T>(path: string, query: Record<string, string> = {}): Promise<T> => {
  const { status, body } = await world.ask({ path, query });
  expect(status).toBe(200);
  return JSON.parse(body) as T;
};
type List = { runs: { runId: string; status: string; summary: unknown }[]; next: string | null };
type Link = { url: string; bytes: number; sha256: string; expiresAt: string };

describe('a list of runs', () => {
  test('is newest first, with verdicts, and tells half a run from a whole one', async () => {
    const { runs, next } = await ask<List>('/runs');
    expect(runs).toMatchObject([
      { runId: LATEST, status: 'complete', summary: { verdict: { outcome: 'NON_COMPLIANT' } } },
      { runId: OLDER, status: 'complete' },
      { runId: HALF, status: 'incomplete', summary: null },
    ]);
    expect(next).toBeNull();
  });

  test('comes page by page, each run once', async () => {
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const page: List = await ask<List>('/runs', { limit: '1', ...(before === null ? {} : { before }) });
      seen.push(...page.runs.map(({ runId }) => runId));
      before = page.next;
    } while (before !== null);
    expect(seen).toEqual([LATEST, OLDER, HALF]);
  });

  test('leaves out folders that are no runs, and other prefixes of the bucket', async () => {
    const { objects } = world.sandbox.state.buckets.get(BUCKET)!;
    const [any] = objects.values();
    for (const key of ['runs/not-a-run/manifest.json', 'other/20261125T020000Z-0000cc/manifest.json']) {
      objects.set(key, any!);
    }
    expect((await ask<List>('/runs')).runs).toHaveLength(3);
  });

  test('one run with a broken summary does not take the others with it', async () => {
    const { objects } = world.sandbox.state.buckets.get(BUCKET)!;
    const key = `runs/${OLDER}/summary.json`;
    const good = objects.get(key)!;
    objects.set(key, objects.get(`runs/${OLDER}/findings.csv`)!);
    expect((await ask<List>('/runs')).runs[1]).toEqual({ runId: OLDER, status: 'complete', summary: null });
    objects.set(key, good);
  });

  test('a run under the manifest of another is an error, not a run', async () => {
    const { objects } = world.sandbox.state.buckets.get(BUCKET)!;
    const key = `runs/${OLDER}/manifest.json`;
    const own = objects.get(key)!;
    objects.set(key, objects.get(`runs/${LATEST}/manifest.json`)!);
    expect((await world.ask({ path: `/runs/${OLDER}` })).status).toBe(500);
    expect(String(world.errors.at(-1))).toMatch(/manifest of run .* is not its own/);
    objects.set(key, own);
  });
});

describe('an address of a file', () => {
  test('downloads the very bytes that the manifest vouches for', async () => {
    const { url, bytes, sha256 } = await ask<Link>(`/runs/${LATEST}/files/findings.json`);
    const response = await fetch(url);
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(body).toHaveLength(bytes);
    expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="${LATEST}-findings.json"`,
    );
  });

  test('opens the report itself in the browser', async () => {
    const { url } = await ask<Link>(`/runs/${LATEST}/files/report.html`);
    const response = await fetch(url);
    expect(response.headers.get('content-disposition')).toMatch(/^inline; /);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  });

  test('is good for two minutes, and says so', async () => {
    const { url, expiresAt } = await ask<Link>(`/runs/${LATEST}/files/findings.csv`);
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('120');
    expect(expiresAt).toBe('2026-11-25T12:02:00.000Z');
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ListedVersion } from '../../lib/collectors/object-listing.ts';
import { reuseOf } from '../../lib/census/seal-reuse.ts';
import type { InPlaceChanges, PastSeal } from '../../lib/census/seal-reuse.ts';
import type { ServerSideEncryption } from '../../lib/model/object-encryption.ts';

const DAY = 86_400_000;
const ASKED = Date.UTC(2026, 7, 1);
const LISTED = Date.UTC(2026, 6, 1);

const entry = (rest: Partial<ListedVersion> = {}): ListedVersion => ({
  key: 'k',
  versionId: 'v1',
  isLatest: true,
  size: 10,
  etag: 'e',
  lastModified: new Date(LISTED).toISOString(),
  deleteMarker: false,
  ...rest,
});
const past = (
  rest: Partial<PastSeal> = {},
  serverSide: ServerSideEncryption = { type: 'NONE' },
): PastSeal => ({
  key: 'k',
  versionId: 'v1',
  etag: 'e',
  lastModified: LISTED,
  size: 10,
  encryption: { serverSide, clientSide: { kind: 'none' } },
  asked: ASKED,
  ...rest,
});
const unproven: InPlaceChanges = { kind: 'unproven' };
const proven: InPlaceChanges = { kind: 'proven', touched: (key) => key === 'touched' };
const rule = (changes: InPlaceChanges) => ({ now: ASKED + 1_000, maxAge: 365 * DAY, changes });

describe('a seal of an earlier run', () => {
  const kms: ServerSideEncryption = { type: 'SSE-KMS', keyArn: 'arn', bucketKey: false };
  test.each<[string, Partial<ListedVersion>, PastSeal, InPlaceChanges, string | null]>([
    ['is taken over when the version is as it was', {}, past(), unproven, null],
    ['is not that of another version', { versionId: 'v2' }, past(), unproven, 'NEW'],
    ['is not that of other content', { etag: 'f' }, past(), unproven, 'CHANGED'],
    ['is not that of another size', { size: 11 }, past(), unproven, 'CHANGED'],
    [
      'is not that of another time',
      { lastModified: '2026-07-01T00:00:01.000Z' },
      past(),
      unproven,
      'CHANGED',
    ],
    ['needs a time', { lastModified: null }, past(), unproven, 'CHANGED'],
    ['needs an ETag', { etag: null }, past(), unproven, 'CHANGED'],
    [
      'is of the version without an id, before and after versioning',
      { versionId: 'null' },
      past({ versionId: null }),
      unproven,
      null,
    ],
    [
      'is not taken over when written within the skew of clocks',
      { lastModified: new Date(ASKED - 15 * 60_000).toISOString() },
      past({ lastModified: ASKED - 15 * 60_000 }),
      proven,
      'RECENT',
    ],
    [
      'is taken over when written just before that',
      { lastModified: new Date(ASKED - 15 * 60_000 - 1).toISOString() },
      past({ lastModified: ASKED - 15 * 60_000 - 1 }),
      unproven,
      null,
    ],
    ['SSE-C stays without proof', {}, past({}, { type: 'SSE-C' }), unproven, null],
    ['DSSE-KMS stays without proof', {}, past({}, { type: 'DSSE-KMS', keyArn: 'arn' }), unproven, null],
    ['SSE-S3 may change in place', {}, past({}, { type: 'SSE-S3' }), unproven, 'NO_PROOF'],
    ['SSE-KMS may change in place', {}, past({}, kms), unproven, 'NO_PROOF'],
    ['SSE-S3 stays by proof', {}, past({}, { type: 'SSE-S3' }), proven, null],
    ['SSE-KMS stays by proof', {}, past({}, kms), proven, null],
    ['that was touched is asked', { key: 'touched' }, past({ key: 'touched' }, kms), proven, 'UPDATED'],
    ['of no known kind is asked', {}, past({}, { type: 'OTHER', header: 'aws:fsx' }), proven, 'UNKNOWN_SEAL'],
  ])('%s', (_what, listed, before, changes, why) => {
    expect(reuseOf(entry(listed), [before], rule(changes))).toEqual(why ?? before);
  });

  test('is never older than the longest age, and every key has one turn in it', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 100 }),
        (key, days, start) => {
          const maxAge = days * DAY;
          let asked = ASKED + start * DAY;
          let turns = 0;
          for (let day = 1; day <= days; day += 1) {
            const now = ASKED + (start + day) * DAY;
            const found = reuseOf(entry({ key }), [past({ key, asked })], { now, maxAge, changes: unproven });
            expect(found === 'DUE' || now - asked < maxAge).toBe(true);
            if (found !== 'DUE') continue;
            turns += 1;
            asked = now;
          }
          expect(turns).toBe(1);
        },
      ),
    );
  });
});

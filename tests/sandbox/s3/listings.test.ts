import { describe, expect, test } from '@jest/globals';
import {
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type {
  DeleteMarkerEntry,
  ObjectVersion,
  ListMultipartUploadsCommandOutput,
  ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { addVersion, newDeleteMarker, newObject } from '../../../lib/sandbox/objects.ts';
import { NOON, useSandbox } from '../sdk.ts';
import { bucketInState, decoded, expectedEntries, inOrder, listing } from './listing-model.ts';
import type { Entry } from './listing-model.ts';

const rig = useSandbox({ logLimit: 0 });
const RUNS = { numRuns: 40 };
const KEPT = { size: 1, lastModified: NOON };

/** Common members of a request; '' is not sent. */
const parameters = (prefix: string, delimiter: string, encoded: boolean) => ({
  ...(prefix === '' ? {} : { Prefix: prefix }),
  ...(delimiter === '' ? {} : { Delimiter: delimiter }),
  ...(encoded ? { EncodingType: 'url' as const } : {}),
});

type Page = {
  readonly keys: readonly (string | undefined)[];
  readonly prefixes: readonly (string | undefined)[];
};

/** The entries of a page, in order, as a client that undoes the encoding sees them. */
function entriesOf({ keys, prefixes }: Page, encoded: boolean): Entry[] {
  const entries: Entry[] = [
    ...keys.map((key) => ({ key: decoded(key, encoded) })),
    ...prefixes.map((prefix) => ({ prefix: decoded(prefix, encoded) })),
  ];
  const name = (entry: Entry) => ('key' in entry ? entry.key : entry.prefix);
  return entries.sort((a, b) => inOrder(name(a), name(b)));
}

const keysOf = (list: readonly { Key?: string | undefined }[] = []) => list.map(({ Key }) => Key);
const prefixesOf = (list: readonly { Prefix?: string | undefined }[] = []) =>
  list.map(({ Prefix }) => Prefix);

/** Every page is full but the last. */
function expectFullPages(pages: readonly (readonly unknown[])[], size: number): void {
  for (const page of pages.slice(0, -1)) expect(page).toHaveLength(size);
  expect(pages.at(-1)!.length).toBeLessThanOrEqual(size);
}

describe('paging with any page size gives exactly the unpaged sequence, for any keys, prefix and delimiter', () => {
  test('ListObjectsV2', async () => {
    await fc.assert(
      fc.asyncProperty(listing, async ({ keys, prefix, delimiter, size, encoded }) => {
        const bucket = bucketInState(rig.state.buckets);
        for (const key of keys) addVersion(bucket, key, newObject(KEPT));
        const pages: Entry[][] = [];
        let token: string | undefined;
        do {
          const page = await rig.s3.send(
            new ListObjectsV2Command({
              Bucket: bucket.name,
              MaxKeys: size,
              ...parameters(prefix, delimiter, encoded),
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          );
          pages.push(
            entriesOf({ keys: keysOf(page.Contents), prefixes: prefixesOf(page.CommonPrefixes) }, encoded),
          );
          expect(page.KeyCount).toBe(pages.at(-1)!.length);
          expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
          token = page.NextContinuationToken;
        } while (token !== undefined);
        expect(pages.flat()).toEqual(expectedEntries(keys, prefix, delimiter));
        expectFullPages(pages, size);
      }),
      RUNS,
    );
  });

  test('ListObjects, by NextMarker or the last key', async () => {
    await fc.assert(
      fc.asyncProperty(listing, async ({ keys, prefix, delimiter, size, encoded }) => {
        const bucket = bucketInState(rig.state.buckets);
        for (const key of keys) addVersion(bucket, key, newObject(KEPT));
        const entries: Entry[] = [];
        let marker: string | undefined;
        let more: boolean | undefined;
        do {
          const page = await rig.s3.send(
            new ListObjectsCommand({
              Bucket: bucket.name,
              MaxKeys: size,
              ...parameters(prefix, delimiter, encoded),
              ...(marker === undefined ? {} : { Marker: marker }),
            }),
          );
          entries.push(
            ...entriesOf({ keys: keysOf(page.Contents), prefixes: prefixesOf(page.CommonPrefixes) }, encoded),
          );
          more = page.IsTruncated;
          marker = decoded(page.NextMarker ?? page.Contents?.at(-1)?.Key, encoded);
        } while (more);
        expect(entries).toEqual(expectedEntries(keys, prefix, delimiter));
      }),
      RUNS,
    );
  });

  test('ListObjectVersions: versions newest first, delete markers among them, pages may end inside a key', async () => {
    const history = fc.array(fc.constantFrom<'version' | 'marker'>('version', 'marker'), {
      minLength: 1,
      maxLength: 4,
    });
    const histories = fc.array(history, { minLength: 14, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(listing, histories, async ({ keys, prefix, delimiter, size, encoded }, kinds) => {
        const bucket = bucketInState(rig.state.buckets, 'Enabled');
        const expected = new Map<string, string[]>();
        for (const [i, key] of keys.entries()) {
          for (const [n, kind] of kinds[i]!.entries()) {
            // The oldest was written before versioning, and has no id.
            const versionId = n === 0 ? null : `v${n}`;
            const version =
              kind === 'marker' ? newDeleteMarker(NOON, versionId) : newObject({ ...KEPT, versionId });
            addVersion(bucket, key, version);
            const latest = n === kinds[i]!.length - 1 ? ' latest' : '';
            expected.set(key, [`${kind} ${versionId ?? 'null'}${latest}`, ...(expected.get(key) ?? [])]);
          }
        }
        const versions: string[] = [];
        const markers: string[] = [];
        const prefixes: string[] = [];
        const pages: unknown[][] = [];
        let next: { KeyMarker?: string; VersionIdMarker?: string } | null = {};
        while (next) {
          const page: ListObjectVersionsCommandOutput = await rig.s3.send(
            new ListObjectVersionsCommand({
              Bucket: bucket.name,
              MaxKeys: size,
              ...parameters(prefix, delimiter, encoded),
              ...next,
            }),
          );
          const line = (kind: string, { Key, VersionId, IsLatest }: ObjectVersion | DeleteMarkerEntry) =>
            JSON.stringify([decoded(Key, encoded), `${kind} ${VersionId}${IsLatest ? ' latest' : ''}`]);
          const found = (page.Versions ?? []).map((each) => line('version', each));
          const gone = (page.DeleteMarkers ?? []).map((each) => line('marker', each));
          const common = prefixesOf(page.CommonPrefixes).map((each) => decoded(each, encoded));
          versions.push(...found);
          markers.push(...gone);
          prefixes.push(...common);
          pages.push([...found, ...gone, ...common]);
          next = page.IsTruncated
            ? {
                KeyMarker: decoded(page.NextKeyMarker, encoded),
                ...(page.NextVersionIdMarker === undefined
                  ? {}
                  : { VersionIdMarker: page.NextVersionIdMarker }),
              }
            : null;
        }
        const entries = expectedEntries(keys, prefix, delimiter);
        const lines = entries.flatMap((entry) =>
          'key' in entry ? expected.get(entry.key)!.map((each) => [entry.key, each] as const) : [],
        );
        const kind = (wanted: string) =>
          lines.filter(([, each]) => each.startsWith(wanted)).map((each) => JSON.stringify(each));
        expect(versions).toEqual(kind('version'));
        expect(markers).toEqual(kind('marker'));
        expect(prefixes).toEqual(entries.flatMap((entry) => ('prefix' in entry ? [entry.prefix] : [])));
        expectFullPages(pages, size);
      }),
      RUNS,
    );
  });

  test('ListMultipartUploads: several of one key by their time', async () => {
    const counts = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 14, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(listing, counts, async ({ keys, prefix, delimiter, size, encoded }, uploadsOf) => {
        const bucket = bucketInState(rig.state.buckets);
        const idsOf = new Map<string, string[]>();
        for (const [i, key] of keys.entries()) {
          for (let n = uploadsOf[i]!; n > 0; n -= 1) {
            const uploadId = `${n}-${i}`;
            bucket.uploads.set(uploadId, {
              uploadId,
              key,
              initiated: NOON,
              template: newObject(KEPT),
              initiatorArn: rig.state.callerArn,
              checksumAlgorithm: null,
              checksumType: null,
              parts: new Map(),
            });
            idsOf.set(key, [uploadId, ...(idsOf.get(key) ?? [])]);
          }
        }
        const uploads: unknown[] = [];
        const prefixes: string[] = [];
        let next: { KeyMarker?: string; UploadIdMarker?: string } | null = {};
        while (next) {
          const page: ListMultipartUploadsCommandOutput = await rig.s3.send(
            new ListMultipartUploadsCommand({
              Bucket: bucket.name,
              MaxUploads: size,
              ...parameters(prefix, delimiter, encoded),
              ...next,
            }),
          );
          uploads.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => [decoded(Key, encoded), UploadId]));
          prefixes.push(...prefixesOf(page.CommonPrefixes).map((each) => decoded(each, encoded)));
          next = page.IsTruncated
            ? {
                KeyMarker: decoded(page.NextKeyMarker, encoded),
                ...(page.NextUploadIdMarker === undefined ? {} : { UploadIdMarker: page.NextUploadIdMarker }),
              }
            : null;
        }
        const entries = expectedEntries(keys, prefix, delimiter);
        expect(uploads).toEqual(
          entries.flatMap((entry) =>
            'key' in entry ? idsOf.get(entry.key)!.map((id) => [entry.key, id]) : [],
          ),
        );
        expect(prefixes).toEqual(entries.flatMap((entry) => ('prefix' in entry ? [entry.prefix] : [])));
      }),
      RUNS,
    );
  });
});

import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { MalformedAnswer } from './observe.ts';

/** One line of a bucket's listing. `versionId` is null in a bucket that was never versioned. */
export type ListedVersion = {
  readonly key: string;
  readonly versionId: string | null;
  readonly isLatest: boolean;
  readonly size: number;
  readonly lastModified: string | null;
  readonly deleteMarker: boolean;
};

/** An upload that was begun and neither completed nor aborted. `initiated` is ISO 8601 UTC. */
export type ListedUpload = { readonly key: string; readonly initiated: string | null };

type Target = { readonly s3: S3Client; readonly bucket: string; readonly owner: string };

/** Every current object, in UTF-8 binary key order, a page of up to 1,000 at a time. Throws what the SDK throws. */
export async function* listObjects({ s3, bucket, owner }: Target): AsyncGenerator<readonly ListedVersion[]> {
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        ExpectedBucketOwner: owner,
        EncodingType: 'url',
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    const decode = decoder(page.EncodingType);
    yield (page.Contents ?? []).map((object) => ({
      key: decode(object.Key),
      versionId: null,
      isLatest: true,
      size: object.Size ?? 0,
      lastModified: object.LastModified?.toISOString() ?? null,
      deleteMarker: false,
    }));
    token = nextToken(page.IsTruncated, page.NextContinuationToken, token);
  } while (token !== undefined);
}

/** Every version and delete marker, by key, newest first within a key. Throws what the SDK throws. */
export async function* listObjectVersions({
  s3,
  bucket,
  owner,
}: Target): AsyncGenerator<readonly ListedVersion[]> {
  let key: string | undefined;
  let version: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        ExpectedBucketOwner: owner,
        EncodingType: 'url',
        ...(key === undefined ? {} : { KeyMarker: key }),
        ...(version === undefined ? {} : { VersionIdMarker: version }),
      }),
    );
    const decode = decoder(page.EncodingType);
    const versions = (page.Versions ?? []).map((entry) => ({
      key: decode(entry.Key),
      versionId: entry.VersionId ?? null,
      isLatest: entry.IsLatest ?? false,
      size: entry.Size ?? 0,
      lastModified: entry.LastModified?.toISOString() ?? null,
      deleteMarker: false,
    }));
    const markers = (page.DeleteMarkers ?? []).map((entry) => ({
      key: decode(entry.Key),
      versionId: entry.VersionId ?? null,
      isLatest: entry.IsLatest ?? false,
      size: 0,
      lastModified: entry.LastModified?.toISOString() ?? null,
      deleteMarker: true,
    }));
    // The SDK parts versions from delete markers and so loses their order; only the versions' own order matters.
    yield [...versions, ...markers];
    const next = page.NextKeyMarker === undefined ? undefined : decode(page.NextKeyMarker);
    const before = marker(key, version);
    key = page.IsTruncated ? next : undefined;
    version = page.IsTruncated ? page.NextVersionIdMarker : undefined;
    if (page.IsTruncated && (key === undefined || marker(key, version) === before)) throw stuck();
  } while (key !== undefined);
}

/** Every unfinished multipart upload. Throws what the SDK throws. */
export async function* listUploads({ s3, bucket, owner }: Target): AsyncGenerator<readonly ListedUpload[]> {
  let key: string | undefined;
  let upload: string | undefined;
  do {
    const page = await s3.send(
      new ListMultipartUploadsCommand({
        Bucket: bucket,
        ExpectedBucketOwner: owner,
        EncodingType: 'url',
        ...(key === undefined ? {} : { KeyMarker: key }),
        ...(upload === undefined ? {} : { UploadIdMarker: upload }),
      }),
    );
    const decode = decoder(page.EncodingType);
    yield (page.Uploads ?? []).map((entry) => ({
      key: decode(entry.Key),
      initiated: entry.Initiated?.toISOString() ?? null,
    }));
    const before = marker(key, upload);
    key = page.IsTruncated && page.NextKeyMarker !== undefined ? decode(page.NextKeyMarker) : undefined;
    upload = page.IsTruncated ? page.NextUploadIdMarker : undefined;
    if (page.IsTruncated && (key === undefined || marker(key, upload) === before)) throw stuck();
  } while (key !== undefined);
}

/**
 * Keys are asked for URL-encoded, since XML 1.0 cannot carry control characters and parsers trim white space;
 * S3 then writes a space as `+`. Endpoints that ignore the wish say so by leaving EncodingType out.
 */
function decoder(encodingType: string | undefined): (text: string | undefined) => string {
  if (encodingType !== 'url') return (text) => text ?? '';
  return (text) => {
    try {
      return decodeURIComponent((text ?? '').replaceAll('+', '%20'));
    } catch {
      throw new MalformedAnswer('a key in the listing is not valid URL encoding');
    }
  };
}

/** A truncated page without a new marker would make us list the same page for ever. */
function nextToken(
  truncated: boolean | undefined,
  next: string | undefined,
  last: string | undefined,
): string | undefined {
  if (!truncated) return undefined;
  if (next === undefined || next === last) throw stuck();
  return next;
}

const marker = (key = '', id = ''): string => `${key}\n${id}`;

const stuck = (): MalformedAnswer => new MalformedAnswer('the listing is truncated but names no next page');

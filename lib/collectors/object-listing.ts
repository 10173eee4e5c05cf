import {
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type {
  ListObjectsV2CommandInput,
  ListObjectsV2CommandOutput,
  ListObjectVersionsCommandInput,
  ListObjectVersionsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import type { DeserializeMiddleware } from '@smithy/types';
import { decodeUrl, parseListingPage } from './listing-xml.ts';
import type { ListedVersion, ListingPage } from './listing-xml.ts';
import { MalformedAnswer } from './observe.ts';

export type { ListedVersion } from './listing-xml.ts';

/** An upload that was begun and neither completed nor aborted. `initiated` is ISO 8601 UTC. */
export type ListedUpload = { readonly key: string; readonly initiated: string | null };

/** The ways a bucket is listed. All of them throw what the SDK throws, and MalformedAnswer. */
export type BucketListing = {
  /** Every entry whose key is greater than `after` (null: all), in UTF-8 key order, newest first within a key. */
  readonly pages: (after: string | null) => AsyncIterable<readonly ListedVersion[]>;
  /** The least key greater than this one; null when there is none. */
  readonly nextKey: (after: string) => Promise<string | null>;
  /** Folders directly under a prefix, after a key; null when there are more than one page tells. */
  readonly folders: (prefix: string, after: string) => Promise<readonly string[] | null>;
  /** Every listed version of exactly this key. */
  readonly versionsOf: (key: string) => Promise<readonly ListedVersion[]>;
};

type Target = { readonly s3: S3Client; readonly bucket: string; readonly owner: string };
type PageInput = Omit<ListObjectsV2CommandInput & ListObjectVersionsCommandInput, 'Bucket'>;

/** @param versioned whether every version is listed, or current objects alone */
export function bucketListing({ s3, bucket, owner }: Target, versioned: boolean): BucketListing {
  const page = async (input: PageInput): Promise<ListingPage> => {
    const asked = { ...input, Bucket: bucket, ExpectedBucketOwner: owner, EncodingType: 'url' as const };
    if (versioned) {
      const kept = keepText<ListObjectVersionsCommandInput, ListObjectVersionsCommandOutput>();
      const command = new ListObjectVersionsCommand(asked);
      command.middlewareStack.add(kept.middleware, KEPT);
      await s3.send(command);
      return parseListingPage(kept.text(), versioned);
    }
    const kept = keepText<ListObjectsV2CommandInput, ListObjectsV2CommandOutput>();
    const command = new ListObjectsV2Command(asked);
    command.middlewareStack.add(kept.middleware, KEPT);
    await s3.send(command);
    return parseListingPage(kept.text(), versioned);
  };
  const start = (after: string | null): PageInput =>
    after === null ? {} : versioned ? { KeyMarker: after } : { StartAfter: after };

  async function* pages(
    after: string | null,
    more: PageInput = {},
  ): AsyncGenerator<readonly ListedVersion[]> {
    let place = start(after);
    for (;;) {
      const { entries, truncated, ...next } = await page({ ...more, ...place });
      yield entries;
      if (!truncated) return;
      const following = versioned ? versionPlace(next) : tokenPlace(next);
      if (JSON.stringify(following) === JSON.stringify(place)) throw stuck();
      place = following;
    }
  }

  return {
    pages,
    nextKey: async (after) => (await page({ ...start(after), MaxKeys: 1 })).entries[0]?.key ?? null,
    folders: async (prefix, after) => {
      const { commonPrefixes, truncated } = await page({ ...start(after), Prefix: prefix, Delimiter: '/' });
      return truncated ? null : commonPrefixes;
    },
    versionsOf: async (key) => {
      const found: ListedVersion[] = [];
      for await (const entries of pages(null, { Prefix: key })) {
        found.push(...entries.filter((entry) => entry.key === key));
        // The key itself sorts before every longer one.
        if (entries.at(-1)?.key !== key) break;
      }
      return found;
    },
  };
}

const versionPlace = ({ nextKey, nextVersion }: Pick<ListingPage, 'nextKey' | 'nextVersion'>): PageInput => {
  if (nextKey === null) throw stuck();
  return { KeyMarker: nextKey, ...(nextVersion === null ? {} : { VersionIdMarker: nextVersion }) };
};

const tokenPlace = ({ nextToken }: Pick<ListingPage, 'nextToken'>): PageInput => {
  if (nextToken === null) throw stuck();
  return { ContinuationToken: nextToken };
};

/** A truncated page without a new marker would make us list the same page for ever. */
const stuck = (): MalformedAnswer => new MalformedAnswer('the listing is truncated but names no next page');

/** The largest page that is read: 1,000 entries, each with a key of 1,024 bytes escaped threefold. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

const KEPT = { step: 'deserialize', priority: 'low' } as const;

/**
 * The SDK still builds, signs, sends and retries the request, and reads every error; of a good answer it is handed
 * an empty document instead, and the true one is kept to be parsed here.
 */
function keepText<Input extends object, Output extends object>(): {
  readonly middleware: DeserializeMiddleware<Input, Output>;
  readonly text: () => string;
} {
  let text: string | undefined;
  return {
    middleware: (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: unknown };
      if (response.statusCode === 200) {
        text = await readText(response.body as AsyncIterable<Uint8Array>);
        response.body = new TextEncoder().encode('<Empty/>');
      }
      return result;
    },
    text: () => {
      if (text === undefined) throw new MalformedAnswer('the listing has no body');
      return text;
    },
  };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_PAGE_BYTES) throw new MalformedAnswer('a page of the listing is larger than S3 sends');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
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

const decoder =
  (encodingType: string | undefined) =>
  (text = ''): string =>
    encodingType === 'url' ? decodeUrl(text) : text;

const marker = (key = '', id = ''): string => `${key}\n${id}`;

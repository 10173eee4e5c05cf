import { keyIndex } from '../objects.ts';
import type { Bucket, ObjectVersion } from '../state-s3.ts';
import type { XmlObject } from '../xml.ts';
import { escapeXml } from '../xml.ts';
import type { PageQuery } from './page-query.ts';
import { ownerOf } from './respond.ts';
import { pageRoom } from './page-room.ts';
import { walkKeys } from './walk-keys.ts';

/** One page of current objects; `last` is the last key or common prefix on it. */
export type ObjectPage = {
  /** `<Contents>` elements, ready to send. */
  readonly contents: string;
  /** Keys and common prefixes. */
  readonly count: number;
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  readonly last: string;
};

/** Collects one page of the newest versions that are not delete markers. */
export function listObjects(bucket: Bucket, query: PageQuery, after: string, withOwner: boolean): ObjectPage {
  const index = keyIndex(bucket);
  const owner = withOwner ? `<Owner><ID>${ownerOf(bucket.accountId).ID}</ID></Owner>` : '';
  const prefixes: string[] = [];
  let contents = '';
  let last = '';
  const room = pageRoom(query.max);
  walkKeys(
    index,
    { prefix: query.prefix, delimiter: query.delimiter, after },
    {
      onKey: (key, at) => {
        const version = index.versionsAt(at)[0];
        if (!version || version.deleteMarker) return true;
        if (!room.take()) return false;
        contents += `<Contents><Key>${escapeXml(query.encode(key))}</Key>${versionXml(version)}${owner}</Contents>`;
        last = key;
        return true;
      },
      onPrefix: (prefix) => {
        if (!anyCurrent(bucket, prefix)) return true;
        if (!room.take()) return false;
        prefixes.push(prefix);
        last = prefix;
        return true;
      },
    },
  );
  return { contents, count: room.taken(), prefixes, truncated: room.truncated(), last };
}

/** `<CommonPrefixes>` elements. */
export const commonPrefixes = (prefixes: readonly string[], query: PageQuery): readonly XmlObject[] =>
  prefixes.map((prefix) => ({ Prefix: query.encode(prefix) }));

/** The elements that describe a version in every listing: string building, as pages of 1,000 are benchmarked. */
export function versionXml(version: ObjectVersion): string {
  const { checksum } = version;
  const algorithm =
    checksum === null
      ? ''
      : `<ChecksumAlgorithm>${checksum.header.slice('x-amz-checksum-'.length).toUpperCase()}</ChecksumAlgorithm>` +
        `<ChecksumType>${checksum.type}</ChecksumType>`;
  return (
    `<LastModified>${new Date(version.lastModified).toISOString()}</LastModified>` +
    `<ETag>&quot;${escapeXml(version.etag)}&quot;</ETag>${algorithm}<Size>${version.size}</Size>` +
    `<StorageClass>${escapeXml(version.storageClass)}</StorageClass>`
  );
}

/** Whether some key under the prefix has a current object: a folder of delete markers is not listed. */
function anyCurrent(bucket: Bucket, prefix: string): boolean {
  if (bucket.versioning === 'Off' || bucket.generated) return true;
  let found = false;
  const index = keyIndex(bucket);
  walkKeys(
    index,
    { prefix, delimiter: '', after: '' },
    {
      onKey: (_, at) => {
        found = index.versionsAt(at)[0]?.deleteMarker === false;
        return !found;
      },
      onPrefix: () => true,
    },
  );
  return found;
}

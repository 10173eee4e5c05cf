import { keyIndex } from '../objects.ts';
import type { Bucket, ObjectVersion } from '../state-s3.ts';
import { escapeXml, writeContent } from '../xml.ts';
import { bucketOperation } from './define.ts';
import { invalidArgument } from './faults.ts';
import { commonPrefixes, versionXml } from './list-objects.ts';
import { readPageQuery } from './page-query.ts';
import type { PageQuery } from './page-query.ts';
import { ownerOf, xmlTextResponse } from './respond.ts';
import { pageRoom } from './page-room.ts';
import { walkKeys } from './walk-keys.ts';

/** `GET /?versions`: every version and delete marker, keys in order, newest first; a page may end inside a key. */
export const listObjectVersions = bucketOperation(
  { name: 'ListObjectVersions', action: 's3:ListBucketVersions', method: 'GET', query: ['versions'] },
  ({ bucket, request }) => {
    const query = readPageQuery(request, 'max-keys');
    const keyMarker = request.query.get('key-marker') ?? '';
    const versionMarker = request.query.get('version-id-marker') ?? '';
    if (versionMarker !== '' && keyMarker === '') {
      throw invalidArgument(
        'version-id-marker',
        versionMarker,
        'A version-id marker cannot be specified without a key marker.',
      );
    }
    const page = collect(bucket, query, keyMarker, versionMarker);
    const head = writeContent({
      Name: bucket.name,
      Prefix: query.encode(query.prefix),
      KeyMarker: query.encode(keyMarker),
      VersionIdMarker: versionMarker,
      NextKeyMarker: page.next ? query.encode(page.next.key) : undefined,
      NextVersionIdMarker: page.next?.versionId,
      MaxKeys: query.max,
      Delimiter: query.delimiter === '' ? undefined : query.encode(query.delimiter),
      EncodingType: query.encodingType,
      IsTruncated: page.next !== null,
    });
    const tail = writeContent({ CommonPrefixes: commonPrefixes(page.prefixes, query) });
    return xmlTextResponse('ListVersionsResult', head + page.entries + tail, {
      'x-amz-bucket-region': bucket.region,
    });
  },
);

type VersionPage = {
  readonly entries: string;
  readonly prefixes: readonly string[];
  /** Where the next page goes on; null on the last. Common prefixes have no version id. */
  readonly next: { readonly key: string; readonly versionId: string | undefined } | null;
};

function collect(bucket: Bucket, query: PageQuery, keyMarker: string, versionMarker: string): VersionPage {
  const index = keyIndex(bucket);
  const owner = `<Owner><ID>${ownerOf(bucket.accountId).ID}</ID></Owner>`;
  const prefixes: string[] = [];
  let entries = '';
  const end: { last: VersionPage['next'] } = { last: null };
  const room = pageRoom(query.max);
  const walk = {
    prefix: query.prefix,
    delimiter: query.delimiter,
    after: keyMarker,
    inclusive: versionMarker !== '',
  };
  walkKeys(index, walk, {
    onKey: (key, at) => {
      const versions = index.versionsAt(at);
      const from = key === keyMarker && versionMarker !== '' ? afterMarker(versions, versionMarker) : 0;
      for (const [i, version] of versions.entries()) {
        if (i < from) continue;
        if (!room.take()) return false;
        entries += entryXml(escapeXml(query.encode(key)), version, i === 0, owner);
        end.last = { key, versionId: shownId(version) };
      }
      return true;
    },
    onPrefix: (prefix) => {
      if (!room.take()) return false;
      prefixes.push(prefix);
      end.last = { key: prefix, versionId: undefined };
      return true;
    },
  });
  return { entries, prefixes, next: room.truncated() ? end.last : null };
}

/** Versions after the marker. When the marker itself is gone meanwhile, what is left was not listed yet. */
const afterMarker = (versions: readonly ObjectVersion[], marker: string): number =>
  versions.findIndex((version) => shownId(version) === marker) + 1;

const shownId = (version: ObjectVersion): string => version.versionId ?? 'null';

function entryXml(key: string, version: ObjectVersion, latest: boolean, owner: string): string {
  const head = `<Key>${key}</Key><VersionId>${escapeXml(shownId(version))}</VersionId><IsLatest>${latest}</IsLatest>`;
  if (!version.deleteMarker) return `<Version>${head}${versionXml(version)}${owner}</Version>`;
  const date = new Date(version.lastModified).toISOString();
  return `<DeleteMarker>${head}<LastModified>${date}</LastModified>${owner}</DeleteMarker>`;
}

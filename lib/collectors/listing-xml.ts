import { MalformedAnswer } from './observe.ts';

/** One line of a bucket's listing. `versionId` is null in a bucket that was never versioned. */
export type ListedVersion = {
  readonly key: string;
  readonly versionId: string | null;
  readonly isLatest: boolean;
  readonly size: number;
  /** ISO 8601 UTC with milliseconds. */
  readonly lastModified: string | null;
  /** Without quotes; a listing always has one, other places that name versions may not. */
  readonly etag?: string | null;
  readonly deleteMarker: boolean;
};

/** One page of ListObjectsV2 or ListObjectVersions, entries in the order in which S3 sent them. */
export type ListingPage = {
  readonly entries: readonly ListedVersion[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  readonly nextToken: string | null;
  readonly nextKey: string | null;
  readonly nextVersion: string | null;
};

/**
 * Reads one page of a listing. Written for this one document, since a general XML parser costs more than everything
 * else that listing a bucket takes (`npm run bench census-listing`), and because the SDK parts versions from delete
 * markers and so loses their order.
 * Throws MalformedAnswer for a document that is cut short, or is something else.
 */
export function parseListingPage(xml: string, versioned: boolean): ListingPage {
  const root = versioned ? 'ListVersionsResult' : 'ListBucketResult';
  if (!xml.trimEnd().endsWith(`</${root}>`)) throw new MalformedAnswer('the listing is cut short');
  // S3 never sends any; what is in one would be read as markup.
  if (xml.includes('<![CDATA[') || xml.includes('<!DOCTYPE'))
    throw new MalformedAnswer('the listing is not as S3 writes it');
  const decode = fieldIn(xml, 'EncodingType') === 'url' ? decodeUrl : (text: string): string => text;
  const optional = (text: string | null): string | null => (text === null ? null : decode(text));
  const truncated = fieldIn(xml, 'IsTruncated');
  if (truncated !== 'true' && truncated !== 'false') {
    throw new MalformedAnswer('the listing does not say whether it goes on');
  }
  return {
    entries: versioned ? readVersions(xml, decode) : readObjects(xml, decode),
    commonPrefixes: blocks(xml, 'CommonPrefixes').map((block) => decode(required(block, 'Prefix'))),
    truncated: truncated === 'true',
    nextToken: fieldIn(xml, 'NextContinuationToken'),
    nextKey: optional(fieldIn(xml, 'NextKeyMarker')),
    nextVersion: fieldIn(xml, 'NextVersionIdMarker'),
  };
}

type Decode = (text: string) => string;

const readObjects = (xml: string, decode: Decode): ListedVersion[] =>
  blocks(xml, 'Contents').map((block) => ({
    key: decode(required(block, 'Key')),
    versionId: null,
    isLatest: true,
    size: readSize(block),
    lastModified: readTime(block),
    etag: readEtag(block),
    deleteMarker: false,
  }));

function readVersions(xml: string, decode: Decode): ListedVersion[] {
  const entries: ListedVersion[] = [];
  let version = xml.indexOf('<Version>');
  let marker = xml.indexOf('<DeleteMarker>');
  while (version >= 0 || marker >= 0) {
    const deleteMarker = version < 0 || (marker >= 0 && marker < version);
    const block = blockAt(xml, deleteMarker ? 'DeleteMarker' : 'Version', deleteMarker ? marker : version);
    entries.push({
      key: decode(required(block.text, 'Key')),
      versionId: fieldIn(block.text, 'VersionId'),
      isLatest: fieldIn(block.text, 'IsLatest') === 'true',
      size: deleteMarker ? 0 : readSize(block.text),
      lastModified: readTime(block.text),
      etag: readEtag(block.text),
      deleteMarker,
    });
    if (deleteMarker) marker = xml.indexOf('<DeleteMarker>', block.end);
    else version = xml.indexOf('<Version>', block.end);
  }
  return entries;
}

function blocks(xml: string, name: string): string[] {
  const found: string[] = [];
  for (let at = xml.indexOf(`<${name}>`); at >= 0;) {
    const block = blockAt(xml, name, at);
    found.push(block.text);
    at = xml.indexOf(`<${name}>`, block.end);
  }
  return found;
}

function blockAt(xml: string, name: string, at: number): { readonly text: string; readonly end: number } {
  const end = xml.indexOf(`</${name}>`, at);
  if (end < 0) throw new MalformedAnswer(`the listing has a <${name}> without an end`);
  return { text: xml.slice(at + name.length + 2, end), end };
}

/** The text of the first element of this name; null when there is none. */
function fieldIn(xml: string, name: string): string | null {
  const open = `<${name}>`;
  const start = xml.indexOf(open);
  if (start < 0) return null;
  const end = xml.indexOf('<', start + open.length);
  return end < 0 ? null : unescapeXml(xml.slice(start + open.length, end));
}

function required(block: string, name: string): string {
  const text = fieldIn(block, name);
  if (text === null) throw new MalformedAnswer(`the listing has an entry without <${name}>`);
  return text;
}

function readSize(block: string): number {
  const size = Number(required(block, 'Size'));
  if (!Number.isSafeInteger(size) || size < 0)
    throw new MalformedAnswer('the listing has a size that is no size');
  return size;
}

const QUOTED = /^<ETag>&quot;([^&<]*)&quot;</;

function readEtag(block: string): string | null {
  const start = block.indexOf('<ETag>');
  if (start < 0) return null;
  // As S3 writes it: most of what a listing would be unescaped for.
  const plain = QUOTED.exec(block.slice(start, start + 128))?.[1];
  return plain ?? fieldIn(block, 'ETag')?.replaceAll('"', '') ?? null;
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function readTime(block: string): string | null {
  const text = fieldIn(block, 'LastModified');
  if (text === null || ISO.test(text)) return text;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      const named = NAMED.get(name ?? '');
      if (named !== undefined) return named;
      const point = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      if (point <= 0x10ffff) return String.fromCodePoint(point);
      throw new MalformedAnswer(`the listing has the unknown entity ${whole}`);
    },
  );
}

/**
 * Keys are asked for URL-encoded, since XML 1.0 cannot carry control characters and parsers trim white space;
 * S3 then writes a space as `+`. Endpoints that ignore the wish say so by leaving EncodingType out.
 */
export function decodeUrl(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    throw new MalformedAnswer('a key in the listing is not valid URL encoding');
  }
}

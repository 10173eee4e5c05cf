const encoder = new TextEncoder();
const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;
const HEX = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);

/** RFC 3986 encoding as Signature Version 4 wants it: everything but `A-Za-z0-9-._~`, byte for byte in UTF-8. */
export function encodeRfc3986(text: string): string {
  if (UNRESERVED.test(text)) return text;
  let encoded = '';
  for (const byte of encoder.encode(text)) {
    encoded += isUnreserved(byte) ? String.fromCharCode(byte) : (HEX[byte] ?? '');
  }
  return encoded;
}

/** A path, each segment encoded, slashes kept. */
export const encodePath = (path: string): string =>
  path.includes('/') ? path.split('/').map(encodeRfc3986).join('/') : encodeRfc3986(path);

/** What S3 puts in listings for `encoding-type=url`: a form encoding (space is `+`) that keeps `/` and `*`. */
export const encodeForListing = (text: string): string =>
  encodePath(text).replaceAll('%20', '+').replaceAll('%2A', '*').replaceAll('~', '%7E');

/**
 * Percent-decoding of a path or parameter.
 * @throws URIError on a broken escape or bytes that are not UTF-8.
 */
export const decodeUri = (text: string): string => (text.includes('%') ? decodeURIComponent(text) : text);

const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/**
 * Decoded parameters of a query string or form; `+` is a space; the last of several equal names wins.
 * @throws URIError
 */
export function parseParameters(text: string): ReadonlyMap<string, string> {
  if (text === '') return NO_PARAMETERS;
  const parameters = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    const value = equals < 0 ? '' : pair.slice(equals + 1);
    parameters.set(decodeUri(name.replaceAll('+', ' ')), decodeUri(value.replaceAll('+', ' ')));
  }
  return parameters;
}

function isUnreserved(byte: number): boolean {
  return (
    (byte >= 48 && byte <= 57) ||
    (byte >= 65 && byte <= 90) ||
    (byte >= 97 && byte <= 122) ||
    byte === 45 ||
    byte === 46 ||
    byte === 95 ||
    byte === 126
  );
}

/** What an element of an answer is made of: text, children by name, or several elements of one name. */
export type XmlValue = string | number | boolean | null | undefined | XmlObject | readonly XmlValue[];
export type XmlObject = { readonly [name: string]: XmlValue };

/** Text that needs escaping: markup, and control characters, which S3 sends as character references. */
// eslint-disable-next-line no-control-regex -- control characters are legal in S3 keys and are the point here
const SPECIAL = /[&<>"\u0000-\u001f\u007f\ufffe\uffff]/;
// eslint-disable-next-line no-control-regex -- as above
const SPECIALS = /[&<>"\u0000-\u001f\u007f\ufffe\uffff]/g;
const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text made fit for XML. Control characters become references such as `&#x1;`: XML 1.0 does not allow those either,
 * and S3 sends them all the same unless the client asks for `encoding-type=url`.
 */
export const escapeXml = (text: string): string =>
  SPECIAL.test(text)
    ? text.replace(SPECIALS, (char) => NAMED[char] ?? `&#x${char.charCodeAt(0).toString(16)};`)
    : text;

/** `<name>value</name>`; nothing for null and undefined; one element for each member of an array. */
function writeXml(name: string, value: XmlValue): string {
  if (value === null || value === undefined) return '';
  if (isArray(value)) return value.map((item) => writeXml(name, item)).join('');
  return `<${name}>${writeContent(value)}</${name}>`;
}

/** A whole document with declaration; `namespace` becomes the root's xmlns. */
export const writeDocument = (root: string, value: XmlValue, namespace?: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace === undefined ? '' : ` xmlns="${namespace}"`}>` +
  `${writeContent(value)}</${root}>`;

/** What goes inside an element: escaped text, or child elements. */
export function writeContent(value: XmlValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value !== 'object') return String(value);
  if (isArray(value)) return value.map((item) => writeContent(item)).join('');
  let text = '';
  for (const [name, child] of Object.entries(value)) text += writeXml(name, child);
  return text;
}

/** `Array.isArray` does not narrow readonly arrays away from objects. */
const isArray = (value: XmlValue): value is readonly XmlValue[] => Array.isArray(value);

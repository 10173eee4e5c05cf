import { escapeXml } from './xml.ts';

/** One parsed element; names without their namespace prefix. */
export type XmlElement = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Character data directly inside, references resolved. */
  readonly text: string;
};

/** What is wrong with a document; the S3 protocol answers it as MalformedXML. */
class XmlError extends Error {}

const MAX_DEPTH = 32;
const MAX_ELEMENTS = 100_000;
const OPEN_TAG =
  /<([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const CLOSE_TAG = /<\/([A-Za-z_][\w.:-]*)\s*>/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

type Open = {
  name: string;
  qualified: string;
  attributes: Map<string, string>;
  children: XmlElement[];
  text: string;
};

/**
 * The root element of a request body. Strict on purpose: no DTD (hence no entity definitions), no processing
 * instructions after the declaration, at most 32 levels.
 * @throws XmlError
 */
export function parseXml(document: string): XmlElement {
  let at = skipProlog(document);
  const stack: Open[] = [];
  let root: XmlElement | null = null;
  let count = 0;
  while (at < document.length) {
    const top = stack.at(-1);
    if (document.charCodeAt(at) !== 60 /* < */) {
      const end = document.indexOf('<', at);
      const text = document.slice(at, end < 0 ? undefined : end);
      if (top) top.text += unescapeXml(text);
      else if (text.trim() !== '') throw new XmlError('text outside the root element');
      at = end < 0 ? document.length : end;
    } else if (document.startsWith('<!--', at)) {
      at = endOf(document, '-->', at);
    } else if (top && document.startsWith('<![CDATA[', at)) {
      const end = endOf(document, ']]>', at);
      top.text += document.slice(at + 9, end - 3);
      at = end;
    } else if (document.startsWith('</', at)) {
      CLOSE_TAG.lastIndex = at;
      const match = CLOSE_TAG.exec(document);
      const open = stack.pop();
      if (!open || open.qualified !== match?.[1]) throw new XmlError(`unexpected closing tag at ${at}`);
      const element = {
        name: open.name,
        attributes: open.attributes,
        children: open.children,
        text: open.text,
      };
      const parent = stack.at(-1);
      if (parent) parent.children.push(element);
      else root = element;
      at = CLOSE_TAG.lastIndex;
    } else {
      OPEN_TAG.lastIndex = at;
      const match = OPEN_TAG.exec(document);
      if (!match?.[1] || (!top && root)) throw new XmlError(`not an element at ${at}`);
      count += 1;
      if (stack.length >= MAX_DEPTH || count > MAX_ELEMENTS) throw new XmlError('document too large');
      const open = openElement(match[1], match[2] ?? '');
      if (match[3] !== '/') stack.push(open);
      else if (top) top.children.push(open);
      else root = open;
      at = OPEN_TAG.lastIndex;
    }
  }
  if (!root || stack.length > 0) throw new XmlError('document ends too early');
  return root;
}

/** The first child of that name. */
export const child = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((candidate) => candidate.name === name);

/** Trimmed text of the first child of that name, or null when there is none. */
export const childText = (element: XmlElement | undefined, name: string): string | null =>
  child(element, name)?.text.trim() ?? null;

/** All children of that name. */
export const childrenNamed = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((candidate) => candidate.name === name) ?? [];

/** The element as text again, attributes other than `xsi:type` dropped: how S3 gives a stored document back. */
export function writeElement(element: XmlElement): string {
  const type = element.attributes.get('xsi:type');
  const attributes =
    type === undefined
      ? ''
      : ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${escapeXml(type)}"`;
  const content =
    element.children.length > 0 ? element.children.map(writeElement).join('') : escapeXml(element.text);
  return `<${element.name}${attributes}>${content}</${element.name}>`;
}

function openElement(qualified: string, attributeText: string): Open {
  const attributes = new Map<string, string>();
  for (const match of attributeText.matchAll(ATTRIBUTE)) {
    const name = match[1] ?? '';
    if (attributes.has(name)) throw new XmlError(`attribute ${name} twice`);
    attributes.set(name, unescapeXml(match[2] ?? match[3] ?? ''));
  }
  return { name: qualified.slice(qualified.indexOf(':') + 1), qualified, attributes, children: [], text: '' };
}

function skipProlog(document: string): number {
  const start = document.charCodeAt(0) === 0xfeff ? 1 : 0;
  return document.startsWith('<?xml', start) ? endOf(document, '?>', start) : start;
}

function endOf(document: string, terminator: string, from: number): number {
  const end = document.indexOf(terminator, from);
  if (end < 0) throw new XmlError(`missing ${terminator}`);
  return end + terminator.length;
}

function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;&\s]{0,10})(;?)/g, (_, name: string, end: string) => {
    const named = ENTITIES.get(name);
    if (end && named !== undefined) return named;
    const number = end ? /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name) : null;
    const point = number?.[1] !== undefined ? parseInt(number[1], 16) : Number(number?.[2] ?? NaN);
    const surrogate = point >= 0xd800 && point <= 0xdfff;
    if (surrogate || !(point > 0 && point <= 0x10ffff)) throw new XmlError(`unknown entity &${name};`);
    return String.fromCodePoint(point);
  });
}

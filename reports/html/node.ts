import { visible, visibleBlock } from '../visible.ts';

/**
 * A page is built as a tree and printed twice: as HTML here, and as DOM nodes by the page's own script, which gets
 * the parts that a large report leaves out of its HTML as JSON. Neither printer ever parses text as markup.
 */
export type Html = string | HtmlElement;
export type HtmlElement = readonly [tag: string, attributes: Attributes, ...children: Html[]];
export type Attributes = Readonly<Record<string, string>>;

/** What `h` accepts: null and false are left out, lists are flattened, numbers become text. */
export type Child = Html | number | null | false | undefined | readonly Child[];
type AttributeValue = string | number | boolean | null | undefined;

/**
 * One element. Every text and attribute is shown as `visible` does, so no name can hide or reorder what is around it;
 * inside `pre`, and `mark` in it, line feeds and tabs stay. Throws when a link would leave the report: a defect of the report's code.
 */
export function h(
  tag: string,
  attributes: Readonly<Record<string, AttributeValue>> | null,
  ...children: readonly Child[]
): HtmlElement {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    kept[name] = value === true ? '' : visible(String(value));
  }
  if (kept['href'] !== undefined && !/^(#|\.\/)/.test(kept['href'])) {
    throw new Error(`A report links only to itself and to files beside it, not to ${kept['href']}`);
  }
  const nodes: Html[] = [];
  collect(children, BLOCKS.has(tag) ? visibleBlock : visible, nodes);
  return [tag, kept, ...nodes];
}

const BLOCKS = new Set(['pre', 'mark']);

function collect(children: readonly Child[], show: (text: string) => string, into: Html[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === '') continue;
    if (typeof child === 'string' || typeof child === 'number') into.push(show(String(child)));
    else if (isElement(child)) into.push(child);
    else collect(child, show, into);
  }
}

/** An element is a list that starts with a tag and its attributes; a list of children never starts so. */
function isElement(child: readonly Child[] | HtmlElement): child is HtmlElement {
  const second = child[1];
  return (
    typeof child[0] === 'string' && typeof second === 'object' && second !== null && !Array.isArray(second)
  );
}

const VOID = new Set(['br', 'hr', 'input', 'link', 'meta']);
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML text or as a quoted attribute's value. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

/** The tree as HTML. */
export function toHtml(node: Html): string {
  if (typeof node === 'string') return escapeHtml(node);
  const [tag, attributes, ...children] = node;
  const list = Object.entries(attributes)
    .map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`))
    .join('');
  return VOID.has(tag) ? `<${tag}${list}>` : `<${tag}${list}>${children.map(toHtml).join('')}</${tag}>`;
}

/** Text of `<` and of what ends a line in old JavaScript, which JSON may hold raw but a script element may not. */
const UNSAFE_IN_SCRIPT = /[<>&\u2028\u2029]/g;

/** JSON that no text inside can break out of a script element: no `</script`, no `<!--`, no raw U+2028. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE_IN_SCRIPT,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

import type { Html, HtmlElement } from '../../../reports/html/node.ts';

/** Every text of a tree, with a space between elements: what somebody reads of it. */
export function textOf(node: Html): string {
  if (typeof node === 'string') return node;
  const [, , ...children] = node;
  return children.map(textOf).join(' ').replace(/ +/g, ' ').trim();
}

/** Every element of a tree that has the tag, or the class when it starts with a dot, in order. */
export function all(node: Html, selector: string): HtmlElement[] {
  if (typeof node === 'string') return [];
  const [tag, attributes, ...children] = node;
  const hit = selector.startsWith('.')
    ? (attributes['class'] ?? '').split(' ').includes(selector.slice(1))
    : tag === selector;
  return [...(hit ? [node] : []), ...children.flatMap((child) => all(child, selector))];
}

/** The rows of a tree's table bodies, as the texts of their cells. */
export const rowsOf = (node: Html): string[][] =>
  all(node, 'tbody')
    .flatMap((body) => all(body, 'tr'))
    .map(([, , ...cells]) => cells.map((cell) => textOf(cell)));

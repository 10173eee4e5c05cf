import { formatCount } from '../format.ts';
import { visible } from '../visible.ts';
import { h, type Attributes, type Html, type HtmlElement } from './node.ts';

/** Text shorter than this costs less in place than as a reference. */
const SHORT = 8;

/** Text in place, or the position of a text or an element in `nodes`. */
type Reference = string | number;
type PooledNode = string | readonly [tag: string, attributes: Attributes, ...children: Reference[]];

/** What a reader can narrow the findings by. The page's script has the same list, in the same order. */
export const FACETS = ['outcome', 'check', 'requirement', 'bucket', 'account', 'framework'] as const;
export type Facet = (typeof FACETS)[number];

/** What the script needs to filter one finding: its values of each facet, and the texts that a search looks at. */
export type IndexEntry = {
  readonly id: string;
  readonly facets: Readonly<Record<Facet, readonly string[]>>;
  readonly texts: readonly string[];
};
type PooledEntry = readonly [
  id: string,
  facets: readonly (readonly Reference[])[],
  texts: readonly Reference[],
];

/** One capped list: how many items there are, and those that are not in the HTML. */
type DeferredList = {
  readonly total: number;
  readonly tail: readonly Reference[];
  readonly index: readonly PooledEntry[] | null;
};

/** What the page carries as JSON beside its HTML. */
export type DeferredData = { readonly nodes: readonly PooledNode[]; readonly lists: readonly DeferredList[] };

/** Collects, while a page is built, what its script will show on demand. */
export type Deferred = {
  readonly add: (items: readonly Html[], shown: number, index: readonly IndexEntry[] | null) => number;
  readonly data: () => DeferredData;
};

/** An empty collection. Equal texts and equal elements are kept once: ten thousand findings differ in little. */
export function createDeferred(): Deferred {
  const positions = new Map<string, number>();
  const nodes: PooledNode[] = [];
  const lists: DeferredList[] = [];
  const keep = (node: PooledNode): number => {
    const key = JSON.stringify(node);
    const known = positions.get(key);
    if (known !== undefined) return known;
    positions.set(key, nodes.length);
    return nodes.push(node) - 1;
  };
  const pooledText = (text: string): Reference => (text.length < SHORT ? text : keep(text));
  // As shown: a reader searches for what is on the page, and options of the filters hold the same spelling.
  const shownText = (text: string): Reference => pooledText(visible(text));
  const pooled = (node: Html): Reference => {
    if (typeof node === 'string') return pooledText(node);
    const [tag, attributes, ...children] = node;
    return keep([tag, attributes, ...children.map(pooled)]);
  };
  const pooledEntry = ({ id, facets, texts }: IndexEntry): PooledEntry => [
    id,
    FACETS.map((facet) => facets[facet].map(shownText)),
    texts.map(shownText),
  ];
  return {
    add: (items, shown, index) => {
      const tail = items.slice(shown).map(pooled);
      return lists.push({ total: items.length, tail, index: index?.map(pooledEntry) ?? null }) - 1;
    },
    data: () => ({ nodes, lists }),
  };
}

export type ListOptions = {
  readonly deferred: Deferred;
  readonly tag: 'ul' | 'tbody';
  readonly className?: string;
  readonly items: readonly Html[];
  /** How many items the HTML holds; the script shows the others on demand. */
  readonly shown: number;
  /** Plural noun of the items, for the note under a list that was cut. */
  readonly what: string;
  /** Where a reader without the script finds the others. */
  readonly elsewhere: string;
  readonly index?: readonly IndexEntry[];
};

/** A list that may be cut for the page's sake, and the note and button that say so. Nothing is left out silently. */
export function cappedList(options: ListOptions): {
  readonly list: HtmlElement;
  readonly more: HtmlElement | null;
} {
  const { deferred, items, index = null, what } = options;
  const shown = Math.min(options.shown, items.length);
  const cut = shown < items.length;
  // A short list without an index needs no script at all.
  const position = cut || index ? deferred.add(items, shown, index) : null;
  const list = h(options.tag, { class: options.className, 'data-list': position }, ...items.slice(0, shown));
  if (position === null) return { list, more: null };
  const note = h('p', { class: 'more', 'data-more': position, hidden: !cut }, [
    h(
      'span',
      { class: 'more-count' },
      `Showing ${formatCount(shown)} of ${formatCount(items.length)} ${what}. `,
    ),
    h('span', { class: 'more-else' }, `All of them are in ${options.elsewhere}. `),
    h('button', { type: 'button', hidden: true }, 'Show more'),
  ]);
  return { list, more: note };
}

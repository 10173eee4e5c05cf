import { isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import { lineIndex } from './lines.ts';
import type { Position } from './lines.ts';
import { quote } from './problems.ts';
import type { Fault, Path } from './problems.ts';
import { explainSyntax } from './syntax.ts';

/** The largest pack that is read, in UTF-16 units of text. */
const LARGEST_PACK = 1024 * 1024;
/** Values after aliases are followed: what bounds a billion laughs. */
const MOST_VALUES = 20_000;
const MOST_ALIASES = 100;
const DEEPEST = 32;
const TOO_DEEP = `is nested too deeply; a rule pack has at most ${DEEPEST} levels`;
const LONGEST_TEXT = 4000;
const MOST_SYNTAX_ERRORS = 50;
/** Controls other than tab and line feed, lone surrogates, and the marks that reorder text on a screen. */
const UNSAFE = /[\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufeff]|(?![\t\n])\p{Cc}/u;

/** A YAML document as plain data that remembers where each value stands. */
export type YamlSource = {
  readonly value: unknown;
  readonly faults: readonly Fault[];
  /** Paths whose value could not be read; what a schema says about them is noise. */
  readonly unread: readonly Path[];
  readonly locate: (fault: Fault) => Position;
  /** The text of a scalar as written: `012345678901` where the value is a number. */
  readonly written: (path: Path) => string | null;
};

/** What stopped reading, where, before there was any data. */
export type SyntaxFault = Position & { readonly message: string };

/** Reads one YAML 1.2 document of untrusted text; never throws. */
export function readYaml(
  text: string,
): { ok: true; source: YamlSource } | { ok: false; faults: SyntaxFault[] } {
  if (text.length > LARGEST_PACK) {
    return failed(`is ${text.length} characters long; a rule pack has at most ${LARGEST_PACK}: split it`);
  }
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const at = lineIndex(body);
  const document = parseDocument(body, {
    prettyErrors: false,
    schema: 'core',
    resolveKnownTags: false,
    // The library compares every pair of keys; the walk below needs one look at each.
    uniqueKeys: false,
    logLevel: 'error',
  });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return failed(TOO_DEEP);
  if (wrong.length > 0) {
    const told = wrong.slice(0, MOST_SYNTAX_ERRORS);
    return {
      ok: false,
      faults: told.map((error) => ({ ...at(error.pos[0]), message: explainSyntax(error, body) })),
    };
  }
  if (document.contents === null) return failed('is empty; a rule pack begins with "pack: <name>"');
  const root = document.contents;
  const walk = startWalk(document, at);
  const value = toData(walk, root, []);
  if (walk.values > MOST_VALUES || walk.aliases > MOST_ALIASES) {
    const what = walk.values > MOST_VALUES ? `${MOST_VALUES} values` : `${MOST_ALIASES} aliases`;
    return failed(`holds more than ${what}; split it`);
  }
  const find = finder(root, walk.targets);
  return {
    ok: true,
    source: {
      value,
      faults: walk.faults,
      unread: walk.unread,
      locate: (fault) => at(fault.offset ?? startOf(find(fault.path, fault.at))),
      written: (path) => {
        const node = find(path, 'value');
        return isScalar(node) ? (node.source ?? null) : null;
      },
    },
  };
}

const startOf = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;

/** A key as plain text, as written; null when it is something else. */
function keyName(key: unknown): string | null {
  if (!isScalar(key)) return null;
  if (typeof key.value === 'string') return key.value;
  return key.value === null ? null : (key.source ?? null);
}

const failed = (message: string): { ok: false; faults: SyntaxFault[] } => ({
  ok: false,
  faults: [{ line: 1, column: 1, message }],
});

type Walk = {
  readonly document: Document;
  readonly at: (offset: number) => Position;
  /** What each alias stands for; resolving one searches the document. */
  readonly targets: Map<Alias, Node | undefined>;
  readonly faults: Fault[];
  readonly unread: Path[];
  values: number;
  aliases: number;
};

const startWalk = (document: Document, at: Walk['at']): Walk => ({
  document,
  at,
  targets: new Map(),
  faults: [],
  unread: [],
  values: 0,
  aliases: 0,
});

/** A node as plain data; what cannot be read becomes null, a fault and an unread path. */
function toData(walk: Walk, node: unknown, path: Path): unknown {
  walk.values += 1;
  if (walk.values > MOST_VALUES || walk.aliases > MOST_ALIASES) return null;
  if (path.length > DEEPEST) return unreadable(walk, path, TOO_DEEP);
  if (isAlias(node)) {
    walk.aliases += 1;
    const target = walk.targets.get(node) ?? node.resolve(walk.document);
    walk.targets.set(node, target);
    if (target !== undefined) return toData(walk, target, path);
    const name = quote(`*${node.source}`);
    return unreadable(
      walk,
      path,
      `${name} without quotes is a YAML alias of nothing; if it is a glob, quote it: '*${node.source}'`,
    );
  }
  if (isMap(node)) return mapToData(walk, node, path);
  if (isSeq(node)) return node.items.map((item, index) => toData(walk, item, [...path, index]));
  if (!isScalar(node)) return null;
  if (typeof node.value === 'string') {
    const fault = textFault(node.value);
    if (fault !== null) return unreadable(walk, path, fault);
  }
  return node.value;
}

function mapToData(walk: Walk, map: YAMLMap, path: Path): Record<string, unknown> {
  const data = Object.create(null) as Record<string, unknown>;
  const first = new Map<string, number>();
  for (const { key, value } of map.items) {
    const name = keyName(key);
    const offset = isNode(key) ? startOf(key) : startOf(map);
    if (name === null || name === '__proto__') {
      walk.faults.push({
        path,
        at: 'key',
        offset,
        message: 'has a key that is not plain text; write keys as words',
      });
      continue;
    }
    const here = [...path, name];
    const unsafe = textFault(name);
    if (unsafe !== null)
      walk.faults.push({ path: here, at: 'key', offset, message: `is a key that ${unsafe}` });
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, offset);
      data[name] = toData(walk, value, here);
    } else {
      const message = `is written twice, first on line ${walk.at(earlier).line}; keep one`;
      walk.faults.push({ path: here, at: 'key', offset, message });
    }
  }
  return data;
}

function unreadable(walk: Walk, path: Path, message: string): null {
  walk.unread.push(path);
  walk.faults.push({ path, at: 'value', message });
  return null;
}

function textFault(text: string): string | null {
  if (text.length > LONGEST_TEXT) return `is ${text.length} characters long; at most ${LONGEST_TEXT}`;
  return UNSAFE.test(text) ? `holds a control character: ${quote(text)}; remove it` : null;
}

type Finder = (path: Path, end: 'key' | 'value') => Node | null;

/** Finds the node at a path, through aliases; the nearest one above when the path leads nowhere (a missing key). */
function finder(root: Node, targets: ReadonlyMap<Alias, Node | undefined>): Finder {
  const indexes = new Map<YAMLMap, Map<string, Pair>>();
  const pairOf = (map: YAMLMap, name: string): Pair | undefined => {
    let index = indexes.get(map);
    if (index === undefined) {
      // Reversed, so that the first of two equal keys stays: its value is the one that was read.
      index = new Map(map.items.toReversed().map((pair) => [keyName(pair.key) ?? '', pair]));
      indexes.set(map, index);
    }
    return index.get(name);
  };
  return (path, end) => {
    let node: Node = root;
    for (const [depth, step] of path.entries()) {
      const within: Node | undefined = isAlias(node) ? targets.get(node) : node;
      let next: unknown;
      if (isMap(within)) {
        const pair = pairOf(within, String(step));
        next = end === 'key' && depth === path.length - 1 ? pair?.key : (pair?.value ?? pair?.key);
      } else if (isSeq(within)) {
        next = within.items[Number(step)];
      }
      if (!isNode(next)) return node;
      node = next;
    }
    return node;
  };
}

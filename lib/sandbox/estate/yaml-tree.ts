import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { Document } from 'yaml';
import { LIMITS } from './limits.ts';

/** Something wrong at an offset of the text. */
export type TreeProblem = { readonly offset: number; readonly message: string };

/** What keeps a YAML document from being plain data, in the order of the text. */
export function treeProblems(document: Document): TreeProblem[] {
  const wrong = [...document.errors, ...document.warnings];
  // The library's stack ran out; what else it says of such a text is noise.
  const deep = wrong.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  if (deep) return [{ offset: deep.pos[0], message: TOO_DEEP }];
  if (wrong.length > 0) return wrong.map(({ pos, message }) => ({ offset: pos[0], message }));
  return nodeProblems(document);
}

const TOO_DEEP = `is nested too deeply; an estate has at most ${LIMITS.depth} levels`;

/**
 * A key written twice, a key that is no text, an alias, too many levels. The library compares every pair of keys
 * for the first; one look at each is enough, however long the file.
 */
function nodeProblems(document: Document): TreeProblem[] {
  const problems: TreeProblem[] = [];
  const waiting: { readonly node: unknown; readonly depth: number }[] = [
    { node: document.contents, depth: 1 },
  ];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth } = next;
    if (!isNode(node)) continue;
    const report = (message: string, at: unknown = node): void => {
      problems.push({ offset: (isNode(at) ? at.range?.[0] : null) ?? 0, message });
    };
    if (isAlias(node)) report('write it out: an estate has no aliases');
    if (!isMap(node) && !isSeq(node)) continue;
    if (depth > LIMITS.depth) {
      report(TOO_DEEP);
      continue;
    }
    if (isSeq(node)) for (const item of node.items) waiting.push({ node: item, depth: depth + 1 });
    if (!isMap(node)) continue;
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : null;
      if (name === null) report('a key must be text', key);
      else if (seen.has(name)) report(`the key ${name} is written twice`, key);
      else seen.add(name);
      waiting.push({ node: value, depth: depth + 1 });
    }
  }
  return problems.sort((a, b) => a.offset - b.offset);
}

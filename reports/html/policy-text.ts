import type { Observed } from '../../lib/model/observed.ts';
import { describeReason } from '../../lib/model/observed.ts';
import { h, type Html, type HtmlElement } from './node.ts';

/** Indentation stops growing here: nesting comes from the policy and must not square its size. */
const DEEPEST = 12;

/** The policy a verdict was drawn from, with the statements it names marked. */
export function policyBlock(
  policy: Observed<string> | undefined,
  statements: readonly string[],
): HtmlElement {
  const title = h('h5', null, 'Bucket policy, as S3 returned it');
  if (policy === undefined)
    return h('div', { class: 'policy' }, title, h('p', { class: 'quiet' }, 'Not in this run.'));
  if (policy.state === 'absent')
    return h('div', { class: 'policy' }, title, h('p', { class: 'quiet' }, 'This bucket has no policy.'));
  if (policy.state === 'unknown')
    return h('div', { class: 'policy' }, title, h('p', { class: 'quiet' }, describeReason(policy.reason)));
  return h(
    'div',
    { class: 'policy' },
    title,
    h(
      'pre',
      { tabindex: 0, role: 'group', 'aria-label': 'Bucket policy' },
      markStatements(indentJson(policy.value), statements),
    ),
  );
}

/** The statements whose Sid is named are marked, from their opening brace to the closing one. */
function markStatements(text: string, statements: readonly string[]): Html[] {
  const sids = statements.map((statement) => `"Sid": ${JSON.stringify(statement)}`);
  const lines = text.split('\n');
  const nodes: Html[] = [];
  let next = 0;
  for (const [i, line] of lines.entries()) {
    if (i < next || !sids.some((sid) => line.includes(sid))) continue;
    const { first, last } = enclosing(lines, i);
    if (first > next) nodes.push(lines.slice(next, first).join('\n'));
    // A block of its own: it ends its last line by itself, and so does the text before it.
    nodes.push(h('mark', null, lines.slice(first, last + 1).join('\n')));
    next = last + 1;
  }
  return [...nodes, lines.slice(next).join('\n')];
}

/** The lines of the object that holds a line: out to the next braces that are indented less. */
function enclosing(
  lines: readonly string[],
  line: number,
): { readonly first: number; readonly last: number } {
  const depth = indentation(lines[line]);
  let first = line;
  let last = line;
  while (first > 0 && indentation(lines[first]) >= depth) first -= 1;
  while (last < lines.length - 1 && indentation(lines[last]) >= depth) last += 1;
  return { first, last };
}

const indentation = (line = ''): number => line.search(/\S|$/);

/**
 * JSON over several lines, token by token: parsing and printing it again would lose duplicate keys and the spelling
 * of numbers, which is what an auditor may be looking for. Text that is not JSON is returned as it is.
 */
export function indentJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g) ?? [];
  const pieces: string[] = [];
  let depth = 0;
  const newLine = () => `\n${'  '.repeat(Math.min(depth, DEEPEST))}`;
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    if (token === '{' || token === '[') {
      depth += 1;
      pieces.push(token, next === '}' || next === ']' ? '' : newLine());
    } else if (token === '}' || token === ']') {
      depth -= 1;
      const previous = tokens[i - 1];
      pieces.push(previous === '{' || previous === '[' ? '' : newLine(), token);
    } else {
      pieces.push(token, token === ',' ? newLine() : token === ':' ? ' ' : '');
    }
  });
  return pieces.join('');
}

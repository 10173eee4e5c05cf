import type { Part, Template } from '../document.ts';

/**
 * Tells wildcards and policy variables apart from literal text.
 * `${*}`, `${?}` and `${$}` are those characters themselves. Source: IAM User Guide, policy variables.
 */
export function parseTemplate(
  text: string,
  reads: { readonly wildcards: boolean; readonly variables: boolean },
): Template {
  const parts: Part[] = [];
  let literal = '';
  const push = (part: Part): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
    parts.push(part);
  };
  let at = 0;
  while (at < text.length) {
    const char = text[at] ?? '';
    const close = reads.variables && text.startsWith('${', at) ? text.indexOf('}', at) : -1;
    if (close > 0) {
      const inner = text.slice(at + 2, close);
      if (/^[*?$]$/.test(inner)) literal += inner;
      else push(variable(inner));
      at = close + 1;
      continue;
    }
    if (reads.wildcards && char === '*') push({ kind: 'run' });
    else if (reads.wildcards && char === '?') push({ kind: 'one' });
    else literal += char;
    at += 1;
  }
  if (literal !== '') parts.push({ kind: 'text', text: literal });
  return parts;
}

/** `key` or `key, 'default'`. */
function variable(inner: string): Part {
  const [, key = inner, fallback = null] = /^([^,]*?)\s*,\s*'(.*)'\s*$/.exec(inner) ?? [];
  return { kind: 'variable', key: key.trim().toLowerCase(), fallback };
}

/** What JSON can say. A type alias of readonly members fits without a cast. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Deeper than anything of ours; what is nested further is an attack on the stack. */
const DEEPEST = 64;

/**
 * The one text of a value (RFC 8785): members sorted by UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them. Two tools that agree on a value agree on its bytes, so a hash of it means something.
 * Throws TypeError for what JSON cannot carry unharmed: undefined, NaN, infinities, lone surrogates.
 */
export function canonicalJson(value: Json): string {
  return write(value, 0);
}

function write(value: Json | undefined, depth: number): string {
  if (depth > DEEPEST) throw new TypeError(`Nested deeper than ${DEEPEST} levels.`);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} is not a JSON number.`);
    return JSON.stringify(value);
  }
  if (typeof value === 'string') return quote(value);
  if (isList(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`A ${typeof value} is not JSON.`);
  // The default sort compares UTF-16 code units, which is the order RFC 8785 §3.2.3 asks for.
  const members = Object.keys(value)
    .sort()
    .map((name) => `${quote(name)}:${write(value[name], depth + 1)}`);
  return `{${members.join(',')}}`;
}

const isList = (value: unknown): value is readonly Json[] => Array.isArray(value);

function quote(text: string): string {
  if (!text.isWellFormed()) throw new TypeError('Text with a lone surrogate has no UTF-8 form.');
  return JSON.stringify(text);
}

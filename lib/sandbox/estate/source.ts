import { LineCounter, isMap, isNode, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { fitProblems } from './fit.ts';
import { problemsOf } from './issues.ts';
import { LIMITS } from './limits.ts';
import { populationProblems } from './population.ts';
import type { Problem } from './problem.ts';
import { referenceProblems } from './references.ts';
import { estateSchema } from './schema.ts';
import type { Estate } from './schema.ts';
import { treeProblems } from './yaml-tree.ts';

/** An estate file that cannot be loaded: one line a problem, each with its place. */
export class EstateError extends Error {
  readonly problems: readonly string[];
  constructor(file: string, problems: readonly string[]) {
    super(`${file} is not an estate:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'EstateError';
    this.problems = problems;
  }
}

/**
 * Parses and validates an estate. Throws EstateError with the problems found, each with its line: those of the YAML,
 * or else of the schema, or else of names, or else of what the whole adds up to.
 */
export function parseEstate(yamlText: string, file: string): Estate {
  const refuse = <T>(problems: readonly T[], tell: (problem: T) => string): never => {
    const told = problems.slice(0, LIMITS.problems).map(tell);
    const rest = problems.length - told.length;
    throw new EstateError(file, rest > 0 ? [...told, `and ${rest} more`] : told);
  };
  if (yamlText.length > LIMITS.text) {
    return refuse(
      [yamlText.length],
      (long) => `it has ${long} characters; an estate has ${LIMITS.text} at most`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const broken = treeProblems(document);
  if (broken.length > 0) {
    return refuse(broken, ({ offset, message }) => `line ${lines.linePos(offset).line}: ${oneLine(message)}`);
  }
  const place = (problem: Problem): string => placed(document, lines, problem);
  const parsed = estateSchema.safeParse(document.toJS());
  if (!parsed.success) return refuse(problemsOf(parsed.error), place);
  const unfit = [...referenceProblems(parsed.data), ...fitProblems(parsed.data)];
  const problems = unfit.length > 0 ? unfit : populationProblems(parsed.data);
  return problems.length > 0 ? refuse(problems, place) : parsed.data;
}

function placed(document: Document, lines: LineCounter, { path, message, at }: Problem): string {
  const offset = (at === 'key' ? keyOffset(document, path) : null) ?? valueOffset(document, path);
  const where = path.length === 0 ? 'whole file' : oneLine(path.map(String).join('.'));
  return `line ${lines.linePos(offset).line}, ${where}: ${oneLine(message)}`;
}

/** Where the deepest node on the path begins that is there: a missing member has no place of its own. */
function valueOffset(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function keyOffset(document: Document, path: readonly PropertyKey[]): number | null {
  const map = document.getIn(path.slice(0, -1), true);
  if (!isMap(map)) return null;
  const pair = map.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
  return isScalar(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
}

/** Names and messages repeat text of the file: on one line, of a bearable length, without controls. */
function oneLine(text: string): string {
  const visible = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
  return visible.length > 300 ? `${visible.slice(0, 300)}…` : visible;
}

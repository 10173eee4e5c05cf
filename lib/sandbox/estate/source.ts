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
  const refuse = (problems: readonly string[]): never => {
    const rest = problems.length - LIMITS.problems;
    throw new EstateError(file, [
      ...problems.slice(0, LIMITS.problems),
      ...(rest > 0 ? [`and ${rest} more`] : []),
    ]);
  };
  if (yamlText.length > LIMITS.text) {
    return refuse([`it is ${yamlText.length} characters long; an estate has at most ${LIMITS.text}`]);
  }
  const lines = new LineCounter();
  // Of a key that is written twice the schema would see one alone.
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) {
    return refuse(wrong.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${oneLine(message)}`));
  }
  const refuseAny = (problems: readonly Problem[]): void => {
    if (problems.length > 0) refuse(problems.map((problem) => placed(document, lines, problem)));
  };
  const parsed = estateSchema.safeParse(plainData(document, refuse));
  if (!parsed.success) return refuse(problemsOf(parsed.error).map((p) => placed(document, lines, p)));
  refuseAny([...referenceProblems(parsed.data), ...fitProblems(parsed.data)]);
  refuseAny(populationProblems(parsed.data));
  return parsed.data;
}

function plainData(document: Document, refuse: (problems: readonly string[]) => never): unknown {
  try {
    return document.toJS({ maxAliasCount: LIMITS.aliases });
  } catch (error) {
    return refuse([oneLine((error as Error).message)]);
  }
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

import { LineCounter, isNode, parseDocument } from 'yaml';
import type { Document } from 'yaml';
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

/** Parses and validates an estate. Throws EstateError with every problem found, each with its line. */
export function parseEstate(yamlText: string, file: string): Estate {
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, strict: true, uniqueKeys: true });
  if (document.errors.length > 0) {
    throw new EstateError(
      file,
      document.errors.map(
        (error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0] ?? ''}`,
      ),
    );
  }
  const place = ({ path, message }: Problem): string => {
    const line = lineOf(document, lines, path);
    return `line ${line}, ${path.length === 0 ? 'whole file' : path.map(String).join('.')}: ${message}`;
  };
  const parsed = estateSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) throw new EstateError(file, parsed.error.issues.map(place));
  const problems = referenceProblems(parsed.data);
  if (problems.length > 0) throw new EstateError(file, problems.map(place));
  return parsed.data;
}

/** Line of the deepest node on the path that is there: a missing member has no place of its own. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

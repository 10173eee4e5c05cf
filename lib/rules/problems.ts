/** Something wrong, or worth knowing, at one place of a rule pack; `message` says what and how to mend it. */
export type Problem = {
  readonly file: string;
  /** 1-based, as editors count. */
  readonly line: number;
  /** 1-based, in UTF-16 units, as editors count. */
  readonly column: number;
  /** `requirements[0].encryption.allow[1]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
};

/** Keys and indexes from the root of the document down to a value. */
export type Path = readonly (string | number)[];

/** A problem before its place in the text is looked up: the key or the value of the last path step. */
export type Fault = {
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly message: string;
  /** Where it stands in the text, when the path does not tell, as with the second of two equal keys. */
  readonly offset?: number;
};

const LONGEST_QUOTE = 60;
/** Controls, format characters, lone surrogates, line separators: what a terminal or editor would act on. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Untrusted text with everything that is not printable written as `\u{…}`. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);

/** Untrusted text for a message: in quotes, printable, cut to 60 characters. */
export function quote(text: string): string {
  const short = text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE - 1)}…` : text;
  return `"${printable(short.replace(/["\\]/g, '\\$&'))}"`;
}

/** `requirements[0].encryption`, with keys that are not plain words quoted in brackets. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w-]{1,64}$/.test(step)) text += `[${quote(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** Problems of one file in reading order, each place and message once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const unique = new Map(
    problems.map((problem) => [
      JSON.stringify([problem.line, problem.column, problem.path, problem.message]),
      problem,
    ]),
  );
  return [...unique.values()].sort(
    (a, b) =>
      a.line - b.line || a.column - b.column || compare(a.path, b.path) || compare(a.message, b.message),
  );
}

/** One line a problem, `file:line:column path: message`, safe to print on a terminal. */
export const formatProblems = (problems: readonly Problem[]): string =>
  problems.map((problem) => `${formatProblem(problem)}\n`).join('');

function formatProblem({ file, line, column, path, message }: Problem): string {
  const place = `${printable(file)}:${line}:${column}`;
  return path === '' ? `${place}: ${message}` : `${place} ${path}: ${message}`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

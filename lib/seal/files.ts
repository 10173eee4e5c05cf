import { digestOf } from './digest.ts';
import { SEAL_FILES } from './manifest.ts';
import type { PackItem, PackProblem, PackReader } from './pack.ts';

/** What a file should be. `bytes` is null where only the hash is vouched for. */
export type ExpectedFile = { readonly sha256: string; readonly bytes: number | null };

type ActualFile = { readonly sha256: string; readonly bytes: number } | { readonly notAFile: true };

/** Compares every file of a pack but its seal with what is vouched for, and names each difference once. */
export async function compareFiles(
  pack: PackReader,
  items: readonly PackItem[],
  expected: ReadonlyMap<string, ExpectedFile>,
): Promise<readonly PackProblem[]> {
  const actual = new Map<string, ActualFile>();
  for (const { path, file } of items) {
    if (path === SEAL_FILES.manifest || path === SEAL_FILES.signature) continue;
    actual.set(path, file ? await digestOf(pack.open(path)) : { notAFile: true });
  }
  return differences(expected, actual);
}

/** Pure: what was done to the files, told as the smallest story: a rename is not a loss and an intruder. */
function differences(
  expected: ReadonlyMap<string, ExpectedFile>,
  actual: ReadonlyMap<string, ActualFile>,
): readonly PackProblem[] {
  const hashOf = (path: string): string | null => {
    const file = actual.get(path);
    return file && 'sha256' in file ? file.sha256 : null;
  };
  const missing = new Set([...expected.keys()].filter((path) => !actual.has(path)));
  const added = new Set([...actual.keys()].filter((path) => !expected.has(path)));
  const changed = new Set(
    [...expected]
      .filter(([path, { sha256 }]) => actual.has(path) && hashOf(path) !== sha256)
      .map(([path]) => path),
  );
  const problems: PackProblem[] = [];
  const addedByHash = new Map([...added].map((path) => [hashOf(path), path]));
  for (const from of missing) {
    const to = addedByHash.get(expected.get(from)?.sha256 ?? '');
    if (to === undefined || !added.delete(to)) continue;
    missing.delete(from);
    problems.push(problem('FILE_RENAMED', from, `${from} was renamed to ${to}.`));
  }
  const ownerOf = new Map([...expected].map(([path, { sha256 }]) => [sha256, path]));
  for (const path of changed) {
    const other = ownerOf.get(hashOf(path) ?? '');
    if (other === undefined || !changed.has(other) || hashOf(other) !== expected.get(path)?.sha256) continue;
    changed.delete(path);
    changed.delete(other);
    problems.push(problem('FILES_SWAPPED', path, `${path} and ${other} were swapped.`));
  }
  for (const path of changed) problems.push(changeOf(path, expected.get(path), actual.get(path), ownerOf));
  for (const path of missing) problems.push(problem('FILE_MISSING', path, `${path} is missing.`));
  for (const path of added) problems.push(problem('FILE_ADDED', path, `${path} is not part of the run.`));
  return problems.sort((a, b) => (a.subject < b.subject ? -1 : 1));
}

function changeOf(
  path: string,
  expected: ExpectedFile | undefined,
  file: ActualFile | undefined,
  ownerOf: ReadonlyMap<string, string>,
): PackProblem {
  if (!file || 'notAFile' in file) return problem('FILE_CHANGED', path, `${path} is no longer a plain file.`);
  const origin = ownerOf.get(file.sha256);
  if (origin !== undefined) {
    return problem('FILE_CHANGED', path, `${path} was replaced: it holds the bytes of ${origin}.`);
  }
  const bytes = expected?.bytes ?? null;
  return bytes !== null && file.bytes < bytes
    ? problem('FILE_TRUNCATED', path, `${path} was cut: it has ${file.bytes} of its ${bytes} bytes.`)
    : problem('FILE_CHANGED', path, `${path} was changed.`);
}

const problem = (code: PackProblem['code'], subject: string, message: string): PackProblem => ({
  code,
  subject,
  message,
});

import type { RulePack } from '../model/requirement.ts';
import { advice } from './advice.ts';
import { toRulePack } from './build.ts';
import { inconsistencies } from './consistency.ts';
import { faultsOf } from './explain.ts';
import { formatPath, printable, sortProblems } from './problems.ts';
import type { Fault, Problem } from './problems.ts';
import { packYaml } from './schema.ts';
import { readYaml } from './source.ts';
import { impossibleTerms } from './waiver-terms.ts';

/** One rule pack as its file holds it; `digest` is the SHA-256 of the bytes, hex, and `file` what to call it. */
export type RulePackFile = { readonly file: string; readonly text: string; readonly digest: string };

export type ParsedRulePack =
  | { readonly ok: true; readonly pack: RulePack; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export type ParsedRulePacks =
  | { readonly ok: true; readonly packs: readonly RulePack[]; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads one rule pack of untrusted text: the pack, or every problem in it, sorted by place. `today` is YYYY-MM-DD;
 * a waiver that expired before it stays in the pack and becomes a warning.
 */
export function parseRulePack({
  file,
  text,
  digest,
  today,
}: RulePackFile & { readonly today: string }): ParsedRulePack {
  const read = readYaml(text);
  if (!read.ok)
    return { ok: false, problems: sortProblems(read.faults.map((fault) => ({ file, path: '', ...fault }))) };
  const { source } = read;
  const locate = (faults: readonly Fault[]): Problem[] =>
    sortProblems(
      faults.map((fault) => ({
        file,
        ...source.locate(fault),
        path: formatPath(fault.path),
        message: printable(fault.message),
      })),
    );
  const parsed = packYaml.safeParse(source.value);
  const faults = [
    ...source.faults,
    ...(parsed.success ? [] : faultsOf(parsed.error.issues, source)),
    ...inconsistencies(source.value),
    ...impossibleTerms(source.value, today),
  ];
  if (!parsed.success || faults.length > 0) return { ok: false, problems: locate(faults) };
  return {
    ok: true,
    pack: toRulePack(parsed.data, file, digest),
    warnings: locate(advice(parsed.data, today)),
  };
}

/** Reads several rule packs; all their problems come together, in the order of the files. */
export function parseRulePacks(files: readonly RulePackFile[], today: string): ParsedRulePacks {
  const packs: RulePack[] = [];
  const warnings: Problem[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const parsed = parseRulePack({ ...file, today });
    if (!parsed.ok) {
      problems.push(...parsed.problems);
      continue;
    }
    const twin = packs.find(({ pack }) => pack === parsed.pack.pack);
    if (twin === undefined) {
      packs.push(parsed.pack);
      warnings.push(...parsed.warnings);
    } else {
      problems.push(duplicate(file, parsed.pack, twin));
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, packs, warnings };
}

/** Two packs of one name would give their findings the same ids. */
function duplicate({ file, text }: RulePackFile, pack: RulePack, twin: RulePack): Problem {
  const read = readYaml(text);
  const place = read.ok
    ? read.source.locate({ path: ['pack'], at: 'value', message: '' })
    : { line: 1, column: 1 };
  const message =
    twin.digest === pack.digest
      ? `the same pack as ${printable(twin.file)}; name the file once`
      : `"${pack.pack}" is already the name of ${printable(twin.file)}; choose another`;
  return { file, ...place, path: 'pack', message };
}

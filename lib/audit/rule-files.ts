import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AuditError } from '../model/errors.ts';
import type { RulePack } from '../model/requirement.ts';
import { parseRulePacks } from '../rules/parse.ts';
import { formatProblems } from '../rules/problems.ts';

/** Rule packs as read from disk: parsed, and byte for byte by pack id. */
export type LoadedPacks = {
  readonly packs: readonly RulePack[];
  readonly packTexts: ReadonlyMap<string, string>;
  /** Problems that do not stop a run, such as a waiver that has expired, as text. */
  readonly warnings: string;
};

/**
 * Reads and checks rule packs. `today` is YYYY-MM-DD.
 * Throws AuditError RULES_INVALID that names file, line and fix of every problem.
 */
export async function loadRulePacks(paths: readonly string[], today: string): Promise<LoadedPacks> {
  const files = await Promise.all(
    paths.map(async (file) => {
      const bytes = await readRuleFile(file);
      const digest = createHash('sha256').update(bytes).digest('hex');
      return { file, text: decode(file, bytes), digest };
    }),
  );
  const parsed = parseRulePacks(files, today);
  if (!parsed.ok) throw new AuditError('RULES_INVALID', formatProblems(parsed.problems));
  const textByFile = new Map(files.map(({ file, text }) => [file, text]));
  return {
    packs: parsed.packs,
    packTexts: new Map(parsed.packs.map(({ pack, file }) => [pack, textByFile.get(file) ?? ''])),
    warnings: parsed.warnings.length > 0 ? formatProblems(parsed.warnings) : '',
  };
}

async function readRuleFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown error'})`;
    throw new AuditError('RULES_INVALID', `The rule pack ${file} ${why}.`, { cause: error });
  }
}

/** The digest is of the bytes, so text that does not decode to and from them must not be accepted. */
function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new AuditError('RULES_INVALID', `The rule pack ${file} is not UTF-8 text.`, { cause: error });
  }
}

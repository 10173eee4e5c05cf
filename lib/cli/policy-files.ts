import { readFile, stat } from 'node:fs/promises';
import { AuditError } from '../model/errors.ts';
import type { DocumentKind, PolicyDocument } from '../policy/document.ts';
import { LARGEST_POLICY_BYTES, parsePolicy } from '../policy/parse/document.ts';

/**
 * A policy document from a file.
 * @throws AuditError INPUT_INVALID, with line and column where there is one
 */
export async function readPolicy(file: string, kind: DocumentKind): Promise<PolicyDocument> {
  return parsePolicy(await readPolicyText(file), kind, file);
}

/** The text of a policy file, which is not read at all when it is too large to be one. */
export async function readPolicyText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST_POLICY_BYTES) {
      throw new AuditError(
        'INPUT_INVALID',
        `${file} holds ${size} bytes; a policy may hold ${LARGEST_POLICY_BYTES}.`,
      );
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof AuditError) throw error;
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    throw new AuditError('INPUT_INVALID', `The policy ${file} could not be read: ${why}.`, { cause: error });
  }
}

import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { sha256 } from './digest.ts';
import { inOrder, manifestText, parseJson, SEAL_FILES } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** What the statement says about its subjects; the value of cosign's `--type`. */
export const PREDICATE_TYPE = 'urn:sealcheck:evidence-pack:v1';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/**
 * What is signed: an in-toto Statement v1 whose subjects are the manifest and every file it lists. It follows from
 * the manifest alone, so that a verifier can make it again and need not trust the copy beside the signature.
 */
export function statementText(manifest: Manifest): string {
  const text = manifestText(manifest);
  const { files, ...predicate } = inOrder(manifest);
  return canonicalJson({
    _type: STATEMENT_TYPE,
    subject: [
      { name: SEAL_FILES.manifest, digest: { sha256: sha256(text) } },
      ...files.map((file) => ({ name: file.path, digest: { sha256: file.sha256 } })),
    ],
    predicateType: PREDICATE_TYPE,
    predicate: { ...predicate, files: files.length },
  });
}

const subjects = z.looseObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.looseObject({ name: z.string(), digest: z.looseObject({ sha256: z.string() }) })),
});

/** SHA-256 by path of everything a statement vouches for; null where the text is no statement. */
export function subjectsOf(text: string): ReadonlyMap<string, string> | null {
  const parsed = subjects.safeParse(parseJson(text));
  return parsed.success
    ? new Map(parsed.data.subject.map(({ name, digest }) => [name, digest.sha256]))
    : null;
}

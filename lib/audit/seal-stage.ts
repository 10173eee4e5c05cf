import type { RulePack } from '../model/requirement.ts';
import { AuditError } from '../model/errors.ts';
import type { RunInfo } from '../model/run.ts';
import { parseBundle, preAuthEncoding } from '../seal/bundle.ts';
import { canonicalJson } from '../seal/canonical-json.ts';
import type { Json } from '../seal/canonical-json.ts';
import { digestOf, sha256 } from '../seal/digest.ts';
import { MANIFEST_VERSION, manifestText, SEAL_FILES } from '../seal/manifest.ts';
import type { Manifest, ManifestEntry } from '../seal/manifest.ts';
import { isSignedBy, signManifest } from '../seal/signer.ts';
import type { Signer } from '../seal/signer.ts';
import { statementText } from '../seal/statement.ts';
import type { RunStore } from './run-store.ts';

/** Where a run stands in its chain. */
export type Position = Pick<Manifest, 'sequence' | 'previousManifestSha256'>;

/** The place of a run that follows none. */
export const FIRST: Position = { sequence: 1, previousManifestSha256: null };

/** A manifest as it was written, and the SHA-256 of its bytes. */
export type Sealed = { readonly manifest: Manifest; readonly manifestSha256: string };

/** Size and hash of every file of a run but the seal itself. */
export async function fileEntries(store: RunStore): Promise<readonly ManifestEntry[]> {
  const entries: ManifestEntry[] = [];
  for (const path of await store.list('')) {
    if (path !== SEAL_FILES.manifest && path !== SEAL_FILES.signature)
      entries.push({ path, ...(await digestOf(store.openRead(path))) });
  }
  return entries;
}

/** What a run vouches for, at a place in the chain. */
export function manifestOf(
  { run, packs }: { readonly run: RunInfo; readonly packs: readonly RulePack[] },
  files: readonly ManifestEntry[],
  position: Position,
): Manifest {
  return {
    schemaVersion: MANIFEST_VERSION,
    runId: run.runId,
    ...position,
    tool: run.tool,
    caller: run.caller.arn,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    // Through JSON: a member that is undefined and one that is missing say the same.
    configurationSha256: sha256(canonicalJson(JSON.parse(JSON.stringify(run.configuration)) as Json)),
    rulePacks: packs.map(({ pack, digest }) => ({ pack, sha256: digest })),
    files: [...files],
  };
}

/**
 * Writes the signature, then the manifest: a folder with a manifest is a whole run. Without a signer there is a
 * manifest alone. A good signature over the same manifest is kept, as ECDSA would make another one each time.
 * Throws AuditError USAGE when a run that was signed before would be left with a signature that does not fit.
 */
export async function writeSeal(store: RunStore, manifest: Manifest, signer: Signer | null): Promise<Sealed> {
  const text = manifestText(manifest);
  const bundle = await store.read(SEAL_FILES.signature);
  const fits = bundle !== null && isSealOf(manifest, bundle, signer);
  if (!fits && signer) await store.write(SEAL_FILES.signature, await signManifest(manifest, signer));
  if (!fits && !signer && bundle !== null) {
    throw new AuditError(
      'USAGE',
      'This run was signed before; name its signing key again with --signing-key.',
    );
  }
  await store.write(SEAL_FILES.manifest, text);
  return { manifest, manifestSha256: sha256(text) };
}

/** Whether a signature is of this manifest and, when somebody signs now, by the same key. */
export function isSealOf(manifest: Manifest, bytes: Uint8Array, signer: Signer | null): boolean {
  const bundle = parseBundle(new TextDecoder().decode(bytes));
  if (!bundle || !Buffer.from(bundle.payload).equals(Buffer.from(statementText(manifest)))) return false;
  return signer === null || isSignedBy(signer.publicKey, preAuthEncoding(bundle.payload), bundle.signature);
}

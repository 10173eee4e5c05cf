import { z } from 'zod';
import { compareRanges } from '../census/key-order.ts';
import { AuditError } from '../model/errors.ts';
import { groupBy } from '../model/group-by.ts';
import { digestOf, sha256 } from '../seal/digest.ts';
import { parseManifest, SEAL_FILES } from '../seal/manifest.ts';
import type { Signer } from '../seal/signer.ts';
import { RUN_FILES } from './run-store.ts';
import type { RunStore } from './run-store.ts';
import type { SealFile } from './seal-files.ts';
import { isSealOf } from './seal-stage.ts';

/** A sealed run, of which nothing is believed that its manifest does not vouch for. */
export type EarlierRun = {
  readonly store: RunStore;
  readonly runId: string;
  readonly startedAt: string;
  readonly manifestSha256: string;
  /** A JSON file as it was sealed; null when the run has none. Throws AuditError RUN_INVALID when it was changed. */
  readonly readJson: (path: string) => Promise<unknown>;
  /** The seals it kept of a bucket, in key order, each file found unchanged. Throws AuditError RUN_INVALID. */
  readonly sealFiles: (bucket: string) => Promise<readonly SealFile[]>;
};

/**
 * Opens a run to take seals over from. Where this run is signed, the earlier one must be by the same key: whoever could
 * only write into its folder would otherwise have this run vouch for what was written there.
 * Throws AuditError RUN_INVALID for a run that was not sealed, not by this key, or changed since.
 */
export async function openEarlierRun(store: RunStore, signer: Signer | null): Promise<EarlierRun> {
  const refused = (why: string): AuditError =>
    new AuditError('RUN_INVALID', `Seals cannot be taken over from ${store.location}: ${why}.`);
  const bytes = await store.read(SEAL_FILES.manifest);
  if (bytes === null)
    throw refused(`it has no ${SEAL_FILES.manifest}, so it is no run or was never finished`);
  const parsed = parseManifest(new TextDecoder().decode(bytes));
  if (parsed.kind === 'newer') throw refused('a newer sealcheck wrote it');
  if (parsed.kind === 'malformed') throw refused(`its ${SEAL_FILES.manifest} cannot be read: ${parsed.why}`);
  const { manifest } = parsed;
  if (signer) {
    const signature = await store.read(SEAL_FILES.signature);
    if (signature === null || !isSealOf(manifest, signature, signer))
      throw refused('it is not signed by the key that signs this run');
  }
  const sealed = new Map(manifest.files.map(({ path, sha256: hash }) => [path, hash]));
  const folders = groupBy([...sealed.keys()], (path) => path.slice(0, path.lastIndexOf('/') + 1));
  const readSealed = async (path: string): Promise<unknown> => {
    const hash = sealed.get(path);
    if (hash === undefined) return null;
    const file = await store.read(path);
    if (file === null || sha256(file) !== hash) throw refused(`${path} was changed since it was sealed`);
    try {
      return JSON.parse(new TextDecoder().decode(file)) as unknown;
    } catch {
      throw refused(`${path} is not JSON`);
    }
  };
  return {
    store,
    runId: manifest.runId,
    startedAt: manifest.startedAt,
    manifestSha256: sha256(bytes),
    readJson: readSealed,
    sealFiles: async (bucket) => {
      const files: SealFile[] = [];
      for (const path of folders.get(RUN_FILES.partFolder(bucket)) ?? []) {
        const part = partFile.safeParse(await readSealed(path));
        if (!part.success) throw refused(`${path} is not a part of a census`);
        const { name, range, seals } = part.data;
        if (seals === undefined) continue;
        const file = RUN_FILES.seals(bucket, name);
        const hash = sealed.get(file);
        if (hash === undefined || (await digestOf(store.openRead(file))).sha256 !== hash)
          throw refused(`${file} was changed since it was sealed`);
        files.push({ path: file, range, seals });
      }
      return files.sort((a, b) => compareRanges(a.range, b.range));
    },
  };
}

const border = z.string().max(4096).nullable();
const partFile = z.object({
  name: z.string().regex(/^\d{1,12}$/),
  range: z.object({ after: border, through: border }),
  seals: z.int().min(1).max(1_000_000_000).optional(),
});

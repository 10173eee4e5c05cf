import { z } from 'zod';
import { canonicalJson } from '../seal/canonical-json.ts';
import { sha256 } from '../seal/digest.ts';
import { parseJson } from '../seal/manifest.ts';
import type { Manifest } from '../seal/manifest.ts';
import { AuditError } from '../model/errors.ts';
import { folderStore } from './folder-store.ts';
import { newFile } from './run-store.ts';
import type { RunStore } from './run-store.ts';

/** Where the runs of a chain lie beside each other: the report bucket, or the folder of the run folders. */
export type ChainHome = Pick<RunStore, 'location' | 'read' | 'list' | 'create'> & {
  /** A file and a tag of its present content; null when there is none. */
  readonly readTagged: (path: string) => Promise<{ readonly bytes: Uint8Array; readonly tag: string } | null>;
  /** Replaces a file whose tag still is `tag` (null: that is not there yet); false when it is another by now. */
  readonly swap: (path: string, text: string, tag: string | null) => Promise<boolean>;
};

/** A claimed number: whoever created the file of a number has it, and the manifest it names is the only one it may get. */
const linkSchema = z.strictObject({
  schemaVersion: z.literal(1),
  sequence: z.int().min(1),
  runId: z.string().min(1),
  /** Of the run's folder below the home, ending in a slash. */
  path: z.string().regex(/^(\w[\w.-]*\/)+$/),
  manifestSha256: z.string().regex(/^[0-9a-f]{64}$/),
  previousManifestSha256: z.string().nullable(),
});
export type ChainLink = Readonly<z.infer<typeof linkSchema>>;

/** `latest.json` is the newest run that is whole; readers may poll it. */
const LATEST = 'latest.json';
const FOLDER = 'chain/';
/** Zero-padded, so that names sort as numbers do. */
const linkPath = (sequence: number): string => `${FOLDER}${String(sequence).padStart(12, '0')}.json`;

/** The newest whole run of a chain, or null before the first. Throws AuditError RUN_INVALID when the file is damaged. */
export async function readLatest(home: ChainHome): Promise<ChainLink | null> {
  const file = await home.readTagged(LATEST);
  return file && parseLink(home, LATEST, file.bytes);
}

/** The newest claimed number of a chain, whole or not. */
export async function readHead(home: ChainHome): Promise<ChainLink | null> {
  let head = await readLatest(home);
  if (head === null) {
    const last = (await home.list(FOLDER)).at(-1);
    const bytes = last === undefined ? null : await home.read(last);
    head = bytes && parseLink(home, last ?? '', bytes);
  }
  for (;;) {
    const path = linkPath((head?.sequence ?? 0) + 1);
    const bytes = await home.read(path);
    if (bytes === null) return head;
    head = parseLink(home, path, bytes);
  }
}

/** The link of a number, or null when nobody has claimed it. */
export async function readLink(home: ChainHome, sequence: number): Promise<ChainLink | null> {
  const bytes = await home.read(linkPath(sequence));
  return bytes && parseLink(home, linkPath(sequence), bytes);
}

/** Claims the number of a manifest; false when another run was faster. */
export async function claim(home: ChainHome, link: ChainLink): Promise<boolean> {
  return home.create(linkPath(link.sequence), newFile(canonicalJson(link), 'application/json'));
}

/** Points `latest.json` at a whole run, unless a later one is there already. */
export async function pointLatestAt(home: ChainHome, link: ChainLink): Promise<void> {
  for (;;) {
    const current = await home.readTagged(LATEST);
    if (current && parseLink(home, LATEST, current.bytes).sequence >= link.sequence) return;
    if (await home.swap(LATEST, canonicalJson(link), current?.tag ?? null)) return;
  }
}

/** The link that a sealed manifest claims. */
export const linkOf = (manifest: Manifest, manifestSha256: string, path: string): ChainLink => ({
  schemaVersion: 1,
  sequence: manifest.sequence,
  runId: manifest.runId,
  path,
  manifestSha256,
  previousManifestSha256: manifest.previousManifestSha256,
});

function parseLink({ location }: ChainHome, path: string, bytes: Uint8Array): ChainLink {
  const parsed = linkSchema.safeParse(parseJson(new TextDecoder().decode(bytes)));
  if (parsed.success) return parsed.data;
  throw new AuditError(
    'RUN_INVALID',
    `${path} in ${location} is damaged or was written by a newer version; the chain of runs cannot be continued.`,
  );
}

/**
 * A folder of run folders as the home of their chain. Two processes of one machine may swap at the same time; that
 * costs nothing, as `latest.json` is only where looking for the head begins.
 */
export function folderHome(folder: string): ChainHome {
  const store = folderStore(folder);
  const readTagged: ChainHome['readTagged'] = async (path) => {
    const bytes = await store.read(path);
    return bytes && { bytes, tag: sha256(bytes) };
  };
  return {
    location: folder,
    read: store.read,
    list: store.list,
    create: store.create,
    readTagged,
    swap: async (path, text, tag) => {
      if (((await readTagged(path))?.tag ?? null) !== tag) return false;
      await store.write(path, text);
      return true;
    },
  };
}

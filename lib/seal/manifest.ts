import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';

/** The two files that vouch for all others; they cannot be in the list themselves. */
export const SEAL_FILES = { manifest: 'manifest.json', signature: 'manifest.sigstore.json' } as const;

/** Raised when a reader of a manifest would have to change. */
export const MANIFEST_VERSION = 1;

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

/** A path inside the pack: relative, forward slashes, no way out of it. */
const packPath = z
  .string()
  .min(1)
  .refine((path) => !path.split('/').some((part) => part === '' || part === '.' || part === '..'))
  .refine((path) => path !== SEAL_FILES.manifest && path !== SEAL_FILES.signature);

const manifestSchema = z
  .strictObject({
    schemaVersion: z.literal(MANIFEST_VERSION),
    runId: z.string().min(1),
    sequence: z.int().min(1),
    previousManifestSha256: sha256Hex.nullable(),
    tool: z.strictObject({ name: z.string(), version: z.string() }),
    caller: z.string(),
    startedAt: z.string(),
    finishedAt: z.string(),
    configurationSha256: sha256Hex,
    rulePacks: z.array(z.strictObject({ pack: z.string(), sha256: sha256Hex })),
    files: z.array(z.strictObject({ path: packPath, bytes: z.int().min(0), sha256: sha256Hex })),
  })
  .readonly();

/**
 * What a run vouches for: every file of it, what it was made with, and where it stands in the chain of runs.
 * It is written last: a folder without one is not a whole run. `sequence` counts from 1; the first run of a chain
 * has no previous manifest.
 */
export type Manifest = z.infer<typeof manifestSchema>;

/** One file of a run, as the manifest vouches for it. */
export type ManifestEntry = Manifest['files'][number];

/** The bytes of `manifest.json`: canonical JSON, files sorted by path, no line end. */
export const manifestText = (manifest: Manifest): string => canonicalJson(inOrder(manifest));

/** The same manifest with its lists sorted, by path and by pack: the order they were gathered in says nothing. */
export function inOrder(manifest: Manifest): Manifest {
  const by =
    <T>(of: (item: T) => string) =>
    (a: T, b: T) =>
      of(a) < of(b) ? -1 : 1;
  return {
    ...manifest,
    rulePacks: [...manifest.rulePacks].sort(by(({ pack }) => pack)),
    files: [...manifest.files].sort(by(({ path }) => path)),
  };
}

/** A manifest as read back, or why it is none. `newer`: written by a version that this one cannot judge. */
export type ParsedManifest =
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'newer'; readonly schemaVersion: number }
  | { readonly kind: 'malformed'; readonly why: string };

/** Reads a manifest. Anything but the exact bytes that `manifestText` writes is malformed. */
export function parseManifest(text: string): ParsedManifest {
  const value = parseJson(text);
  if (value === undefined) return { kind: 'malformed', why: 'it is not whole JSON' };
  const version = z.looseObject({ schemaVersion: z.int() }).safeParse(value);
  if (version.success && version.data.schemaVersion > MANIFEST_VERSION) {
    return { kind: 'newer', schemaVersion: version.data.schemaVersion };
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      kind: 'malformed',
      why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a manifest'}`,
    };
  }
  const paths = new Set(parsed.data.files.map(({ path }) => path));
  if (paths.size < parsed.data.files.length) return { kind: 'malformed', why: 'it lists a file twice' };
  return isCanonical(parsed.data, text)
    ? { kind: 'manifest', manifest: parsed.data }
    : { kind: 'malformed', why: 'it is not in canonical form' };
}

function isCanonical(manifest: Manifest, text: string): boolean {
  try {
    return manifestText(manifest) === text;
  } catch {
    // A lone surrogate, which an escape in JSON can make.
    return false;
  }
}

/** The value of a JSON text, or undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

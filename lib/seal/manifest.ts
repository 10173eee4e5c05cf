/** One file of a run, as the manifest vouches for it. */
export type ManifestEntry = { readonly path: string; readonly bytes: number; readonly sha256: string };

/** The list of a run's files. It is written last: a folder without one is not a whole run. */
export type Manifest = {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly files: readonly ManifestEntry[];
};

/** Canonical JSON of a manifest: files sorted by path, one line end, nothing that depends on the machine. */
export function manifestText(manifest: Manifest): string {
  const files = [...manifest.files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const { schemaVersion, runId, tool } = manifest;
  return `${JSON.stringify({ schemaVersion, runId, tool, files }, null, 2)}\n`;
}

/** Hex of the SHA-256 of these bytes, by the browser itself. */
export async function sha256(bytes) {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Downloads every file that a run's manifest lists and holds its bytes against the manifest. This shows that the
 * files are those the manifest names; who made the manifest is what its signature shows (signature.js).
 * `download(path)` answers bytes; `progress(done, all)` is told after each file.
 */
export async function verifyRun(manifest, download, progress) {
  const broken = [];
  let done = 0;
  for (const { path, bytes, sha256: expected } of manifest.files) {
    try {
      const content = await download(path);
      if (content.byteLength !== bytes)
        broken.push(`${path}: ${content.byteLength} bytes instead of ${bytes}`);
      else if ((await sha256(content)) !== expected) broken.push(`${path}: its SHA-256 is another`);
    } catch (error) {
      broken.push(`${path}: ${error.message}`);
    }
    done += 1;
    progress(done, manifest.files.length);
  }
  return { files: manifest.files.length, broken };
}

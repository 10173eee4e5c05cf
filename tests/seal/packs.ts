import { generateKeyPairSync } from 'node:crypto';
import { sha256 } from '../../lib/seal/digest.ts';
import { manifestText, SEAL_FILES } from '../../lib/seal/manifest.ts';
import type { Manifest } from '../../lib/seal/manifest.ts';
import type { PackReader } from '../../lib/seal/pack.ts';
import { localSigner, signManifest } from '../../lib/seal/signer.ts';
import type { Signer } from '../../lib/seal/signer.ts';

/** A pack in memory: path → bytes. */
export type MemoryPack = Map<string, Buffer>;

export const p256Pem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
export const ed25519Pem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

export const signer: Signer = localSigner(p256Pem(), 'the test key');
export const edSigner: Signer = localSigner(ed25519Pem(), 'the test key');
export const otherSigner: Signer = localSigner(p256Pem(), 'another key');

export const FILES: Readonly<Record<string, string>> = {
  'report.html': '<!doctype html><title>report</title>',
  'findings.json': '{"findings":[]}\n',
  'evidence/plan.json': '{"targets":["a","b"]}\n',
  'evidence/buckets/a.json': '{"name":"a"}\n',
  'evidence/buckets/b.json': '{"name":"b"}\n',
};

export function manifestOf(files: Readonly<Record<string, string>>, over: Partial<Manifest> = {}): Manifest {
  return {
    schemaVersion: 1,
    runId: '20261124T141502Z-5f3a9c',
    sequence: 1,
    previousManifestSha256: null,
    tool: { name: 'sealcheck', version: '0.1.0' },
    caller: 'arn:aws:sts::111122223333:assumed-role/auditor/ana',
    startedAt: '2026-11-24T14:15:02.000Z',
    finishedAt: '2026-11-24T14:19:40.000Z',
    configurationSha256: sha256('{}'),
    rulePacks: [{ pack: 'hipaa', sha256: sha256('pack: hipaa\n') }],
    files: Object.entries(files).map(([path, text]) => ({
      path,
      bytes: Buffer.byteLength(text),
      sha256: sha256(text),
    })),
    ...over,
  };
}

/** A whole pack, sealed. */
export async function sealedPack(
  by: Signer = signer,
  over: Partial<Manifest> = {},
  files = FILES,
): Promise<MemoryPack> {
  const manifest = manifestOf(files, over);
  return new Map([
    ...Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const),
    [SEAL_FILES.manifest, Buffer.from(manifestText(manifest))] as const,
    [SEAL_FILES.signature, Buffer.from(await signManifest(manifest, by))] as const,
  ]);
}

export function readerOf(pack: MemoryPack): PackReader {
  return {
    location: 'memory',
    list: () => Promise.resolve([...pack].map(([path, { length }]) => ({ path, bytes: length, file: true }))),
    open: async function* (path) {
      yield await Promise.resolve(pack.get(path)!);
    },
  };
}

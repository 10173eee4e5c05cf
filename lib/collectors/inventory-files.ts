import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AuditError } from '../model/errors.ts';
import { absent, describeReason, known, unknown } from '../model/observed.ts';
import type { Observed } from '../model/observed.ts';
import { observe, reasonOf } from './observe.ts';

/** Where one delivery of S3 Inventory lies. */
export type InventoryLocation = {
  /** For messages: a path, or an s3:// address. */
  readonly name: string;
  /** manifest.json, and the text of manifest.checksum when there is one. Throws AuditError. */
  readonly readManifest: (maxBytes: number) => Promise<{
    readonly bytes: Uint8Array;
    readonly checksum: string | null;
  }>;
  /** Puts a data file at `target`, a path that does not exist yet, and says what was found; absent: no such file. */
  readonly fetch: (key: string, target: string) => Promise<Observed<FetchedFile>>;
};

/** `md5` is lower-case hex of all bytes. */
type FetchedFile = { readonly bytes: number; readonly md5: string };

/**
 * A delivery in a folder, however it was copied there: data files are looked for where their keys would put them
 * beside the manifest, in `data/` beside its folder, and in its folder.
 */
export function localInventory(manifestPath: string): InventoryLocation {
  const path = resolve(manifestPath);
  const folder = dirname(path);
  return {
    name: manifestPath,
    readManifest: async (maxBytes) => ({
      bytes: await readBounded(path, maxBytes),
      checksum: await readIfThere(join(folder, 'manifest.checksum')),
    }),
    fetch: async (key, target) => {
      for (const candidate of candidatesOf(folder, key)) {
        if (!(await isFile(candidate))) continue;
        // The engine reads `*`, `?` and `[` in a path as wildcards: it is given a name of ours.
        await symlink(candidate, target);
        return digestOf(candidate);
      }
      return absent;
    },
  };
}

function candidatesOf(folder: string, key: string): readonly string[] {
  const name = basename(key);
  const found = [join(folder, '..', 'data', name), join(folder, 'data', name), join(folder, name)];
  let root = folder;
  for (let depth = 0; depth <= key.split('/').length; depth += 1) {
    found.unshift(join(root, key));
    root = dirname(root);
  }
  return found;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  let file;
  try {
    file = await open(path);
    const { size } = await file.stat();
    if (size > maxBytes)
      throw new AuditError(
        'INPUT_INVALID',
        `The inventory manifest ${path} is larger than ${maxBytes >> 20} MiB.`,
      );
    return await file.readFile();
  } catch (error) {
    if (error instanceof AuditError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? 'unknown error'})`;
    throw new AuditError('INPUT_INVALID', `The inventory manifest ${path} ${why}.`, { cause: error });
  } finally {
    await file?.close();
  }
}

async function readIfThere(path: string): Promise<string | null> {
  return (await isFile(path)) ? new TextDecoder().decode(await readBounded(path, 4096)) : null;
}

async function digestOf(path: string): Promise<Observed<FetchedFile>> {
  const hash = createHash('md5');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).byteLength;
    }
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    return unknown({ code: 'ACCESS_DENIED', operation: 'reading the file', message: code });
  }
  return known({ bytes, md5: hash.digest('hex') });
}

/**
 * A delivery in its destination bucket.
 * @param manifestKey key of manifest.json
 */
export function s3Inventory(s3: S3Client, bucket: string, manifestKey: string): InventoryLocation {
  const name = `s3://${bucket}/${manifestKey}`;
  const get = async (key: string): Promise<Observed<AsyncIterable<Uint8Array>>> =>
    observe(
      's3:GetObject',
      async () => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return (Body as AsyncIterable<Uint8Array> | undefined) ?? null;
      },
      ['NoSuchKey'],
    );
  return {
    name,
    readManifest: async (maxBytes) => {
      const body = await get(manifestKey);
      if (body.state === 'absent')
        throw new AuditError('INPUT_INVALID', `There is no inventory manifest ${name}.`);
      if (body.state === 'unknown')
        throw new AuditError(
          'ACCESS_DENIED',
          `The inventory manifest ${name} cannot be read: ${describeReason(body.reason)}.`,
        );
      const checksum = await get(manifestKey.replace(/[^/]*$/, 'manifest.checksum'));
      return {
        bytes: await gather(body.value, maxBytes, name),
        checksum:
          checksum.state === 'known'
            ? new TextDecoder().decode(await gather(checksum.value, 4096, name))
            : null,
      };
    },
    fetch: async (key, target) => {
      const body = await get(key);
      return body.state === 'known' ? download(body.value, target) : body;
    },
  };
}

/**
 * Part of a data file of a delivery in `bucket`, as an HTTP range; null when it cannot be read. Never more than
 * `maxBytes`, whatever the endpoint sends.
 */
export const s3Range =
  (s3: S3Client, bucket: string, maxBytes = 16 * 1024 * 1024) =>
  async (key: string, range: string): Promise<Uint8Array | null> => {
    const body = await observe('s3:GetObject', async () => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
      return Body ? await gather(Body as AsyncIterable<Uint8Array>, maxBytes, key) : null;
    });
    return body.state === 'known' ? body.value : null;
  };

async function download(body: AsyncIterable<Uint8Array>, target: string): Promise<Observed<FetchedFile>> {
  const hash = createHash('md5');
  let bytes = 0;
  let broken: unknown = null;
  const source = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      broken = error;
    }
  };
  try {
    await pipeline(source, createWriteStream(target, { flags: 'wx' }));
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new AuditError('OUTPUT_UNWRITABLE', `An inventory file cannot be kept at ${target}: ${code}.`, {
      cause: error,
    });
  }
  return broken === null
    ? known({ bytes, md5: hash.digest('hex') })
    : unknown(reasonOf('s3:GetObject', broken));
}

async function gather(body: AsyncIterable<Uint8Array>, maxBytes: number, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes)
      throw new AuditError('INPUT_INVALID', `The inventory manifest ${name} is too large.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

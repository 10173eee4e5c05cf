import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TrailLogStore } from '../../lib/collectors/trails-log-store.ts';
import { known } from '../../lib/model/observed.ts';
import type { PublicKeySource } from '../../lib/ledger/read-digests.ts';
import { ACCOUNT } from './records.ts';

/** Files as a trail delivers them: logs hour by hour, and a digest for each hour, chained and signed. */
export type TrailFiles = {
  readonly files: Map<string, { bytes: Uint8Array; signature: string | null }>;
  readonly publicKeys: PublicKeySource;
};

export const BUCKET = 'trail-bucket';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const fingerprint = createHash('md5')
  .update(pair.publicKey.export({ format: 'der', type: 'pkcs1' }))
  .digest('hex');
export const TRUSTED: PublicKeySource = () =>
  Promise.resolve(known([{ fingerprint, der: pair.publicKey.export({ format: 'der', type: 'pkcs1' }) }]));

export type Delivery = {
  /** Hours since 2026-08-01T00:00Z that have a digest, empty hours among them. */
  readonly hours: number;
  /** `region/hour` → records of one log file delivered in that hour. */
  readonly logs: Readonly<Record<string, readonly unknown[]>>;
  readonly accountId?: string;
  readonly prefix?: string;
  readonly organization?: string;
  readonly digests?: boolean;
  readonly signer?: KeyObject;
};

type Chained = { readonly key: string; readonly hash: string; readonly signature: string };

const at = (hour: number): Date => new Date(Date.UTC(2026, 7, 1, hour));
const folderOf = (date: Date): string => date.toISOString().slice(0, 10).replaceAll('-', '/');
const instant = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
const stamp = (date: Date): string => instant(date).replace(/[-:]/g, '');

/** Lays out the files of one account. */
export function deliver({ hours, logs, ...rest }: Delivery): TrailFiles {
  const accountId = rest.accountId ?? ACCOUNT;
  const root = `${rest.prefix ?? ''}AWSLogs/${rest.organization ? `${rest.organization}/` : ''}${accountId}`;
  const files: TrailFiles['files'] = new Map();
  for (const region of new Set(Object.keys(logs).map((key) => key.split('/')[0]!))) {
    let previous: Chained | null = null;
    for (let hour = 0; hour < hours; hour += 1) {
      const delivered: { s3Object: string; hashValue: string }[] = [];
      const records = logs[`${region}/${hour}`];
      if (records) {
        const name = `${accountId}_CloudTrail_${region}_${stamp(at(hour)).slice(0, 13)}Z_${sha256(Buffer.from(`${region}${hour}`)).slice(0, 16)}.json.gz`;
        const key = `${root}/CloudTrail/${region}/${folderOf(at(hour))}/${name}`;
        const json = Buffer.from(JSON.stringify({ Records: records }));
        files.set(key, { bytes: gzipSync(json), signature: null });
        delivered.push({ s3Object: key, hashValue: sha256(json) });
      }
      if (rest.digests === false) continue;
      const end = at(hour + 1);
      const key = `${root}/CloudTrail-Digest/${region}/${folderOf(end)}/${accountId}_CloudTrail-Digest_${region}_main_eu-west-1_${stamp(end)}.json.gz`;
      const digest: Record<string, unknown> = {
        awsAccountId: accountId,
        digestStartTime: instant(at(hour)),
        digestEndTime: instant(end),
        digestS3Bucket: BUCKET,
        digestS3Object: key,
        digestPublicKeyFingerprint: fingerprint,
        digestSignatureAlgorithm: 'SHA256withRSA',
        newestEventTime: null,
        oldestEventTime: null,
        previousDigestS3Bucket: previous ? BUCKET : null,
        previousDigestS3Object: previous?.key ?? null,
        previousDigestHashValue: previous?.hash ?? null,
        previousDigestHashAlgorithm: previous ? 'SHA-256' : null,
        previousDigestSignature: previous?.signature ?? null,
        logFiles: delivered.map((file) => ({ s3Bucket: BUCKET, hashAlgorithm: 'SHA-256', ...file })),
      };
      const json = Buffer.from(JSON.stringify(digest));
      const text = `${instant(end)}\n${BUCKET}/${key}\n${sha256(json)}\n${previous?.signature ?? 'null'}`;
      const signature: string = sign('sha256', Buffer.from(text), rest.signer ?? pair.privateKey).toString(
        'hex',
      );
      files.set(key, { bytes: gzipSync(json), signature });
      previous = { key, hash: sha256(json), signature };
    }
  }
  return { files, publicKeys: TRUSTED };
}

/** The files as a bucket holds them, or with `bucket: null` as a folder does: without metadata. */
export function memoryLogs(
  files: TrailFiles['files'],
  { bucket = BUCKET, prefix = '' }: { bucket?: string | null; prefix?: string } = {},
): TrailLogStore {
  const under = (path: string) =>
    [...files.keys()]
      .filter((key) => key.startsWith(prefix + path))
      .map((key) => key.slice(prefix.length))
      .sort();
  return {
    location: bucket === null ? '/logs' : `s3://${bucket}/${prefix}`,
    bucket,
    keyOf: (path) => prefix + path,
    folders: (path) =>
      Promise.resolve([
        ...new Set(
          under(path)
            .map((key) => key.slice(path.length))
            .filter((rest) => rest.includes('/'))
            .map((rest) => rest.split('/')[0]!),
        ),
      ]),
    files: async function* (path) {
      await Promise.resolve();
      yield under(path);
    },
    read: (path) => {
      const file = files.get(prefix + path);
      return file
        ? Promise.resolve({ bytes: file.bytes, signature: bucket === null ? null : file.signature })
        : Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }));
    },
  };
}

/** Writes the files to disk, as `aws s3 sync` would. */
export async function writeFiles(files: TrailFiles['files'], folder: string): Promise<void> {
  for (const [key, { bytes }] of files) {
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), bytes);
  }
}

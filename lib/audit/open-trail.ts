import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { readBucketRegion } from '../collectors/buckets.ts';
import type { AwsClients } from '../collectors/clients.ts';
import { bucketLogs } from '../collectors/trails-bucket.ts';
import { folderLogs } from '../collectors/trails-folder.ts';
import type { TrailLogStore } from '../collectors/trails-log-store.ts';
import { readPublicKeys } from '../collectors/trails.ts';
import type { PublicKeySource } from '../ledger/read-digests.ts';
import { AuditError } from '../model/errors.ts';
import { describeReason, known, unknown } from '../model/observed.ts';

/** Log files, and where CloudTrail's public keys come from: a file, AWS for a bucket, nowhere for a folder. */
export type OpenTrail = { readonly store: TrailLogStore; readonly publicKeys: PublicKeySource };

/** Opens a folder or an s3:// address. Throws AuditError when it is not there. */
export async function openTrail(
  aws: AwsClients,
  place: string,
  publicKeyFile: string | undefined,
): Promise<OpenTrail> {
  const fromFile = publicKeyFile === undefined ? null : await keysFromFile(publicKeyFile);
  if (place.startsWith('s3://')) {
    const store = await openBucket(aws, place);
    return { store, publicKeys: fromFile ?? (async (region, window) => readPublicKeys(aws, region, window)) };
  }
  const folder = await stat(place).catch(() => null);
  if (!folder?.isDirectory()) throw new AuditError('NOT_FOUND', `There is no folder ${place}.`);
  const message = 'a folder is read without AWS; give them with --public-keys';
  const nowhere: PublicKeySource = () =>
    Promise.resolve(unknown({ code: 'NOT_READ', operation: 'cloudtrail:ListPublicKeys', message }));
  return { store: folderLogs(place), publicKeys: fromFile ?? nowhere };
}

async function openBucket(aws: AwsClients, place: string): Promise<TrailLogStore> {
  const [, bucket, path] = /^s3:\/\/([a-z0-9.-]{3,63})(?:\/([^]*))?$/.exec(place) ?? [];
  if (bucket === undefined)
    throw new AuditError('USAGE', `${place} is not an address such as s3://bucket/prefix.`);
  const region = await readBucketRegion(aws, bucket);
  if (region.state !== 'known') {
    const why = region.state === 'unknown' ? describeReason(region.reason) : 'it has no Region';
    throw new AuditError('NOT_FOUND', `The bucket ${bucket} cannot be reached: ${why}.`);
  }
  const prefix = path === undefined || path === '' || path.endsWith('/') ? (path ?? '') : `${path}/`;
  return bucketLogs(aws.s3(region.value), bucket, prefix);
}

const keyFile = z.object({
  PublicKeyList: z.array(z.object({ Fingerprint: z.string(), Value: z.base64() })),
});

async function keysFromFile(file: string): Promise<PublicKeySource> {
  let parsed: ReturnType<typeof keyFile.safeParse>;
  try {
    parsed = keyFile.safeParse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new AuditError('INPUT_INVALID', `The public keys ${file} cannot be read as JSON.`, {
      cause: error,
    });
  }
  if (!parsed.success) {
    throw new AuditError('INPUT_INVALID', `${file} is not what aws cloudtrail list-public-keys prints.`);
  }
  const keys = parsed.data.PublicKeyList.map(({ Fingerprint, Value }) => ({
    fingerprint: Fingerprint,
    der: Buffer.from(Value, 'base64'),
  }));
  return () => Promise.resolve(known(keys));
}

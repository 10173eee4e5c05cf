import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { addVersion, newDeleteMarker, newObject } from '../../lib/sandbox/objects.ts';
import type { Bucket, Seal } from '../../lib/sandbox/state-s3.ts';
import { createState } from '../../lib/sandbox/state.ts';
import { deliver } from './inventory-delivery.ts';
import type { DeliveryOptions, InventoryRow } from './inventory-delivery.ts';
import { ACCOUNT, NOW, REGION, startTestSandbox } from './sandbox.ts';
import type { TestSandbox } from './sandbox.ts';

/** A sandbox with clients for it, at the time of `NOW`. */
export type Estate = TestSandbox;

export const startEstate = async (): Promise<Estate> =>
  startTestSandbox(createState({ region: REGION, accountId: ACCOUNT, now: () => NOW, logLimit: 100_000 }));

export const put = (
  bucket: Bucket,
  key: string,
  seal: Seal,
  rest: { readonly versionId?: string; readonly metadata?: Readonly<Record<string, string>> } = {},
): void =>
  addVersion(bucket, key, newObject({ size: 10, lastModified: NOW, seal, versionId: null, ...rest }));

export const putMarker = (bucket: Bucket, key: string, versionId: string): void =>
  addVersion(bucket, key, newDeleteMarker(NOW, versionId));

/** Puts an inventory of `source` into `destination`, and its configuration on the source. */
export async function deliverTo(
  source: Bucket,
  destination: Bucket,
  rows: readonly InventoryRow[],
  options: DeliveryOptions & { readonly configuration?: string } = {},
): Promise<void> {
  const delivery = await deliver(
    rows.map((row) => ({ ...row, bucket: source.name })),
    {
      createdAt: '2026-11-24T12:00:00Z',
      ...options,
      change: (manifest) => {
        manifest['sourceBucket'] = source.name;
        const files = manifest['files'] as { key: string }[];
        for (const file of files) file.key = `inv/${source.name}/daily/data/${basename(file.key)}`;
        options.change?.(manifest);
      },
    },
  );
  const store = async (key: string, path: string): Promise<void> => {
    const body = await readFile(path);
    const etag = createHash('md5').update(body).digest('hex');
    addVersion(destination, key, newObject({ size: body.byteLength, lastModified: NOW, body, etag }));
  };
  const folder = `inv/${source.name}/daily/2026-11-24T12-00Z`;
  await store(`${folder}/manifest.json`, delivery.manifest);
  if (options.checksum !== 'none')
    await store(`${folder}/manifest.checksum`, delivery.manifest.replace(/json$/, 'checksum'));
  for (const path of delivery.dataFiles) await store(`inv/${source.name}/daily/data/${basename(path)}`, path);
  await delivery.remove();
  source.inventories.set('daily', options.configuration ?? inventoryConfiguration(destination.name, options));
}

export const inventoryConfiguration = (
  destination: string,
  {
    format = 'CSV',
    extra = '',
    versions = 'All',
  }: { format?: string; extra?: string; versions?: string } = {},
): string =>
  `<InventoryConfiguration><Id>daily</Id><IsEnabled>true</IsEnabled>${extra}<Destination><S3BucketDestination><Bucket>arn:aws:s3:::${destination}</Bucket><Format>${format}</Format><Prefix>inv</Prefix></S3BucketDestination></Destination><IncludedObjectVersions>${versions}</IncludedObjectVersions><OptionalFields><Field>Size</Field><Field>EncryptionStatus</Field><Field>BucketKeyStatus</Field></OptionalFields><Schedule><Frequency>Daily</Frequency></Schedule></InventoryConfiguration>`;

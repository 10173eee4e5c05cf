import type { S3Client } from '@aws-sdk/client-s3';
import type { InventoryConfiguration } from '../model/evidence.ts';
import type { Observed } from '../model/observed.ts';
import { listPages } from './list-pages.ts';
import { observe } from './observe.ts';

/** `2026-11-24T01-00Z/`: the folder of one delivery. */
const FOLDER = /\/(\d{4}-\d\d-\d\dT\d\d-\d\dZ)\/$/;

/**
 * The key of the newest manifest.json that an inventory configuration has delivered; absent when there is none yet.
 * @param destination the bucket that receives deliveries
 * @param source the bucket that is listed
 */
export async function newestDelivery(
  s3: S3Client,
  destination: string,
  source: string,
  { id, destinationPrefix }: Pick<InventoryConfiguration, 'id' | 'destinationPrefix'>,
): Promise<Observed<string>> {
  const root = `${destinationPrefix === '' ? '' : `${destinationPrefix.replace(/\/$/, '')}/`}${source}/${id}/`;
  return observe('s3:ListBucket', async () => {
    let newest: string | null = null;
    for await (const page of listPages(s3, destination, root, '/'))
      for (const { Prefix = '' } of page.CommonPrefixes ?? [])
        if (FOLDER.test(Prefix) && (newest === null || Prefix > newest)) newest = Prefix;
    return newest === null ? null : `${newest}manifest.json`;
  });
}

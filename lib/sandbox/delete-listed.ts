import { removeVersion, versionsOf } from './objects.ts';
import type { SandboxState } from './state.ts';
import type { Reply } from './call.ts';
import { decodeUri } from './uri.ts';
import { child, childText, parseXml } from './xml-parse.ts';

/** Deletes every version of every key that a listing has just named: a bucket that changes under its reader. */
export function deleteListed(state: SandboxState, bucketName: string | null, reply: Reply): void {
  const bucket = state.buckets.get(bucketName ?? '');
  if (!bucket || typeof reply.body !== 'string' || reply.status !== 200) return;
  const listing = parseXml(reply.body);
  const encoded = childText(listing, 'EncodingType') === 'url';
  for (const entry of listing.children) {
    // Not trimmed: keys may begin and end with spaces.
    const key = child(entry, 'Key')?.text;
    if (key === undefined) continue;
    const name = encoded ? decodeUri(key.replaceAll('+', '%20')) : key;
    for (const version of [...versionsOf(bucket, name)]) removeVersion(bucket, name, version);
  }
}

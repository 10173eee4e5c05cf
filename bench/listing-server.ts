/**
 * An endpoint that answers ListObjectsV2 of one flat prefix and nothing else, in a process of its own. The sandbox
 * needs more time for a page than a listing spends on it, so its speed is all that would be measured.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** @param latencyMs added to every answer, as a network would */
export async function listingServer(
  count: number,
  latencyMs: number,
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = fork(fileURLToPath(import.meta.url), [String(count), String(latencyMs)], {
    stdio: 'inherit',
  });
  const [url] = (await once(child, 'message')) as [string];
  return { url, stop: () => void child.kill() };
}

const PREFIX = 'data/part-';
const DIGITS = 9;
const ENTRY_END =
  '</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;' +
  '</ETag><Size>1024</Size><StorageClass>STANDARD</StorageClass></Contents>';

const keyAt = (index: number): string => PREFIX + String(index).padStart(DIGITS, '0');

/** The index of the first key greater than this one: keys ascend as plain strings do. */
function firstAfter(count: number, after: string): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyAt(middle) > after) high = middle;
    else low = middle + 1;
  }
  return low;
}

function page(count: number, query: URLSearchParams): string {
  const token = query.get('continuation-token');
  const first = firstAfter(count, token ?? query.get('start-after') ?? '');
  const last = Math.min(count, first + Number(query.get('max-keys') ?? 1000));
  let contents = '';
  // The one folder there is: every key lies in it.
  const folders = query.get('delimiter') === '/' && query.get('prefix') === '';
  if (!folders) for (let i = first; i < last; i += 1) contents += `<Contents><Key>${keyAt(i)}${ENTRY_END}`;
  const truncated = !folders && last < count;
  const next = truncated ? `<NextContinuationToken>${keyAt(last - 1)}</NextContinuationToken>` : '';
  return `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${truncated}</IsTruncated>${next}${contents}</ListBucketResult>`;
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const count = Number(process.argv[2]);
  const latencyMs = Number(process.argv[3]);
  const server = createServer((request, response) => {
    const body = page(count, new URL(request.url ?? '/', 'http://localhost').searchParams);
    setTimeout(() => response.end(body), latencyMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

/** A sandbox in a process of its own, so that its work is not counted as the census's. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { generateObjects } from '../lib/sandbox/generated.ts';
import { newBucket } from '../lib/sandbox/objects.ts';
import { startSandbox } from '../lib/sandbox/server.ts';
import { createState } from '../lib/sandbox/state.ts';

/** What the generated bucket is called, in which Region. */
export const GENERATED = {
  bucket: 'generated-objects',
  region: 'us-east-1',
  accountId: '111122223333',
} as const;

/** One object of so many is another one after `touch`. */
export const CHANGED_EVERY = 100;

export type SandboxProcess = {
  readonly url: string;
  /** Overwrites some objects; see `CHANGED_EVERY`. */
  readonly touch: () => Promise<void>;
  /** Requests answered so far. */
  readonly requests: () => Promise<number>;
  /** Ends the process. */
  readonly stop: () => void;
};

/** Starts one that serves a bucket of `count` objects. */
export async function sandboxProcess(count: number): Promise<SandboxProcess> {
  const child = fork(fileURLToPath(import.meta.url), [String(count)], { stdio: 'inherit' });
  const [url] = (await once(child, 'message')) as [string];
  const ask = async (question: 'touch' | 'requests'): Promise<number> => {
    child.send(question);
    const [answer] = (await once(child, 'message')) as [number];
    return answer;
  };
  return {
    url,
    touch: async () => {
      await ask('touch');
    },
    requests: async () => ask('requests'),
    stop: () => void child.kill(),
  };
}

if (process.send && process.argv[1] === fileURLToPath(import.meta.url)) {
  const state = createState({ region: GENERATED.region, accountId: GENERATED.accountId, logLimit: 0 });
  const bucket = newBucket({
    name: GENERATED.bucket,
    region: GENERATED.region,
    accountId: GENERATED.accountId,
    createdAt: Date.UTC(2026, 0, 1),
  });
  const arn = `arn:aws:kms:${GENERATED.region}:${GENERATED.accountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const seal = (algorithm: string | null, kmsKeyId: string | null) => ({
    algorithm,
    kmsKeyId,
    bucketKey: false,
    customerKeyMd5: null,
  });
  bucket.generated = generateObjects({
    count: Number(process.argv[2]),
    prefix: 'data/part-',
    perFolder: 1000,
    seals: [seal('aws:kms', arn), seal('AES256', null), seal('aws:kms', arn), seal(null, null)],
    lastModified: Date.UTC(2026, 0, 1),
  });
  state.buckets.set(bucket.name, bucket);
  const { url } = await startSandbox({ port: 0, state });
  process.on('message', (question) => {
    const { generated } = bucket;
    if (question === 'touch' && generated) {
      const versionAt: typeof generated.versionAt = (index) => {
        const version = generated.versionAt(index);
        return index % CHANGED_EVERY === 0 ? { ...version, lastModified: Date.UTC(2026, 1, 1, 12) } : version;
      };
      bucket.generated = { ...generated, versionAt };
    }
    process.send?.([...state.requests.values()].reduce((sum, n) => sum + n, 0));
  });
  process.send(url);
}

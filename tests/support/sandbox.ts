import { createClients } from '../../lib/collectors/clients.ts';
import type { AwsClients } from '../../lib/collectors/clients.ts';
import { newBucket, newObject } from '../../lib/sandbox/objects.ts';
import { newKey } from '../../lib/sandbox/services/kms/new-key.ts';
import { startSandbox } from '../../lib/sandbox/server.ts';
import { createState } from '../../lib/sandbox/state.ts';
import type { SandboxState } from '../../lib/sandbox/state.ts';
import type { Bucket, Seal } from '../../lib/sandbox/state-s3.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
export const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KEY_ID}`;
export const NOW = Date.UTC(2026, 10, 25, 12);

export type TestSandbox = {
  readonly state: SandboxState;
  readonly url: string;
  readonly aws: AwsClients;
  readonly close: () => Promise<void>;
};

/** An empty estate with one healthy, rotating customer managed key, and clients for it. */
export async function startTestSandbox(
  state: SandboxState = createState({ region: REGION, accountId: ACCOUNT }),
): Promise<TestSandbox> {
  addKey(state, KEY_ID);
  const sandbox = await startSandbox({ port: 0, state });
  const aws = createClients({
    region: REGION,
    endpoint: sandbox.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    toolVersion: 'test',
    requestTimeoutMs: 1_000,
    maxAttempts: 2,
  });
  return {
    state,
    url: sandbox.url,
    aws,
    close: async () => {
      aws.close();
      await sandbox.close();
    },
  };
}

export function addKey(state: SandboxState, keyId: string): void {
  const key = newKey({
    partition: 'aws',
    keyId,
    accountId: ACCOUNT,
    region: REGION,
    createdAt: NOW,
    rotation: { enabled: true, periodInDays: 365, nextRotation: NOW },
  });
  state.keys.set(key.arn, key);
}

export function addBucket(state: SandboxState, name: string, rest: Partial<Bucket> = {}): Bucket {
  const bucket = newBucket({ name, region: REGION, accountId: ACCOUNT, createdAt: NOW, ...rest });
  state.buckets.set(name, bucket);
  return bucket;
}

/** Puts one current version under each key. */
export function addObjects(bucket: Bucket, keys: readonly string[], seal: Seal): void {
  for (const key of keys) bucket.objects.set(key, [newObject({ size: 10, lastModified: NOW, seal })]);
}

/** `prefix0` … `prefix<n-1>`. */
export const keysOf = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);

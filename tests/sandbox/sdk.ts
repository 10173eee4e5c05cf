import { afterAll, beforeAll, expect } from '@jest/globals';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type {
  CreateBucketCommandInput,
  HeadObjectCommandInput,
  HeadObjectCommandOutput,
  PutObjectCommandInput,
  PutObjectCommandOutput,
  S3ServiceException,
  ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent } from 'node:http';
import { startSandbox } from '../../lib/sandbox/server.ts';
import type { Sandbox } from '../../lib/sandbox/server.ts';
import { createState } from '../../lib/sandbox/state.ts';
import type { SandboxState, StateOptions } from '../../lib/sandbox/state.ts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '111122223333';
/** Noon of the day on which every sandbox of these tests begins; `rig.clock.now` moves it. */
export const NOON = Date.parse('2026-09-01T12:00:00Z');
export const DAY = 86_400_000;

/** A caller's credentials; the sandbox takes unregistered ones on trust. */
export type Keys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** The SDK clients of one caller in one Region. */
export type Clients = {
  readonly s3: S3Client;
  readonly kms: KMSClient;
  readonly sts: STSClient;
  readonly cloudtrail: CloudTrailClient;
  readonly config: ConfigServiceClient;
  readonly organizations: OrganizationsClient;
};

/** A running sandbox and clients for it. */
export type Rig = Clients & {
  readonly state: SandboxState;
  readonly url: string;
  readonly port: number;
  /** Milliseconds since the epoch, as the sandbox sees time. */
  readonly clock: { now: number };
  /** Clients of another caller, or in another Region. */
  readonly as: (keys: Keys, region?: string) => Clients;
  /** Registers a principal and gives its clients. */
  readonly principal: (arn: string, region?: string) => Clients;
};

type Options = Partial<StateOptions> & { readonly maxBodyBytes?: number; readonly realClock?: boolean };

/** One sandbox for a file of tests: started before them, closed after them. Give each test its own bucket or keys. */
export function useSandbox(options: Options = {}): Rig {
  const clock = { now: NOON };
  const now = options.realClock === true ? Date.now : () => clock.now;
  const state = createState({ region: REGION, accountId: ACCOUNT, now, ...options });
  const pool = new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 32 }) });
  const rig: { sandbox: Sandbox | null; clients: Clients | null; principals: number } = {
    sandbox: null,
    clients: null,
    principals: 0,
  };
  const started = (): Sandbox => {
    if (!rig.sandbox) throw new Error('the sandbox starts in beforeAll: use its clients in tests only');
    return rig.sandbox;
  };
  const as = (keys: Keys, region = REGION): Clients => clientsOf(started().url, pool, keys, region, clock);
  const own = (): Clients =>
    (rig.clients ??= as({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'unverified' }));
  beforeAll(async () => {
    rig.sandbox = await startSandbox({
      port: 0,
      state,
      ...(options.maxBodyBytes === undefined ? {} : { maxBodyBytes: options.maxBodyBytes }),
    });
  });
  afterAll(async () => {
    pool.destroy();
    await rig.sandbox?.close();
  });
  return {
    state,
    clock,
    as,
    principal: (arn, region) => {
      rig.principals += 1;
      const keys = { accessKeyId: `AKIAPRINCIPAL${rig.principals}`, secretAccessKey: `secret of ${arn}` };
      const [, , , , accountId = ''] = arn.split(':');
      state.credentials.set(keys.accessKeyId, {
        secret: keys.secretAccessKey,
        sessionToken: null,
        expired: false,
        accountId,
        arn,
      });
      return as(keys, region);
    },
    get url() {
      return started().url;
    },
    get port() {
      return started().port;
    },
    get s3() {
      return own().s3;
    },
    get kms() {
      return own().kms;
    },
    get sts() {
      return own().sts;
    },
    get cloudtrail() {
      return own().cloudtrail;
    },
    get config() {
      return own().config;
    },
    get organizations() {
      return own().organizations;
    },
  };
}

function clientsOf(
  endpoint: string,
  requestHandler: NodeHttpHandler,
  credentials: Keys,
  region: string,
  clock: { now: number },
): Clients {
  const made = new Map<string, unknown>();
  const lazily = <T>(name: string, make: () => T): T => {
    if (!made.has(name)) made.set(name, make());
    return made.get(name) as T;
  };
  // Retries would hide what the sandbox answers; the signer's clock is the sandbox's.
  const shared = () => ({
    endpoint,
    requestHandler,
    credentials,
    region,
    maxAttempts: 1,
    systemClockOffset: clock.now - Date.now(),
  });
  return {
    get s3() {
      return lazily('s3', () => new S3Client({ ...shared(), forcePathStyle: true }));
    },
    get kms() {
      return lazily('kms', () => new KMSClient(shared()));
    },
    get sts() {
      return lazily('sts', () => new STSClient(shared()));
    },
    get cloudtrail() {
      return lazily('cloudtrail', () => new CloudTrailClient(shared()));
    },
    get config() {
      return lazily('config', () => new ConfigServiceClient(shared()));
    },
    get organizations() {
      return lazily('organizations', () => new OrganizationsClient(shared()));
    },
  };
}

let buckets = 0;

/** A new bucket of a name that no other test has. */
export async function newBucket(
  { s3 }: Pick<Clients, 's3'>,
  rest: Omit<CreateBucketCommandInput, 'Bucket'> = {},
): Promise<string> {
  buckets += 1;
  const Bucket = `test-bucket-${String(buckets).padStart(4, '0')}`;
  await s3.send(new CreateBucketCommand({ Bucket, ...rest }));
  return Bucket;
}

/** Sets a bucket's one encryption rule. */
export async function setDefault(
  { s3 }: Pick<Clients, 's3'>,
  Bucket: string,
  rule: ServerSideEncryptionRule,
): Promise<void> {
  await s3.send(
    new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }),
  );
}

/** A rule that lets SSE-C in, which new buckets block since April 2026. */
export const ALLOW_SSE_C: ServerSideEncryptionRule = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
  BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
};

/** Uploads a small object. */
export const put = (
  { s3 }: Pick<Clients, 's3'>,
  Bucket: string,
  Key: string,
  rest: Partial<PutObjectCommandInput> = {},
): Promise<PutObjectCommandOutput> => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...rest }));

/** Asks for an object's headers. */
export const head = (
  { s3 }: Pick<Clients, 's3'>,
  Bucket: string,
  Key: string,
  rest: Partial<HeadObjectCommandInput> = {},
): Promise<HeadObjectCommandOutput> => s3.send(new HeadObjectCommand({ Bucket, Key, ...rest }));

/** A new symmetric key of the caller's account; its ARN. */
export async function newKey({ kms }: Pick<Clients, 'kms'>): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  return KeyMetadata?.Arn ?? '';
}

/** The members of an answer that tell how an object is sealed; those that are not there are undefined. */
export const sealOf = (answer: Partial<HeadObjectCommandOutput>) => ({
  ServerSideEncryption: answer.ServerSideEncryption,
  SSEKMSKeyId: answer.SSEKMSKeyId,
  BucketKeyEnabled: answer.BucketKeyEnabled,
  SSECustomerAlgorithm: answer.SSECustomerAlgorithm,
  SSECustomerKeyMD5: answer.SSECustomerKeyMD5,
});

/** What a refused call answered. */
export type Refusal = {
  readonly status: number | undefined;
  readonly name: string;
  readonly message: string;
};

/** The refusal of a call that must be refused. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    if (!isServiceError(error)) throw error;
    return { status: error.$metadata.httpStatusCode, name: error.name, message: error.message };
  }
  throw new Error(`expected a refusal, and was answered ${JSON.stringify(answer)}`);
}

const isServiceError = (error: unknown): error is S3ServiceException =>
  error instanceof Error && '$metadata' in error;

/** Asserts status and code of a refusal. */
export async function expectRefusal(call: Promise<unknown>, status: number, name: string): Promise<Refusal> {
  const refusal = await refusalOf(call);
  expect({ status: refusal.status, name: refusal.name }).toEqual({ status, name });
  return refusal;
}

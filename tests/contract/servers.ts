import { createClients } from '../../lib/collectors/clients.ts';
import type { AwsClients } from '../../lib/collectors/clients.ts';
import { startSandbox } from '../../lib/sandbox/server.ts';
import { createState } from '../../lib/sandbox/state.ts';

/**
 * Where a server is known to differ from AWS as FACTS has it. A test that meets one asserts the difference itself,
 * so that a server that mends its ways is noticed.
 */
export type Divergence =
  /** PUT without an encryption header is not given the bucket's default: HEAD names none. */
  | 'default-not-applied'
  /** aws:kms without a key id is refused instead of taken to mean aws/s3. */
  | 'kms-without-key-refused'
  /** aws:kms without a key id is stored, and HEAD names no key. */
  | 'kms-without-key-unnamed'
  /** BucketKeyEnabled is dropped. */
  | 'bucket-key-dropped'
  /** PUT with aws:kms:dsse is refused. */
  | 'dsse-refused'
  /** HEAD of a DSSE object names no key. */
  | 'dsse-key-unnamed'
  /** SSE-C objects are stored and described as if no encryption had been asked for. */
  | 'sse-c-stored-plain'
  /** GetBucketEncryption of a new bucket says that there is none. */
  | 'no-default-encryption'
  /** A Decrypt in event history has neither resources nor a keyId as AWS spells it: no key is named. */
  | 'decrypt-names-no-key'
  /** BlockedEncryptionTypes is not kept. */
  | 'blocked-types-dropped'
  /** UpdateObjectEncryption does not change how the object is sealed, whatever it answers. */
  | 'update-encryption-unsupported'
  /** A bucket that CloudFormation makes has SSE-S3 for its default, whatever the template says. */
  | 'stack-encryption-dropped'
  /** Object Lock of a bucket that CloudFormation makes is not kept. */
  | 'stack-object-lock-dropped'
  /** Lifecycle rules of a bucket that CloudFormation makes are not kept. */
  | 'stack-lifecycle-dropped'
  /** The KMS key of a topic that CloudFormation makes is not kept. */
  | 'stack-topic-key-dropped'
  /** Rate limits of an HTTP API that CloudFormation makes are not kept. */
  | 'stack-api-throttling-dropped'
  /** Logging of a state machine that CloudFormation makes is not kept. */
  | 'stack-workflow-logging-dropped'
  /** Distributed Map takes JSONata in its reader and its item selector for plain text. */
  | 'map-ignores-jsonata'
  /** An error of a Lambda does not have the name that the function gave it. */
  | 'lambda-errors-unnamed';

export type Server = {
  readonly name: string;
  readonly aws: AwsClients;
  readonly accountId: string;
  readonly diverges: ReadonlySet<Divergence>;
  readonly close: () => Promise<void>;
};

const REGION = 'us-east-1';

const clients = (endpoint: string): AwsClients =>
  createClients({
    region: REGION,
    endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    toolVersion: 'test',
    maxSockets: 32,
  });

async function sandbox(): Promise<Server> {
  const state = createState({ region: REGION });
  const running = await startSandbox({ port: 0, state });
  const aws = clients(running.url);
  return {
    name: 'sandbox',
    aws,
    accountId: state.accountId,
    diverges: new Set(),
    close: async () => {
      aws.close();
      await running.close();
    },
  };
}

function emulator(
  name: string,
  variable: string,
  accountId: string,
  diverges: readonly Divergence[],
): () => Promise<Server> {
  return () => {
    const url = process.env[variable];
    if (!url) throw new Error(`${variable} must hold the address of a running ${name}; .ci/run starts one`);
    const aws = clients(url);
    return Promise.resolve({
      name,
      aws,
      accountId,
      diverges: new Set(diverges),
      close: () => {
        aws.close();
        return Promise.resolve();
      },
    });
  };
}

/** The servers of the contract suite. Only the first is ours, so only the others prove anything to us. */
export const SERVERS: readonly (readonly [string, () => Promise<Server>])[] = [
  ['sandbox', sandbox],
  [
    'MiniStack',
    emulator('MiniStack', 'SEALCHECK_MINISTACK', '000000000000', [
      'default-not-applied',
      'kms-without-key-refused',
      'bucket-key-dropped',
      'decrypt-names-no-key',
      'dsse-refused',
      'update-encryption-unsupported',
      'stack-encryption-dropped',
      'stack-object-lock-dropped',
      'stack-lifecycle-dropped',
      'stack-topic-key-dropped',
      'stack-api-throttling-dropped',
      'stack-workflow-logging-dropped',
      'map-ignores-jsonata',
      'lambda-errors-unnamed',
    ]),
  ],
  [
    'moto',
    emulator('moto', 'SEALCHECK_MOTO', '123456789012', [
      'default-not-applied',
      'kms-without-key-unnamed',
      'dsse-key-unnamed',
      'sse-c-stored-plain',
      'no-default-encryption',
      'blocked-types-dropped',
      'update-encryption-unsupported',
    ]),
  ],
];

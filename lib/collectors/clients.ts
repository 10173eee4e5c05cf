import { AthenaClient } from '@aws-sdk/client-athena';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { STSClient } from '@aws-sdk/client-sts';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { countedBy, createMeter } from './meter.ts';
import type { Meter } from './meter.ts';

type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
};

/** Answers with credentials that are good for a while yet. */
export type CredentialSource = () => Promise<Credentials>;

/** How to reach AWS: where, as whom, how patiently. */
export type AwsOptions = {
  /** The Region for calls that belong to none, such as ListBuckets. */
  readonly region: string;
  /** A custom endpoint for every service (AWS_ENDPOINT_URL), or null for AWS itself. */
  readonly endpoint: string | null;
  /** Null: the standard credential chain. */
  readonly credentials: Credentials | null;
  readonly toolVersion: string;
  /** Connections kept open per host. */
  readonly maxSockets?: number;
  readonly requestTimeoutMs?: number;
  /** Attempts at one call, the first included. */
  readonly maxAttempts?: number;
};

/** One set of clients a Region, made on first use and shared: sockets and credentials are reused. */
export type AwsClients = {
  readonly options: AwsOptions;
  readonly s3: (region: string) => S3Client;
  readonly kms: (region: string) => KMSClient;
  readonly cloudTrail: (region: string) => CloudTrailClient;
  /** CloudTrail without the SDK's own retries: two requests a second leave no room for them. */
  readonly eventHistory: (region: string) => CloudTrailClient;
  readonly athena: (region: string) => AthenaClient;
  readonly sts: () => STSClient;
  readonly securityHub: (region: string) => SecurityHubClient;
  /** Clients of another account; the same ones where no role leads there (`account-clients.ts`). */
  readonly account: (accountId: string) => AwsClients;
  /** The same clients for somebody else, over the same sockets. */
  readonly as: (credentials: CredentialSource) => AwsClients;
  readonly credentials: CredentialSource;
  readonly requestHandler: NodeHttpHandler;
  /** Counts every request of these clients. */
  readonly meter: Meter;
  /** The same clients over the same sockets, with a meter of their own, whose counts these are told as well. */
  readonly metered: () => AwsClients;
  /** Closes every socket. */
  readonly close: () => void;
};

/** Clients that share one connection pool and one memoised credential provider. */
export function createClients(options: AwsOptions): AwsClients {
  const maxSockets = options.maxSockets ?? 256;
  const requestHandler = new NodeHttpHandler({
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets }),
    connectionTimeout: 5_000,
    requestTimeout: options.requestTimeoutMs ?? 30_000,
    // A slow endpoint must end in an error the caller can report, not in a warning nobody reads.
    throwOnRequestTimeout: true,
  });
  const { credentials } = options;
  return clientsOver(
    options,
    requestHandler,
    credentials === null ? fromNodeProviderChain() : () => Promise.resolve(credentials),
    createMeter(),
  );
}

function clientsOver(
  options: AwsOptions,
  requestHandler: NodeHttpHandler,
  credentials: CredentialSource,
  meter: Meter,
): AwsClients {
  const shared = {
    credentials,
    requestHandler,
    maxAttempts: options.maxAttempts ?? 5,
    customUserAgent: [['sealcheck', options.toolVersion]] as [string, string][],
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
  };
  const counted = <C extends Stacked>(client: C, service: string): C => {
    client.middlewareStack.use(countedBy(meter, service));
    return client;
  };
  const s3 = perRegion((region) =>
    counted(
      new S3Client({
        ...shared,
        region,
        // Emulators and most S3-compatible stores answer path-style only.
        ...(options.endpoint === null ? {} : { forcePathStyle: true }),
      }),
      's3',
    ),
  );
  const kms = perRegion((region) => counted(new KMSClient({ ...shared, region }), 'kms'));
  const cloudTrail = perRegion((region) =>
    counted(new CloudTrailClient({ ...shared, region }), 'cloudtrail'),
  );
  const eventHistory = perRegion((region) =>
    counted(new CloudTrailClient({ ...shared, region, maxAttempts: 1 }), 'cloudtrail'),
  );
  const athena = perRegion((region) => counted(new AthenaClient({ ...shared, region }), 'athena'));
  const sts = perRegion((region) => counted(new STSClient({ ...shared, region }), 'sts'));
  const securityHub = perRegion((region) =>
    counted(new SecurityHubClient({ ...shared, region }), 'securityhub'),
  );
  const clients: AwsClients = {
    options,
    s3,
    kms,
    cloudTrail,
    eventHistory,
    athena,
    sts: () => sts(options.region),
    securityHub,
    account: () => clients,
    as: (somebody) => clientsOver(options, requestHandler, somebody, meter),
    credentials,
    requestHandler,
    meter,
    metered: () => clientsOver(options, requestHandler, credentials, createMeter(meter)),
    close: () => requestHandler.destroy(),
  };
  return clients;
}

type Stacked = {
  readonly middlewareStack: { readonly use: (plugin: ReturnType<typeof countedBy>) => void };
};

function perRegion<T>(make: (region: string) => T): (region: string) => T {
  const made = new Map<string, T>();
  return (region) => {
    let client = made.get(region);
    if (client === undefined) {
      client = make(region);
      made.set(region, client);
    }
    return client;
  };
}

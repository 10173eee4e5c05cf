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

type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

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
  const shared = {
    credentials: options.credentials ?? fromNodeProviderChain(),
    requestHandler,
    maxAttempts: options.maxAttempts ?? 5,
    customUserAgent: [['sealcheck', options.toolVersion]] as [string, string][],
    ...(options.endpoint === null ? {} : { endpoint: options.endpoint }),
  };
  const s3 = perRegion(
    (region) =>
      new S3Client({
        ...shared,
        region,
        // Emulators and most S3-compatible stores answer path-style only.
        ...(options.endpoint === null ? {} : { forcePathStyle: true }),
      }),
  );
  const kms = perRegion((region) => new KMSClient({ ...shared, region }));
  const cloudTrail = perRegion((region) => new CloudTrailClient({ ...shared, region }));
  const eventHistory = perRegion((region) => new CloudTrailClient({ ...shared, region, maxAttempts: 1 }));
  const athena = perRegion((region) => new AthenaClient({ ...shared, region }));
  const sts = perRegion((region) => new STSClient({ ...shared, region }));
  const securityHub = perRegion((region) => new SecurityHubClient({ ...shared, region }));
  return {
    options,
    s3,
    kms,
    cloudTrail,
    eventHistory,
    athena,
    sts: () => sts(options.region),
    securityHub,
    close: () => requestHandler.destroy(),
  };
}

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

import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { AwsOptions } from './clients.ts';

/** A client for AWS Config in one Region, beside `AwsClients`: only what reads from or answers to Config carries it. */
export const createConfigClient = (
  { endpoint, credentials, toolVersion, maxAttempts = 5, requestTimeoutMs = 30_000 }: AwsOptions,
  region: string,
): ConfigServiceClient =>
  new ConfigServiceClient({
    region,
    credentials: credentials ?? fromNodeProviderChain(),
    maxAttempts,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
    customUserAgent: [['sealcheck', toolVersion]],
    ...(endpoint === null ? {} : { endpoint }),
  });

/** One client a Region, made on first use. */
export type ConfigClients = {
  readonly in: (region: string) => ConfigServiceClient;
  readonly close: () => void;
};

export function createConfigClients(options: AwsOptions): ConfigClients {
  const made = new Map<string, ConfigServiceClient>();
  return {
    in: (region) => {
      const client = made.get(region) ?? createConfigClient(options, region);
      made.set(region, client);
      return client;
    },
    close: () => {
      for (const client of made.values()) client.destroy();
    },
  };
}

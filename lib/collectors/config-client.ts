import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { AwsOptions } from './clients.ts';

/** A client for AWS Config in one Region, beside `AwsClients`: only what reads from or answers to Config carries it. */
export const createConfigClient = (
  { endpoint, credentials, toolVersion, maxAttempts = 5 }: AwsOptions,
  region: string,
): ConfigServiceClient =>
  new ConfigServiceClient({
    region,
    credentials: credentials ?? fromNodeProviderChain(),
    maxAttempts,
    customUserAgent: [['sealcheck', toolVersion]],
    ...(endpoint === null ? {} : { endpoint }),
  });

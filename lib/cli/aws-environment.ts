import { createClients } from '../collectors/clients.ts';
import type { AwsClients } from '../collectors/clients.ts';
import { AuditError } from '../model/errors.ts';
import type { CliIo } from './io.ts';
import { VERSION } from '../audit/tool-version.ts';

/**
 * Clients from the environment, as the AWS CLI reads it: AWS_REGION or AWS_DEFAULT_REGION (us-east-1 without),
 * AWS_ENDPOINT_URL, and the standard credential chain. Throws AuditError USAGE for an endpoint that is no URL.
 */
export function clientsFromEnvironment({ env }: Pick<CliIo, 'env'>): AwsClients {
  const endpoint = env['AWS_ENDPOINT_URL'] ?? null;
  if (endpoint !== null && !/^https?:$/.test(protocolOf(endpoint))) {
    throw new AuditError('USAGE', `AWS_ENDPOINT_URL is "${endpoint}", which is not an http or https URL.`);
  }
  return createClients({
    region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    endpoint,
    credentials: null,
    toolVersion: VERSION,
  });
}

const protocolOf = (text: string): string => (URL.canParse(text) ? new URL(text).protocol : '');

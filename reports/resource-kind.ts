import { parseArn } from '../lib/model/arn.ts';

/** What the resource of a finding is: a bucket, or a KMS key by ARN or alias. */
export function resourceKind(resource: string): 'bucket' | 'key' {
  return parseArn(resource)?.service === 'kms' || resource.startsWith('alias/') ? 'key' : 'bucket';
}

import { createHash } from 'node:crypto';
import type { KmsKey } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';
import { newKey } from './new-key.ts';

const DAY = 86_400_000;

/**
 * The AWS managed key `aws/s3` of an account in a Region, made on first use as AWS does. Its id is derived from
 * account and Region, so that the same estate names the same key in every run.
 */
export function awsS3Key(state: SandboxState, accountId: string, region: string): KmsKey {
  const aliasArn = `arn:${state.partition}:kms:${region}:${accountId}:alias/aws/s3`;
  const existing = state.keys.get(state.aliases.get(aliasArn) ?? '');
  if (existing) return existing;
  const now = state.now();
  const key = newKey({
    partition: state.partition,
    keyId: derivedUuid(aliasArn),
    accountId,
    region,
    createdAt: now,
    manager: 'AWS',
    description: 'Default key that protects my S3 objects when no other key is defined',
    rotation: { enabled: true, periodInDays: 365, nextRotation: now + 365 * DAY },
    policy: awsS3KeyPolicy(accountId, region, state.partition),
  });
  state.keys.set(key.arn, key);
  state.aliases.set(aliasArn, key.arn);
  return key;
}

/** A version 4 shaped UUID that depends on the text alone. */
export function derivedUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** The fixed policy of aws/s3: anyone in the account, through S3 only. */
function awsS3KeyPolicy(accountId: string, region: string, partition: string): string {
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'auto-s3-2',
      Statement: [
        {
          Sid: 'Allow access through S3 for all principals in the account that are authorized to use S3',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
          Resource: '*',
          Condition: {
            StringEquals: { 'kms:CallerAccount': accountId, 'kms:ViaService': `s3.${region}.amazonaws.com` },
          },
        },
        {
          Sid: 'Allow direct access to key metadata to the account',
          Effect: 'Allow',
          Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
          Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
          Resource: '*',
        },
      ],
    },
    null,
    2,
  );
}

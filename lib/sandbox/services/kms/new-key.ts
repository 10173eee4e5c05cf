import type { KmsKey } from '../../state-services.ts';

/** What sets a key apart; all the rest is what CreateKey gives when asked for nothing. */
export type NewKey = Pick<KmsKey, 'keyId' | 'accountId' | 'region' | 'createdAt'> &
  Partial<Omit<KmsKey, 'arn'>> & { readonly partition?: string };

/** A key record with CreateKey's defaults: symmetric, enabled, rotation off, default key policy. */
export function newKey({ partition = 'aws', ...given }: NewKey): KmsKey {
  return {
    arn: `arn:${partition}:kms:${given.region}:${given.accountId}:key/${given.keyId}`,
    description: '',
    manager: 'CUSTOMER',
    state: 'Enabled',
    origin: 'AWS_KMS',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    deletionDate: null,
    validTo: null,
    multiRegion: null,
    rotation: { enabled: false, periodInDays: 365, nextRotation: null },
    policy: defaultKeyPolicy(given.accountId, partition),
    accessDenied: false,
    ...given,
  };
}

/** The policy of a key created without one: the account decides, through its IAM policies. */
function defaultKeyPolicy(accountId: string, partition = 'aws'): string {
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
    null,
    2,
  );
}

import type { KmsKey } from '../../state-services.ts';
import { signingAlgorithmOf } from './curves.ts';

/** KeyMetadata as DescribeKey and CreateKey answer it; times are Dates. */
export function keyMetadata(key: KmsKey, now: number): Record<string, unknown> {
  const algorithm = signingAlgorithmOf(key.spec);
  return {
    AWSAccountId: key.accountId,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: new Date(key.createdAt),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    DeletionDate: key.deletionDate === null ? undefined : new Date(key.deletionDate),
    ...(key.origin === 'EXTERNAL'
      ? {
          ExpirationModel: key.validTo === null ? 'KEY_MATERIAL_DOES_NOT_EXPIRE' : 'KEY_MATERIAL_EXPIRES',
          ValidTo: key.validTo === null || key.validTo < now ? undefined : new Date(key.validTo),
        }
      : {}),
    Origin: key.origin,
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    EncryptionAlgorithms: key.usage === 'ENCRYPT_DECRYPT' ? ['SYMMETRIC_DEFAULT'] : undefined,
    SigningAlgorithms: algorithm === null ? undefined : [algorithm],
    MultiRegion: key.multiRegion !== null,
    MultiRegionConfiguration:
      key.multiRegion === null
        ? undefined
        : {
            MultiRegionKeyType: key.multiRegion,
            PrimaryKey: { Arn: key.arn, Region: key.region },
            ReplicaKeys: [],
          },
  };
}

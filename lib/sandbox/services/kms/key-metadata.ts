import type { KmsKey } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';
import { signingAlgorithmOf } from './curves.ts';

/** KeyMetadata as DescribeKey and CreateKey answer it; times are Dates. */
export function keyMetadata(state: SandboxState, key: KmsKey, now: number): Record<string, unknown> {
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
        : { MultiRegionKeyType: key.multiRegion, ...multiRegionKeys(state, key) },
  };
}

/** The primary and its replicas: they share a key id. */
function multiRegionKeys(state: SandboxState, key: KmsKey): Record<string, unknown> {
  const named = ({ arn, region }: KmsKey): unknown => ({ Arn: arn, Region: region });
  const family = [...state.keys.values()].filter(
    ({ keyId, accountId }) => keyId === key.keyId && accountId === key.accountId,
  );
  return {
    PrimaryKey: family.filter((each) => each.multiRegion === 'PRIMARY').map(named)[0],
    ReplicaKeys: family.filter((each) => each.multiRegion === 'REPLICA').map(named),
  };
}

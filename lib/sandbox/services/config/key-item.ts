import type { ConfigItem, KmsKey } from '../../state-services.ts';

/**
 * The AWS::KMS::Key configuration item of a key, as GetResourceConfigHistory encodes it, with the members of AWS's
 * published resource schema: neither aliases, nor a rotation period, nor the expiry of imported material.
 */
export function keyConfigItem(key: KmsKey, captureTime: number): ConfigItem {
  const captured = new Date(captureTime).toISOString();
  const created = new Date(key.createdAt).toISOString();
  const configuration = {
    keyId: key.keyId,
    awsaccountId: key.accountId,
    arn: key.arn,
    creationDate: key.createdAt,
    enabled: key.state === 'Enabled',
    description: key.description,
    keyUsage: key.usage,
    keyState: key.state,
    ...(key.deletionDate === null ? {} : { deletionDate: key.deletionDate }),
    origin: key.origin,
    keyManager: key.manager,
    customerMasterKeySpec: key.spec,
  };
  return {
    accountId: key.accountId,
    region: key.region,
    resourceType: 'AWS::KMS::Key',
    resourceId: key.keyId,
    captureTime,
    item: {
      version: '1.3',
      accountId: key.accountId,
      configurationItemCaptureTime: captured,
      configurationItemStatus: 'OK',
      configurationStateId: String(captureTime),
      configurationItemMD5Hash: '',
      arn: key.arn,
      resourceType: 'AWS::KMS::Key',
      resourceId: key.keyId,
      resourceName: key.keyId,
      awsRegion: key.region,
      availabilityZone: 'Not Applicable',
      resourceCreationTime: created,
      tags: { ...key.tags },
      relatedEvents: [],
      relationships: [],
      configuration: JSON.stringify(configuration),
      supplementaryConfiguration: { KeyRotationStatus: JSON.stringify(key.rotation.enabled) },
    },
  };
}

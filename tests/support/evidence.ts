import type { Census, SealGroup } from '../../lib/model/census.ts';
import type {
  BucketEvidence,
  DefaultEncryption,
  KeyEvidence,
  KeyMetadata,
} from '../../lib/model/evidence.ts';
import type { ObjectEncryption, ServerSideEncryption } from '../../lib/model/object-encryption.ts';
import { absent, known } from '../../lib/model/observed.ts';
import type { EncryptionRequirement, KeyRequirement, Requirement } from '../../lib/model/requirement.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const keyArn = (id: string, account = ACCOUNT): string => `arn:aws:kms:${REGION}:${account}:key/${id}`;

export function bucketEvidence(rest: Partial<BucketEvidence> = {}): BucketEvidence {
  return {
    name: 'b',
    arn: 'arn:aws:s3:::b',
    accountId: ACCOUNT,
    region: known(REGION),
    createdAt: null,
    tags: absent,
    defaultEncryption: known(defaultEncryption()),
    policy: absent,
    versioning: known('Off'),
    publicAccessBlock: absent,
    ownership: absent,
    logging: absent,
    replication: absent,
    objectLock: absent,
    inventories: absent,
    metadataTable: absent,
    ...rest,
  };
}

export const defaultEncryption = (rest: Partial<DefaultEncryption> = {}): DefaultEncryption => ({
  algorithm: 'AES256',
  kmsKey: null,
  bucketKey: false,
  blocked: ['NONE'],
  ...rest,
});

export function keyEvidence(
  reference: string,
  metadata: Partial<KeyMetadata> = {},
  rest: Partial<KeyEvidence> = {},
): KeyEvidence {
  return {
    reference,
    region: REGION,
    metadata: known({
      arn: reference.startsWith('arn:') ? reference : keyArn(reference),
      accountId: ACCOUNT,
      manager: 'CUSTOMER',
      state: 'Enabled',
      origin: 'AWS_KMS',
      multiRegion: false,
      deletionDate: null,
      validTo: null,
      ...metadata,
    }),
    rotation: known({ enabled: true, periodInDays: 365, nextRotation: null }),
    policy: known('{"Version":"2012-10-17","Statement":[]}'),
    aliases: known([]),
    ...rest,
  };
}

export const sealed = (serverSide: ServerSideEncryption): ObjectEncryption => ({
  serverSide,
  clientSide: { kind: 'none' },
});

export const group = (encryption: ObjectEncryption, rest: Partial<SealGroup> = {}): SealGroup => ({
  dataClasses: ['p/phi'],
  encryption,
  objects: 1,
  bytes: 10,
  noncurrent: 0,
  ...rest,
});

export function censusOf(groups: readonly SealGroup[], rest: Partial<Census> = {}): Census {
  const objects = groups.reduce((sum, one) => sum + one.objects, 0);
  return {
    bucket: 'b',
    source: 'live',
    complete: true,
    incompleteReason: null,
    population: objects,
    populationBytes: 0,
    assessed: objects,
    excluded: {},
    deleteMarkers: 0,
    groups,
    unassessed: [],
    uploads: [],
    uploadsComplete: true,
    uploadsIncompleteReason: null,
    ...rest,
  };
}

export const keyRequirement = (rest: Partial<KeyRequirement> = {}): KeyRequirement => ({
  manager: 'any',
  arns: [],
  aliases: [],
  accounts: [],
  rotation: 'any',
  rotationMaxDays: null,
  ...rest,
});

export const encryptionRequirement = (rest: Partial<EncryptionRequirement> = {}): EncryptionRequirement => ({
  allow: ['SSE-KMS'],
  key: null,
  bucketKey: 'any',
  sseC: 'any',
  clientSide: 'any',
  unfinishedUploads: 'assess',
  ...rest,
});

export const requirement = (
  encryption: Partial<EncryptionRequirement> = {},
  rest: Partial<Requirement> = {},
): Requirement => ({
  id: 'r',
  pack: 'p',
  title: 'PHI must be sealed',
  dataClass: 'p/phi',
  severity: 'high',
  rationale: null,
  encryption: encryptionRequirement(encryption),
  transport: null,
  decrypt: null,
  paths: ['put'],
  controls: {},
  ...rest,
});

/** One KMS key, of this account or another. Times are milliseconds since the epoch. */
export type KmsKey = {
  arn: string;
  keyId: string;
  accountId: string;
  region: string;
  description: string;
  manager: 'AWS' | 'CUSTOMER';
  /** Enabled, Disabled, PendingDeletion, PendingImport, Unavailable … */
  state: string;
  /** AWS_KMS, EXTERNAL, AWS_CLOUDHSM, EXTERNAL_KEY_STORE. */
  origin: string;
  /** SYMMETRIC_DEFAULT, RSA_2048 … */
  spec: string;
  /** ENCRYPT_DECRYPT, SIGN_VERIFY … */
  usage: string;
  createdAt: number;
  deletionDate: number | null;
  validTo: number | null;
  multiRegion: 'PRIMARY' | 'REPLICA' | null;
  rotation: { enabled: boolean; periodInDays: number; nextRotation: number | null };
  /** Key policy document. */
  policy: string;
  /** True: the caller may not use or describe this key at all (403 from S3, AccessDeniedException from KMS). */
  accessDenied: boolean;
  tags?: Readonly<Record<string, string>>;
  grants?: KmsGrant[];
};

/** One KMS grant: permission to use a key that no policy shows. */
type KmsGrant = {
  grantId: string;
  name: string | null;
  createdAt: number;
  granteePrincipal: string;
  /** `Decrypt`, `GenerateDataKey` … */
  operations: readonly string[];
  encryptionContextSubset: Readonly<Record<string, string>> | null;
};

/** One IAM role, as far as AssumeRole needs it. */
export type Role = {
  arn: string;
  /** Null: the trust policy asks for none. */
  externalId: string | null;
  /** Principals (account ids or ARNs) it trusts; null trusts everyone. */
  trusts: readonly string[] | null;
  /** Longest session it allows, in seconds. */
  maxSessionSeconds: number;
};

/** One CloudTrail trail. */
export type Trail = {
  name: string;
  arn: string;
  accountId: string;
  homeRegion: string;
  multiRegion: boolean;
  organization: boolean;
  globalServiceEvents: boolean;
  s3Bucket: string;
  s3Prefix: string | null;
  kmsKeyId: string | null;
  logFileValidation: boolean;
  logging: boolean;
  startedAt: number | null;
  stoppedAt: number | null;
  latestDelivery: number | null;
  latestDeliveryError: string | null;
  latestDigestDelivery: number | null;
  /** GetEventSelectors' EventSelectors, as the API returns them; null when advanced ones are used. */
  eventSelectors: readonly Record<string, unknown>[] | null;
  /** GetEventSelectors' AdvancedEventSelectors, as the API returns them. */
  advancedEventSelectors: readonly Record<string, unknown>[] | null;
  /** True: GetTrailStatus and GetEventSelectors are denied to this caller. */
  accessDenied: boolean;
};

/** One CloudTrail record and where event history keeps it. */
export type CloudTrailEvent = {
  accountId: string;
  region: string;
  /** Milliseconds since the epoch; the same instant as the record's eventTime. */
  time: number;
  /** The CloudTrail record (eventVersion 1.11). */
  record: Readonly<Record<string, unknown>>;
};

/** A public key that CloudTrail signed digests with. */
export type TrailPublicKey = {
  region: string;
  /** DER of a PKCS#1 RSA public key. */
  value: Uint8Array;
  fingerprint: string;
  validFrom: number;
  validTo: number;
};

/** One AWS Config configuration item, in the encoding of GetResourceConfigHistory. */
export type ConfigItem = {
  accountId: string;
  region: string;
  resourceType: string;
  resourceId: string;
  captureTime: number;
  item: Readonly<Record<string, unknown>>;
};

/** One AWS Config recorder: whether an account's Region keeps configuration items at all. */
export type ConfigRecorder = {
  accountId: string;
  region: string;
  name: string;
  roleArn: string;
  recording: boolean;
  /** The last time recording was started, and stopped; null when it never was. */
  startedAt: number | null;
  stoppedAt: number | null;
  /** False: only `resourceTypes` are recorded. */
  allSupported: boolean;
  resourceTypes: readonly string[];
};

/** An AWS Config aggregator and the accounts and Regions that it collects from. */
export type ConfigAggregator = {
  name: string;
  accountId: string;
  region: string;
  sources: { accountId: string; region: string; status: 'SUCCEEDED' | 'FAILED' | 'OUTDATED' }[];
};

/** An AWS organization as its management account or a delegated administrator sees it. */
export type Organization = {
  id: string;
  managementAccountId: string;
  managementEmail: string;
  rootId: string;
  /** Member accounts that may read the organization besides the management account. */
  delegatedAdministrators: string[];
  accounts: OrganizationAccount[];
  /** Child id (account or organizational unit) → parent id (unit or root). */
  parents: Map<string, string>;
  policies: OrganizationPolicy[];
};

/** One member account. */
type OrganizationAccount = {
  id: string;
  name: string;
  email: string;
  /** ACTIVE, SUSPENDED, PENDING_CLOSURE, CLOSED. */
  status: string;
  joinedAt: number;
};

/** A service control policy or resource control policy. */
export type OrganizationPolicy = {
  id: string;
  name: string;
  type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';
  content: string;
  awsManaged: boolean;
  /** Ids of the root, units and accounts it is attached to. */
  targets: string[];
};

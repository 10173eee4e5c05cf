/** AWS::S3::Bucket items in the three encodings that AWS Config uses, from one description. */
export type ItemFacts = {
  readonly name: string;
  readonly region?: string;
  readonly status?: string;
  readonly capturedAt?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Supplementary values by name, opened; they replace the ones below, and null leaves one out. */
  readonly supplementary?: Readonly<Record<string, unknown>>;
};

export const CAPTURED_AT = '2026-11-25T09:26:01.334Z';
const ACCOUNT = '111122223333';
const OWNER = { displayName: null, id: 'eadb5178bbc89e74466498016ffb01b950e758026c6d44296c35646518db9217' };
const ACL = JSON.stringify({
  grantSet: null,
  grantList: [{ grantee: { id: OWNER.id, displayName: null }, permission: 'FullControl' }],
  owner: OWNER,
  isRequesterCharged: false,
});

export const sse = (
  sseAlgorithm: string,
  kmsMasterKeyID: string | null = null,
  bucketKeyEnabled = false,
) => ({
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm, kmsMasterKeyID }, bucketKeyEnabled }],
});

function supplementaryOf({ tags = {}, supplementary = {} }: ItemFacts): Record<string, unknown> {
  const all: Record<string, unknown> = {
    AccessControlList: ACL,
    BucketAccelerateConfiguration: { status: null },
    BucketLoggingConfiguration: { destinationBucketName: null, logFilePrefix: null },
    BucketNotificationConfiguration: { configurations: {} },
    BucketPolicy: { policyText: null },
    ...(Object.keys(tags).length === 0 ? {} : { BucketTaggingConfiguration: { tagSets: [{ tags }] } }),
    BucketVersioningConfiguration: { status: 'Off', isMfaDeleteEnabled: null },
    IsRequesterPaysEnabled: false,
    PublicAccessBlockConfiguration: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    },
    ServerSideEncryptionConfiguration: sse('AES256'),
    ...supplementary,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

const configurationOf = ({ name }: ItemFacts) => ({
  name,
  owner: OWNER,
  creationDate: '2020-12-28T03:36:13.000Z',
});

/** In a rule's invokingEvent: objects, but AccessControlList; other names for some members. */
export const eventItem = (facts: ItemFacts): Record<string, unknown> => ({
  relatedEvents: [],
  relationships: [],
  configuration: configurationOf(facts),
  supplementaryConfiguration: supplementaryOf(facts),
  tags: facts.tags ?? {},
  configurationItemVersion: '1.3',
  configurationItemCaptureTime: facts.capturedAt ?? CAPTURED_AT,
  configurationStateId: 1_764_062_761_334,
  awsAccountId: ACCOUNT,
  configurationItemStatus: facts.status ?? 'OK',
  resourceType: 'AWS::S3::Bucket',
  resourceId: facts.name,
  resourceName: facts.name,
  ARN: `arn:aws:s3:::${facts.name}`,
  awsRegion: facts.region ?? 'eu-west-1',
  availabilityZone: 'Regional',
  configurationStateMd5Hash: '',
  resourceCreationTime: '2020-12-28T03:36:13.000Z',
});

/** In GetResourceConfigHistory: every supplementary value is JSON text, AccessControlList twice over. */
export const historyItem = (facts: ItemFacts): Record<string, unknown> => ({
  version: '1.3',
  accountId: ACCOUNT,
  configurationItemCaptureTime: facts.capturedAt ?? CAPTURED_AT,
  configurationItemStatus: facts.status ?? 'OK',
  configurationStateId: '1764062761334',
  configurationItemMD5Hash: '',
  arn: `arn:aws:s3:::${facts.name}`,
  resourceType: 'AWS::S3::Bucket',
  resourceId: facts.name,
  resourceName: facts.name,
  awsRegion: facts.region ?? 'eu-west-1',
  availabilityZone: 'Regional',
  resourceCreationTime: '2020-12-28T03:36:13.000Z',
  tags: facts.tags ?? {},
  relatedEvents: [],
  relationships: [],
  configuration: JSON.stringify(configurationOf(facts)),
  supplementaryConfiguration: Object.fromEntries(
    Object.entries(supplementaryOf(facts)).map(([name, value]) => [name, JSON.stringify(value)]),
  ),
});

/** In a result of an advanced query: opened once, tags as a list. */
export const queryItem = (facts: ItemFacts): Record<string, unknown> => ({
  ...historyItem(facts),
  configuration: configurationOf(facts),
  supplementaryConfiguration: supplementaryOf(facts),
  tags: Object.entries(facts.tags ?? {}).map(([key, value]) => ({ key, value, tag: `${key}=${value}` })),
});

type Envelope = {
  readonly parameters?: Readonly<Record<string, string>> | null;
  readonly leftScope?: boolean;
  readonly token?: string;
};

const envelope = (invokingEvent: unknown, { parameters, leftScope = false, token = 'token' }: Envelope) => ({
  version: '1.0',
  invokingEvent: JSON.stringify(invokingEvent),
  ...(parameters === undefined ? {} : { ruleParameters: JSON.stringify(parameters ?? {}) }),
  resultToken: token,
  eventLeftScope: leftScope,
  executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
  configRuleArn: `arn:aws:config:eu-west-1:${ACCOUNT}:config-rule/config-rule-wgghnd`,
  configRuleName: 'sealcheck',
  configRuleId: 'config-rule-wgghnd',
  accountId: ACCOUNT,
});

/** The Lambda event when a bucket changed. */
export const changeEvent = (facts: ItemFacts, rest: Envelope = {}) =>
  envelope(
    {
      configurationItemDiff: { changedProperties: {}, changeType: 'UPDATE' },
      configurationItem: eventItem(facts),
      notificationCreationTime: '2026-11-25T09:26:02.210Z',
      messageType: 'ConfigurationItemChangeNotification',
      recordVersion: '1.3',
    },
    rest,
  );

const NOT_IN_SUMMARY = new Set([
  'configuration',
  'supplementaryConfiguration',
  'tags',
  'relationships',
  'relatedEvents',
]);

/** The Lambda event when a bucket changed and its item did not fit. */
export function oversizedEvent(facts: ItemFacts, rest: Envelope = {}) {
  const summary = Object.fromEntries(
    Object.entries(eventItem(facts)).filter(([name]) => !NOT_IN_SUMMARY.has(name)),
  );
  return envelope(
    {
      configurationItemSummary: { ...summary, changeType: 'UPDATE' },
      s3DeliverySummary: { s3BucketLocation: null, errorCode: null, errorMessage: null },
      notificationCreationTime: '2026-11-25T09:26:02.210Z',
      messageType: 'OversizedConfigurationItemChangeNotification',
      recordVersion: '1.0',
    },
    rest,
  );
}

/** The Lambda event of a rule on a schedule. */
export const scheduledEvent = (rest: Envelope = {}) =>
  envelope(
    {
      awsAccountId: ACCOUNT,
      notificationCreationTime: '2026-11-25T10:00:00.000Z',
      messageType: 'ScheduledNotification',
      recordVersion: '1.0',
    },
    rest,
  );

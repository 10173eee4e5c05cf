/** Records in the shapes of FACTS §5, to be changed by the case at hand. */
export const ACCOUNT = '111122223333';
export const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

type Fields = Readonly<Record<string, unknown>>;

export const role = (name = 'App', session = 'sess', account = ACCOUNT, path = ''): Fields => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${session}`,
  arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
  accountId: account,
  accessKeyId: 'ASIAEXAMPLE',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAEXAMPLE',
      arn: `arn:aws:iam::${account}:role/${path}${name}`,
      accountId: account,
      userName: name,
    },
    attributes: { creationDate: '2026-08-01T09:00:00Z', mfaAuthenticated: 'false' },
  },
  invokedBy: 'fas.s3.amazonaws.com',
});

export const user = (name = 'ana', account = ACCOUNT): Fields => ({
  type: 'IAMUser',
  principalId: 'AIDAEXAMPLE',
  arn: `arn:aws:iam::${account}:user/${name}`,
  accountId: account,
  userName: name,
});

export const context = (arn: string): Fields => ({ encryptionContext: { 'aws:s3:arn': arn } });

/** FACTS §5.1: S3 decrypts an object's data key for a reader. */
export function decryptRecord(rest: Fields = {}): Record<string, unknown> {
  return {
    eventVersion: '1.11',
    userIdentity: role(),
    eventTime: '2026-08-01T09:05:11Z',
    eventSource: 'kms.amazonaws.com',
    eventName: 'Decrypt',
    awsRegion: 'eu-west-1',
    sourceIPAddress: 'fas.s3.amazonaws.com',
    userAgent: 'fas.s3.amazonaws.com',
    requestParameters: {
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      ...context('arn:aws:s3:::my-bucket/path/to/key.csv'),
    },
    responseElements: null,
    requestID: '12345126-30d5-4b28-98b9-9153da559963',
    eventID: 'abcde202-ba1a-467c-b4ba-f729d45ae521',
    readOnly: true,
    resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: KEY }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
    ...rest,
  };
}

/** FACTS §5.3: refused, and without parameters and resources. */
export const deniedRecord = (rest: Fields = {}): Record<string, unknown> => {
  const record = decryptRecord();
  delete record['resources'];
  return {
    ...record,
    errorCode: 'AccessDenied',
    errorMessage: 'not authorized',
    requestParameters: null,
    ...rest,
  };
};

/** A Decrypt that a principal asked KMS for itself. */
export const directRecord = (rest: Fields = {}): Record<string, unknown> =>
  decryptRecord({
    userIdentity: user(),
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.40',
    requestParameters: { keyId: KEY, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
    tlsDetails: { tlsVersion: 'TLSv1.3' },
    ...rest,
  });

/** FACTS §5.6: an S3 data event. */
export const readRecord = (bucket: string, key: string, rest: Fields = {}): Record<string, unknown> => ({
  eventVersion: '1.11',
  userIdentity: role(),
  eventTime: '2026-08-01T09:05:12Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  awsRegion: 'eu-west-1',
  requestParameters: { bucketName: bucket, Host: `${bucket}.s3.eu-west-1.amazonaws.com`, key },
  responseElements: null,
  additionalEventData: { bytesTransferredOut: 25701.0, AuthenticationMethod: 'AuthHeader' },
  eventID: `read-${bucket}-${key}`,
  readOnly: 'true',
  eventType: 'AwsApiCall',
  managementEvent: false,
  eventCategory: 'Data',
  ...rest,
});

import { beforeEach, describe, expect, test } from '@jest/globals';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  SignCommand,
  CreateKeyCommand,
} from '@aws-sdk/client-kms';
import { CopyObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { ACCOUNT, expectRefusal, head, newBucket, newKey, NOON, put, REGION, useSandbox } from '../sdk.ts';
import type { Clients } from '../sdk.ts';
import { addKey } from './kms-record.ts';

const rig = useSandbox();
const ROLE = `arn:aws:sts::${ACCOUNT}:assumed-role/App/sess`;

beforeEach(() => {
  rig.state.events.length = 0;
  // Beyond the life of every bucket key that an earlier test left behind.
  rig.clock.now += 3_600_000;
});

type Record_ = Readonly<Record<string, unknown>>;

/** The records of one event name, oldest first. */
async function records(
  EventName: string,
  { cloudtrail }: Pick<Clients, 'cloudtrail'> = rig,
): Promise<Record_[]> {
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: EventName }];
  const { Events } = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes }));
  return (Events ?? []).map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent!) as Record_).reverse();
}
const sealed = (SSEKMSKeyId: string, BucketKeyEnabled = false) =>
  ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId, BucketKeyEnabled }) as const;
const get = ({ s3 }: Pick<Clients, 's3'>, Bucket: string, Key: string) =>
  s3.send(new GetObjectCommand({ Bucket, Key }));

describe('a GET of a KMS object shows as a Decrypt by its reader (FACTS §5.1)', () => {
  test('without a bucket key it names the object', async () => {
    const [Bucket, key] = [await newBucket(rig), await newKey(rig)];
    await put(rig, Bucket, 'path/to/key.csv', sealed(key));
    await get(rig.principal(ROLE), Bucket, 'path/to/key.csv');
    const issuer = `arn:aws:iam::${ACCOUNT}:role/App`;
    expect(await records('Decrypt')).toEqual([
      {
        eventVersion: '1.11',
        userIdentity: {
          type: 'AssumedRole',
          principalId: expect.stringMatching(/^AROA[A-Z2-7]{16}:sess$/),
          arn: ROLE,
          accountId: ACCOUNT,
          accessKeyId: expect.any(String),
          sessionContext: {
            sessionIssuer: {
              type: 'Role',
              principalId: expect.stringMatching(/^AROA/),
              arn: issuer,
              accountId: ACCOUNT,
              userName: 'App',
            },
            attributes: { creationDate: expect.any(String), mfaAuthenticated: 'false' },
          },
          invokedBy: 'fas.s3.amazonaws.com',
        },
        eventTime: `${new Date(rig.clock.now).toISOString().slice(0, 19)}Z`,
        eventSource: 'kms.amazonaws.com',
        eventName: 'Decrypt',
        awsRegion: REGION,
        sourceIPAddress: 'fas.s3.amazonaws.com',
        userAgent: 'fas.s3.amazonaws.com',
        // No keyId, unlike a direct call.
        requestParameters: {
          encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
          encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::${Bucket}/path/to/key.csv` },
        },
        responseElements: null,
        additionalEventData: { keyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) },
        requestID: expect.any(String),
        eventID: expect.stringMatching(/^[0-9a-f-]{36}$/),
        readOnly: true,
        resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: key }],
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: ACCOUNT,
        eventCategory: 'Management',
      },
    ]);
  });

  test('with a bucket key it names the bucket alone, and is made once in a while for each reader', async () => {
    const [Bucket, key] = [await newBucket(rig), await newKey(rig)];
    for (const name of ['a', 'b', 'c']) await put(rig, Bucket, name, sealed(key, true));
    const [one, two] = [rig.principal(ROLE), rig.principal(`arn:aws:iam::${ACCOUNT}:user/two`)];
    for (const name of ['a', 'b', 'c', 'a']) for (const reader of [one, two]) await get(reader, Bucket, name);
    const contextOf = (record: Record_) => (record['requestParameters'] as Record_)['encryptionContext'];
    const found = await records('Decrypt');
    expect(found.map(contextOf)).toEqual(Array(2).fill({ 'aws:s3:arn': `arn:aws:s3:::${Bucket}` }));
    expect((await records('GenerateDataKey')).map(contextOf)).toHaveLength(1);
    rig.clock.now += 6 * 60_000;
    await get(one, Bucket, 'a');
    expect(await records('Decrypt')).toHaveLength(3);
  });

  test.each<[string, (Bucket: string, key: string) => Promise<unknown>, number]>([
    ['HEAD decrypts nothing', (Bucket) => head(rig, Bucket, 'k'), 0],
    [
      'HEAD with the checksum does',
      (Bucket) => rig.s3.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' })),
      1,
    ],
    [
      'a copy decrypts its source',
      (Bucket) => rig.s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` })),
      1,
    ],
    [
      'a GET of an SSE-S3 object decrypts nothing that KMS sees',
      async (Bucket) => {
        await put(rig, Bucket, 'plain');
        await get(rig, Bucket, 'plain');
      },
      0,
    ],
  ])('%s', async (_, call, count) => {
    const [Bucket, key] = [await newBucket(rig), await newKey(rig)];
    await put(rig, Bucket, 'k', sealed(key));
    await call(Bucket, key);
    expect(await records('Decrypt')).toHaveLength(count);
  });

  test('a PUT shows as a GenerateDataKey (FACTS §5.4)', async () => {
    const [Bucket, key] = [await newBucket(rig), await newKey(rig)];
    await put(rig, Bucket, 'k', sealed(key));
    const [record] = await records('GenerateDataKey');
    expect(record).toMatchObject({
      readOnly: true,
      requestParameters: {
        keyId: key,
        keySpec: 'AES_256',
        encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::${Bucket}/k` },
      },
    });
  });
});

describe('refusals', () => {
  test('a denied Decrypt carries neither parameters nor resources (FACTS §5.3)', async () => {
    const [Bucket, key] = [await newBucket(rig), await newKey(rig)];
    await put(rig, Bucket, 'k', sealed(key));
    rig.state.keys.get(key)!.accessDenied = true;
    await expectRefusal(get(rig, Bucket, 'k'), 403, 'AccessDenied');
    const [record] = await records('Decrypt');
    expect(record).toMatchObject({
      errorCode: 'AccessDenied',
      errorMessage: expect.stringContaining('kms:Decrypt'),
      requestParameters: null,
      responseElements: null,
    });
    expect(record).not.toHaveProperty('resources');
    expect(record).not.toHaveProperty('additionalEventData');
  });

  test('a disabled key is named in the failure', async () => {
    const [Bucket, key] = [await newBucket(rig), await newKey(rig)];
    await put(rig, Bucket, 'k', sealed(key));
    rig.state.keys.get(key)!.state = 'Disabled';
    await expectRefusal(get(rig, Bucket, 'k'), 400, 'KMS.DisabledException');
    const [record] = await records('Decrypt');
    expect(record).toMatchObject({ errorCode: 'DisabledException', resources: [{ ARN: key }] });
  });
});

describe('across accounts (FACTS §5.5)', () => {
  test('a use is recorded in both, under one sharedEventID; a denial in the caller’s alone', async () => {
    const owner = '444455556666';
    const key = addKey(rig, { accountId: owner });
    const theirs = rig.principal(`arn:aws:iam::${owner}:user/auditor`);
    const { CiphertextBlob } = await rig.kms.send(
      new EncryptCommand({ KeyId: key.arn, Plaintext: Buffer.from('x') }),
    );
    await rig.kms.send(new DecryptCommand({ CiphertextBlob }));
    const [here] = await records('Decrypt');
    const [there] = await records('Decrypt', theirs);
    expect(here).toMatchObject({ recipientAccountId: ACCOUNT, sharedEventID: there!['sharedEventID'] });
    expect(there).toMatchObject({ recipientAccountId: owner, sharedEventID: expect.any(String) });
    expect(here!['eventID']).not.toBe(there!['eventID']);
    key.accessDenied = true;
    await expectRefusal(rig.kms.send(new DecryptCommand({ CiphertextBlob })), 400, 'AccessDeniedException');
    expect(await records('Decrypt')).toHaveLength(2);
    expect(await records('Decrypt', theirs)).toHaveLength(1);
  });
});

test('direct calls name key, parameters and TLS, and nobody in between', async () => {
  const key = await newKey(rig);
  const { KeyMetadata } = await rig.kms.send(
    new CreateKeyCommand({ KeySpec: 'ECC_NIST_P384', KeyUsage: 'SIGN_VERIFY' }),
  );
  const signer = KeyMetadata!.Arn!;
  const { CiphertextBlob } = await rig.kms.send(
    new GenerateDataKeyCommand({ KeyId: key, KeySpec: 'AES_128', EncryptionContext: { a: 'b' } }),
  );
  await rig.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: 'b' } }));
  const message = { KeyId: signer, Message: Buffer.from('x'), SigningAlgorithm: 'ECDSA_SHA_384' as const };
  await rig.kms.send(new SignCommand(message));
  const [generated] = await records('GenerateDataKey');
  expect(generated!['requestParameters']).toEqual({
    keyId: key,
    keySpec: 'AES_128',
    encryptionContext: { a: 'b' },
  });
  const [signed] = await records('Sign');
  expect(signed!['requestParameters']).toEqual({
    keyId: signer,
    messageType: 'RAW',
    signingAlgorithm: 'ECDSA_SHA_384',
  });
  const [decrypted] = await records('Decrypt');
  expect(decrypted).toMatchObject({
    requestParameters: { keyId: key, encryptionContext: { a: 'b' } },
    tlsDetails: { tlsVersion: 'TLSv1.3' },
    userIdentity: { type: 'IAMUser', userName: 'sandbox' },
  });
  expect(decrypted!['userIdentity']).not.toHaveProperty('invokedBy');
});

test('event history keeps the newest 50,000 events', async () => {
  const filler = { accountId: ACCOUNT, region: REGION, time: NOON, record: {} };
  for (let i = 0; i < 50_000; i += 1) rig.state.events.push(filler);
  const [Bucket, key] = [await newBucket(rig), await newKey(rig)];
  await put(rig, Bucket, 'k', sealed(key));
  expect(rig.state.events).toHaveLength(50_000);
  expect(rig.state.events.at(-1)!.record['eventName']).toBe('GenerateDataKey');
});

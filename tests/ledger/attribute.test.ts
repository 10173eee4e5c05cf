import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attribute } from '../../lib/ledger/attribute.ts';
import type { DecryptEvent } from '../../lib/ledger/attribute.ts';
import { ACCOUNT, context, decryptRecord, deniedRecord, directRecord, KEY, role, user } from './records.ts';

const eventOf = (record: unknown): DecryptEvent => {
  const attribution = attribute(record);
  if (attribution.kind !== 'decrypt')
    throw new Error(`expected a Decrypt, got ${JSON.stringify(attribution)}`);
  return attribution.event;
};
const through = (rest: Record<string, unknown>) => decryptRecord(rest);
const parameters = (encryptionContext: unknown) => ({ requestParameters: { encryptionContext } });
const APP = `arn:aws:iam::${ACCOUNT}:role/App`;

describe('what a Decrypt was for', () => {
  test.each<[string, unknown, Partial<DecryptEvent>]>([
    [
      'S3 names the object',
      decryptRecord(),
      { via: 's3', bucket: 'my-bucket', object: 'path/to/key.csv', precision: 'object' },
    ],
    [
      'a bucket key hides the object',
      through({ requestParameters: context('arn:aws:s3:::my-bucket') }),
      { via: 's3', bucket: 'my-bucket', object: null, precision: 'bucket' },
    ],
    [
      'S3 in 2020, as AWS Internal',
      through({ userIdentity: { ...role(), invokedBy: 'AWS Internal' }, sourceIPAddress: 'AWS Internal' }),
      { via: 's3', bucket: 'my-bucket' },
    ],
    [
      'S3 without invokedBy',
      through({ userIdentity: user(), sourceIPAddress: '198.51.100.7' }),
      { via: 's3', bucket: 'my-bucket' },
    ],
    [
      'invokedBy S3 does not make it S3',
      through(parameters({ SecretARN: 'arn:aws:secretsmanager:x' })),
      { via: 'service', purpose: 'Secrets Manager', bucket: null, precision: 'none' },
    ],
    [
      'another partition',
      through({ requestParameters: context('arn:aws-us-gov:s3:::b/k') }),
      { via: 's3', bucket: 'b', object: 'k' },
    ],
    [
      'a key with colons, line feeds and slashes',
      through({ requestParameters: context('arn:aws:s3:::b/a:b\n//c') }),
      { object: 'a:b\n//c' },
    ],
    [
      'an aws:s3:arn that is none',
      through({ requestParameters: context('not an arn') }),
      { via: 'service', purpose: 'S3, with an unreadable aws:s3:arn', bucket: null },
    ],
    [
      'an aws:s3:arn that is a number',
      through(parameters({ 'aws:s3:arn': 7 })),
      { via: 'service', purpose: 'context aws:s3:arn' },
    ],
    [
      'an SSM parameter',
      through(parameters({ PARAMETER_ARN: 'arn:aws:ssm:x' })),
      { via: 'service', purpose: 'SSM Parameter Store' },
    ],
    ['an EBS volume', through(parameters({ 'aws:ebs:id': 'vol-1' })), { via: 'service', purpose: 'EBS' }],
    [
      'a service nobody listed',
      through(parameters({ 'aws:new:id': '1' })),
      { via: 'service', purpose: 'context aws:new:id' },
    ],
    ['a direct call', directRecord(), { via: 'direct', purpose: null, keyArn: KEY }],
    [
      'a direct call with a context of its own',
      directRecord({ requestParameters: { keyId: KEY, encryptionContext: { tenant: '7' } } }),
      { via: 'direct', purpose: 'context tenant' },
    ],
    [
      'a context from Object.prototype is not a context',
      directRecord(parameters({})),
      { via: 'direct', purpose: null },
    ],
  ])('%s', (_name, record, expected) => {
    expect(eventOf(record)).toMatchObject(expected);
  });
});

describe('who decrypted', () => {
  test.each<[string, unknown, Partial<DecryptEvent['principal']>]>([
    [
      'a session folds to its role and is kept',
      role(),
      { kind: 'role', name: APP, session: 'sess', accountId: ACCOUNT },
    ],
    [
      'the role keeps its path',
      role('App', 's', ACCOUNT, 'ehr/prod/'),
      { name: `arn:aws:iam::${ACCOUNT}:role/ehr/prod/App` },
    ],
    [
      'a session without its issuer',
      { type: 'AssumedRole', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/App/s` },
      { kind: 'role', name: APP, session: 's', accountId: ACCOUNT },
    ],
    [
      'an issuer that is no role does not stand in for one',
      { ...role(), sessionContext: { sessionIssuer: { arn: 'x' } } },
      { name: APP },
    ],
    ['an IAM user', user(), { kind: 'user', name: `arn:aws:iam::${ACCOUNT}:user/ana`, session: null }],
    [
      'the root user',
      { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
      { kind: 'root' },
    ],
    [
      'a federated user',
      { type: 'FederatedUser', arn: `arn:aws:sts::${ACCOUNT}:federated-user/bo` },
      { kind: 'federated' },
    ],
    [
      'a service by itself',
      { type: 'AWSService', invokedBy: 's3.amazonaws.com' },
      { kind: 'service', name: 's3.amazonaws.com', accountId: null },
    ],
    [
      'a foreign account and no more',
      { type: 'AWSAccount', accountId: '444455556666', principalId: 'AROAX:s' },
      { kind: 'account', name: '444455556666', accountId: '444455556666' },
    ],
    [
      'a type of the future with an ARN we know',
      { type: 'Robot', arn: `arn:aws:iam::${ACCOUNT}:user/r2` },
      { kind: 'user' },
    ],
    [
      'a type of the future',
      { type: 'IdentityCenterUser', accountId: ACCOUNT },
      { kind: 'unidentified', accountId: ACCOUNT },
    ],
    ['no identity', undefined, { kind: 'unidentified', name: 'unidentified', accountId: null }],
    ['an identity that is a list', [], { kind: 'unidentified' }],
    [
      'an account that is a number',
      { type: 'AWSAccount', accountId: 444455556666 },
      { kind: 'unidentified', accountId: null },
    ],
  ])('%s', (_name, userIdentity, expected) => {
    expect(eventOf(through({ userIdentity })).principal).toMatchObject(expected);
  });
});

describe('key, outcome and identity of the event', () => {
  test.each<[string, unknown, Partial<DecryptEvent>]>([
    ['the key of an S3 call comes from resources', decryptRecord(), { keyArn: KEY, outcome: 'opened' }],
    [
      'resources in another order',
      through({ resources: [{ ARN: 'arn:aws:kms:eu-west-1:1:alias/a' }, { ARN: KEY }] }),
      { keyArn: KEY },
    ],
    [
      'an alias is not a key',
      directRecord({ resources: [], requestParameters: { keyId: 'alias/phi' } }),
      { keyArn: null },
    ],
    ['a key ARN that the caller named', directRecord({ resources: undefined }), { keyArn: KEY }],
    ['resources that are no list', through({ resources: 'none' }), { keyArn: null }],
    [
      'denied, without parameters and resources',
      deniedRecord(),
      { outcome: 'denied', keyArn: null, bucket: null, via: 'service', purpose: 'fas.s3.amazonaws.com' },
    ],
    [
      'denied, in the other spelling',
      deniedRecord({ errorCode: 'AccessDeniedException' }),
      { outcome: 'denied' },
    ],
    [
      'denied, with everything',
      through({ errorCode: 'AccessDenied' }),
      { outcome: 'denied', keyArn: KEY, bucket: 'my-bucket' },
    ],
    ['a disabled key', through({ errorCode: 'DisabledException' }), { outcome: 'failed' }],
    ['an id of its own', decryptRecord(), { id: 'abcde202-ba1a-467c-b4ba-f729d45ae521', shared: false }],
    [
      'copies in two accounts share an id',
      through({ sharedEventID: 'shared-1' }),
      { id: 'shared-1', shared: true },
    ],
    ['no id at all', through({ eventID: undefined }), { id: null }],
    [
      'fractions of a second',
      through({ eventTime: '2026-08-01T09:05:11.250Z' }),
      { time: '2026-08-01T09:05:11Z' },
    ],
    [
      'a version of the future',
      through({ eventVersion: '3.0', readOnly: 'true', bytes: 1.5e3 }),
      { keyArn: KEY },
    ],
  ])('%s', (_name, record, expected) => {
    expect(eventOf(record)).toMatchObject(expected);
  });

  test.each<[string, string, unknown]>([
    ['another call to KMS', 'other', through({ eventName: 'GenerateDataKey' })],
    ['another service', 'other', through({ eventSource: 's3.amazonaws.com' })],
    ['null', 'other', null],
    ['no time', 'bad', through({ eventTime: undefined })],
    ['a time that is a number', 'bad', through({ eventTime: 1785578400 })],
    ['a day that does not exist', 'bad', through({ eventTime: '2026-13-41T00:00:00Z' })],
  ])('%s is %s', (_name, kind, record) => {
    expect(attribute(record).kind).toBe(kind);
  });

  test('any JSON value gets an answer, and every text in it is bounded', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (identity, request) => {
        const answer = attribute(
          through({ userIdentity: identity, requestParameters: request, resources: request }),
        );
        expect(['decrypt', 'bad']).toContain(answer.kind);
      }),
    );
    const huge = eventOf(through({ requestParameters: context(`arn:aws:s3:::b/${'k'.repeat(200_000)}`) }));
    expect(huge.object?.length).toBeLessThan(3000);
  });
});

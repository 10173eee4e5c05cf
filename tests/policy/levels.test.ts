import { describe, expect, test } from '@jest/globals';
import { isDenied } from '../../lib/policy/evaluate/evaluate.ts';
import { levelOf } from '../../lib/policy/levels.ts';
import { parsePolicy } from '../../lib/policy/parse/document.ts';
import type { PolicyDocument } from '../../lib/policy/document.ts';

const scp = (...statements: readonly object[]): PolicyDocument =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'scp', 'an SCP');
const allow = (Action: string | readonly string[], rest: object = {}): object => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...rest,
});
const FULL = allow('*');
const DENY_PUT = { Effect: 'Deny', Action: 's3:Put*', Resource: '*' };
const IN_REGION = { Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } };

/** What a level lets a user of its account write: `no` is not denied, and `partly` is not settled by the level. */
const CASES: readonly {
  readonly is: string;
  readonly policies: readonly PolicyDocument[];
  readonly denied: Readonly<
    Record<'s3:PutObject' | 's3:ReplicateObject' | 's3:UpdateObjectEncryption', string>
  >;
  readonly partly?: readonly string[];
}[] = [
  {
    is: 'without policies it is switched off',
    policies: [],
    denied: { 's3:PutObject': 'no', 's3:ReplicateObject': 'no', 's3:UpdateObjectEncryption': 'no' },
  },
  {
    is: 'FullAWSAccess lets everything through',
    policies: [scp(FULL)],
    denied: { 's3:PutObject': 'no', 's3:ReplicateObject': 'no', 's3:UpdateObjectEncryption': 'no' },
  },
  {
    is: 'what one policy denies no other allows',
    policies: [scp(FULL), scp(DENY_PUT)],
    denied: { 's3:PutObject': 'yes', 's3:ReplicateObject': 'no', 's3:UpdateObjectEncryption': 'no' },
  },
  {
    is: 'an allow-list stops what is not on it',
    policies: [scp(allow('s3:PutObject'))],
    denied: { 's3:PutObject': 'no', 's3:ReplicateObject': 'yes', 's3:UpdateObjectEncryption': 'yes' },
  },
  {
    is: 'policies of one level allow together',
    policies: [scp(allow('s3:PutObject')), scp(allow('s3:Replicate*'))],
    denied: { 's3:PutObject': 'no', 's3:ReplicateObject': 'no', 's3:UpdateObjectEncryption': 'yes' },
  },
  {
    is: 'an allow-list of other services stops every write',
    policies: [scp(allow(['ec2:*', 'iam:*']))],
    denied: { 's3:PutObject': 'yes', 's3:ReplicateObject': 'yes', 's3:UpdateObjectEncryption': 'yes' },
  },
  {
    is: 'NotAction allows the rest',
    policies: [scp({ Effect: 'Allow', NotAction: 's3:UpdateObjectEncryption', Resource: '*' })],
    denied: { 's3:PutObject': 'no', 's3:ReplicateObject': 'no', 's3:UpdateObjectEncryption': 'yes' },
  },
  {
    is: 'what is allowed under a condition is not settled',
    policies: [scp(allow('s3:*', IN_REGION))],
    denied: { 's3:PutObject': 'no', 's3:ReplicateObject': 'no', 's3:UpdateObjectEncryption': 'no' },
    partly: ['put', 'replicate', 'update'],
  },
  {
    is: 'what is allowed on some resources is not settled, unless another policy allows it on all',
    policies: [scp(allow('s3:*', { Resource: 'arn:aws:s3:::a/*' })), scp(allow('s3:PutObject'))],
    denied: { 's3:PutObject': 'no', 's3:ReplicateObject': 'no', 's3:UpdateObjectEncryption': 'no' },
    partly: ['replicate', 'update'],
  },
];

describe('the SCPs of one level of an organization', () => {
  test.each(CASES)('$is', ({ policies, denied, partly = [] }) => {
    const level = levelOf(policies, 'scp', 'ou-test');
    const documents = [...level.denies, ...level.closed];
    const answer = (action: string): string =>
      isDenied(documents, {
        action,
        resource: 'arn:aws:s3:::b/k',
        principal: { kind: 'user', partition: 'aws', account: '111122223333', path: 'u', id: 'AIDA' },
        context: {},
        boundByScp: true,
      });
    expect(Object.fromEntries(Object.keys(denied).map((action) => [action, answer(action)]))).toEqual(denied);
    expect(level.partly).toEqual(partly);
  });

  test('whom no SCP binds, a level that allows nothing does not stop', () => {
    const { closed } = levelOf([scp(allow('ec2:*'))], 'scp', 'ou-test');
    const request = {
      action: 's3:PutObject',
      resource: 'arn:aws:s3:::b/k',
      principal: { kind: 'anonymous' },
      context: {},
      boundByScp: false,
    } as const;
    expect(isDenied(closed, request)).toBe('no');
  });
});

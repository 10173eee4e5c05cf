import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { policyCommandFor } from '../../lib/checks/enforced-question.ts';
import { keysInQuestion } from '../../lib/checks/enforced.ts';
import type { Requirement } from '../../lib/model/requirement.ts';
import { known } from '../../lib/model/observed.ts';
import {
  bucketEvidence,
  defaultEncryption,
  keyArn,
  keyEvidence,
  keyRequirement,
  requirement,
} from '../support/evidence.ts';

const command = (asked: Requirement, name = 'records', keyPrefixes: readonly string[] | null = null) =>
  policyCommandFor({
    requirement: asked,
    bucket: bucketEvidence({ name }),
    keyPrefixes,
    keyOf: () => undefined,
  });

describe('the command that writes the policy', () => {
  test.each<[string, Requirement, string]>([
    ['the types', requirement({ allow: ['SSE-KMS', 'DSSE-KMS'] }), '--require SSE-KMS DSSE-KMS --paths put'],
    [
      'the keys, by every kind of name',
      requirement({
        key: keyRequirement({
          arns: [keyArn('k*')],
          accounts: ['111122223333'],
        }),
      }),
      `--require SSE-KMS --key 'arn:aws:kms:eu-west-1:111122223333:key/k*' 111122223333 --paths put`,
    ],
    [
      'the full ARNs where it asks who manages the key',
      requirement({ key: keyRequirement({ manager: 'CUSTOMER', arns: [keyArn('k')] }) }),
      `--require SSE-KMS --key ${keyArn('k')} customer-managed --paths put`,
    ],
    [
      'a key to be named where none is',
      requirement({ key: keyRequirement({ aliases: ['alias/phi'] }) }),
      '--require SSE-KMS --key KEY_ARN --paths put',
    ],
    [
      'no keys where no type has one',
      requirement({ allow: ['SSE-S3'], key: keyRequirement({ manager: 'CUSTOMER' }) }),
      '--require SSE-S3 --paths put',
    ],
    [
      'no SSE-C where that must be blocked',
      requirement({ allow: ['SSE-S3', 'SSE-C'], sseC: 'blocked' }),
      '--require SSE-S3 --paths put',
    ],
    [
      'transport and paths',
      requirement({}, { transport: { tls: '1.2' }, paths: ['put', 'update'] }),
      '--require SSE-KMS --tls 1.2 --paths put update',
    ],
  ])('asks for %s', (_, asked, words) => {
    expect(command(asked)).toBe(`sealcheck policy --bucket records ${words}`);
  });

  test.each([
    ['the key of the bucket default where that will do', 'CUSTOMER', keyArn('ours')],
    ['not that key where it will not', 'AWS', 'KEY_ARN'],
  ] as const)('names %s', (_, manager, named) => {
    const bucket = bucketEvidence({
      name: 'records',
      defaultEncryption: known(defaultEncryption({ algorithm: 'aws:kms', kmsKey: 'alias/ours' })),
    });
    const keyOf = (reference: string) => keyEvidence(reference, { arn: keyArn('ours') });
    const asked = requirement({ key: keyRequirement({ manager }) });
    expect(policyCommandFor({ requirement: asked, bucket, keyPrefixes: null, keyOf })).toContain(
      ` --key ${named} `,
    );
  });

  test('keeps to the keys of the data class, each in one word', () => {
    expect(command(requirement(), 'records', ['phi/', '-x y'])).toBe(
      "sealcheck policy --bucket records --require SSE-KMS --paths put --prefix=phi/ '--prefix=-x y'",
    );
  });

  test.each(['$(id)', '-v', 'a b', 'x', 'ok\nrm -rf /', ''])(
    'is not written for a bucket named %j',
    (name) => {
      expect(command(requirement(), name)).toBeNull();
    },
  );

  test('is not written when no type is left', () => {
    expect(command(requirement({ allow: ['SSE-C'], sseC: 'blocked' }))).toBeNull();
  });

  test('is read back by a shell word for word, whatever a pack or a key is called', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).map((text) => text.replaceAll('\0', '')),
        (text) => {
          const line = command(requirement({ key: keyRequirement({ arns: [`arn:${text}`] }) }), 'records', [
            text,
          ])!;
          const read = execFileSync('bash', ['-c', `sealcheck() { printf '%s\\0' "$@"; }; ${line}`]);
          const words = read.toString('utf8').split('\0');
          expect(words).toContain(`arn:${text}`);
          expect(words.at(-2)).toBe(`--prefix=${text}`);
        },
      ),
      { numRuns: 25 },
    );
  });
});

test('the keys in question are those of the requirement, of the default and in the policy', () => {
  const asked = requirement({ key: keyRequirement({ arns: [keyArn('named'), keyArn('any*')] }) });
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::b/*',
      Condition: {
        StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn('pinned') },
      },
    },
  });
  const bucket = (text: string) =>
    bucketEvidence({
      policy: known(text),
      defaultEncryption: known(defaultEncryption({ algorithm: 'aws:kms', kmsKey: 'alias/default' })),
    });
  const of = (text: string) =>
    keysInQuestion({
      requirement: asked,
      bucket: bucket(text),
      census: null,
      keyOf: () => undefined,
      scope: 'whole-bucket',
      keyPrefixes: null,
      asOf: '2026-11-01T00:00:00Z',
    });
  expect(of(policy)).toEqual([keyArn('named'), keyArn('pinned'), 'alias/default']);
  expect(of('not JSON')).toEqual([keyArn('named'), 'alias/default']);
});

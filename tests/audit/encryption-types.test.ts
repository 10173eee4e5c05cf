import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  newObject,
  sealCustomer,
  sealDsse,
  sealKms,
  sealNone,
  sealSseS3,
} from '../../lib/sandbox/objects.ts';
import { awsS3Key } from '../../lib/sandbox/services/kms/managed-key.ts';
import type { ObjectVersion } from '../../lib/sandbox/state-s3.ts';
import type { Status } from '../../lib/model/finding.ts';
import { auditSandbox, findingOf, removeRuns, unaccounted } from '../support/run.ts';
import type { TestRun } from '../support/run.ts';
import { ACCOUNT, KEY_ARN, NOW, REGION, addBucket, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

const FOREIGN_KEY = `arn:aws:kms:${REGION}:999988887777:key/0f0f0f0f-0000-4000-8000-000000000000`;
const V1 = { 'x-amz-key': 'k', 'x-amz-iv': 'i', 'x-amz-matdesc': '{}' };
const V2 = {
  'x-amz-key-v2': 'k',
  'x-amz-iv': 'i',
  'x-amz-matdesc': '{}',
  'x-amz-wrap-alg': 'kms+context',
  'x-amz-cek-alg': 'AES/GCM/NoPadding',
  'x-amz-tag-len': '128',
};
const V3 = { 'x-amz-c': '115', 'x-amz-3': 'k', 'x-amz-w': '12', 'x-amz-d': 'd', 'x-amz-i': 'i' };

const PASS: Status = 'COMPLIANT';
const FAIL: Status = 'NON_COMPLIANT';
const UNKNOWN: Status = 'INSUFFICIENT_DATA';

/** How one object of each kind fares under each requirement. A new kind of seal is a row here. */
const TABLE: readonly (readonly [string, Partial<ObjectVersion>, Readonly<Record<string, Status>>])[] = [
  row('sse-s3', { seal: sealSseS3 }, [FAIL, PASS, PASS, FAIL]),
  row('sse-kms-own-key', { seal: sealKms(KEY_ARN) }, [PASS, PASS, PASS, FAIL]),
  row('sse-kms-bucket-key', { seal: sealKms(KEY_ARN, true) }, [PASS, PASS, PASS, FAIL]),
  row('sse-kms-foreign-key', { seal: sealKms(FOREIGN_KEY) }, [FAIL, PASS, PASS, FAIL]),
  row('dsse-kms', { seal: sealDsse(KEY_ARN) }, [PASS, PASS, PASS, FAIL]),
  row('sse-c', { seal: sealCustomer('1B2M2Y8AsgTpgAmY7PhCfg==') }, [FAIL, PASS, FAIL, UNKNOWN]),
  row('before-2023', { seal: sealNone }, [FAIL, FAIL, FAIL, FAIL]),
  row('fsx', { seal: { ...sealSseS3, algorithm: 'aws:fsx' } }, [UNKNOWN, UNKNOWN, UNKNOWN, FAIL]),
  row('client-v1', { seal: sealSseS3, metadata: V1 }, [FAIL, PASS, PASS, PASS]),
  row('client-v2', { seal: sealSseS3, metadata: V2 }, [FAIL, PASS, PASS, PASS]),
  row('client-v3-in-kms', { seal: sealKms(KEY_ARN), metadata: V3 }, [PASS, PASS, PASS, PASS]),
  row('client-two-formats', { seal: sealSseS3, metadata: { ...V1, ...V2 } }, [FAIL, PASS, PASS, FAIL]),
];

function row(
  name: string,
  version: Partial<ObjectVersion>,
  [own, any, noC, client]: readonly [Status, Status, Status, Status],
): (typeof TABLE)[number] {
  return [
    name,
    version,
    { 'kms-own-key': own, 'any-encryption': any, 'no-sse-c': noC, 'client-side': client },
  ];
}

describe('every encryption type × requirement, through LIST and HEAD', () => {
  let sandbox: TestSandbox;
  let run: TestRun;

  beforeAll(async () => {
    sandbox = await startTestSandbox();
    for (const [name, version] of TABLE) {
      addBucket(sandbox.state, name).objects.set('object', [
        newObject({ size: 1, lastModified: NOW, ...version }),
      ]);
    }
    const managed = awsS3Key(sandbox.state, ACCOUNT, REGION);
    addBucket(sandbox.state, 'aws-managed').objects.set('object', [
      newObject({ size: 1, lastModified: NOW, seal: sealKms(managed.arn) }),
    ]);
    const byFile = addBucket(sandbox.state, 'instruction-file').objects;
    byFile.set('object', [newObject({ size: 1, lastModified: NOW })]);
    byFile.set('object.instruction', [
      newObject({ size: 1, lastModified: NOW, metadata: { 'x-amz-crypto-instr-file': '' } }),
    ]);
    run = await auditSandbox(sandbox);
  });
  afterAll(async () => {
    await sandbox.close();
    await removeRuns();
  });

  test.each(TABLE)('%s', (bucket, _version, expected) => {
    const actual = Object.fromEntries(
      Object.keys(expected).map((id) => [id, findingOf(run, bucket, id, 'stored').status]),
    );
    expect(actual).toEqual(expected);
  });

  test('the AWS managed key is encryption, and is not a key of ours', () => {
    expect(findingOf(run, 'aws-managed', 'any-encryption', 'stored').status).toBe(PASS);
    expect(findingOf(run, 'aws-managed', 'kms-own-key', 'stored').status).toBe(FAIL);
  });

  test('an object with an instruction file counts as encrypted by the client', () => {
    expect(findingOf(run, 'instruction-file', 'client-side', 'stored').status).toBe(PASS);
  });

  test('every bucket and every object is accounted for', () => {
    const { coverage } = run.assessment;
    expect(coverage.buckets.population).toBe(TABLE.length + 2);
    expect(coverage.objects).toMatchObject({ population: TABLE.length + 3, assessed: TABLE.length + 3 });
    expect(unaccounted(coverage)).toEqual({ buckets: 0, objects: 0 });
  });

  test('a seal that S3 invents later is named as it is, and never passes', () => {
    expect(findingOf(run, 'fsx', 'any-encryption', 'stored').reasons.join()).toContain('aws:fsx');
  });
});

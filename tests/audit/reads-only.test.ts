import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sealKms, sealSseS3 } from '../../lib/sandbox/objects.ts';
import { athenaOver, configureMetadata, withAthena } from '../support/metadata-estate.ts';
import { auditSandbox, findingOf, removeRuns } from '../support/run.ts';
import { KEY_ARN, addBucket, addObjects, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await startTestSandbox();
});
afterEach(async () => {
  await sandbox.close();
  await removeRuns();
});

describe('the auditor reads only', () => {
  test('no call changes anything, and no object is opened', async () => {
    addObjects(addBucket(sandbox.state, 'data'), ['a', 'b.instruction'], sealKms(KEY_ARN));
    await auditSandbox(sandbox);
    const { log } = sandbox.state;
    expect(log.length).toBeGreaterThan(15);
    const s3 = log.filter(({ operation }) => operation.startsWith('s3:'));
    expect(s3.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
    expect(s3.map(({ operation }) => operation)).not.toContain('s3:GetObject');
    const others = new Set(log.map(({ operation }) => operation).filter((name) => !name.startsWith('s3:')));
    expect([...others].sort()).toEqual([
      'kms:DescribeKey',
      'kms:GetKeyPolicy',
      'kms:GetKeyRotationStatus',
      'kms:ListAliases',
      'sts:GetCallerIdentity',
    ]);
  });

  test('from a metadata table, no object of a bucket is asked anything, and Athena is told only to read', async () => {
    const bucket = addBucket(sandbox.state, 'data');
    addObjects(bucket, ['a', 'b.instruction'], sealKms(KEY_ARN));
    configureMetadata(bucket);
    const athena = await athenaOver([bucket]);
    await auditSandbox(sandbox, {
      configuration: { source: 'metadata', athena: { output: 's3://results/', workgroup: null } },
      context: { aws: withAthena(sandbox.aws, athena) },
    });
    const { log } = sandbox.state;
    expect(log.filter(({ key }) => key !== null)).toEqual([]);
    expect(log.filter(({ operation }) => /HeadObject|GetObject$|ListObject/.test(operation))).toEqual([]);
    expect(athena.statements().length).toBeGreaterThan(1);
    for (const sql of athena.statements()) expect(sql).toMatch(/^WITH entries AS \(\s+SELECT /);
    athena.close();
  });

  test('the report bucket is the only one written to, and is not audited', async () => {
    addObjects(addBucket(sandbox.state, 'data'), ['a'], sealSseS3);
    addBucket(sandbox.state, 'reports');
    const { assessment } = await auditSandbox(sandbox, { configuration: { reportBucket: 'reports' } });
    const writes = sandbox.state.log.filter(({ method }) => method === 'PUT');
    expect(new Set(writes.map(({ bucket }) => bucket))).toEqual(new Set(['reports']));
    expect(assessment.findings.map(({ bucket }) => bucket)).not.toContain('reports');
  });

  test('a default under the AWS managed key is judged without asking KMS, which would create that key', async () => {
    addBucket(sandbox.state, 'data', {
      encryption: { algorithm: 'aws:kms', kmsKey: null, bucketKey: false, blocked: ['SSE-C'] },
    });
    const keys = sandbox.state.keys.size;
    const run = await auditSandbox(sandbox);
    expect(findingOf(run, 'data', 'kms-own-key', 'default').status).toBe('NON_COMPLIANT');
    expect(sandbox.state.requests.get('kms:DescribeKey')).toBeUndefined();
    expect(sandbox.state.keys.size).toBe(keys);
  });
});

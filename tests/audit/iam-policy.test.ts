import { rm } from 'node:fs/promises';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { auditorPolicy } from '../../lib/audit/iam-policy.ts';
import type { IamPolicy } from '../../lib/audit/iam-policy.ts';
import { openSigner } from '../../lib/audit/signing-key.ts';
import { main } from '../../lib/cli/main.ts';
import { matchesGlob } from '../../lib/model/glob.ts';
import type { RunConfiguration } from '../../lib/model/run.ts';
import { newObject, sealKms, sealSseS3 } from '../../lib/sandbox/objects.ts';
import { newKey } from '../../lib/sandbox/services/kms/new-key.ts';
import type { RequestLogEntry } from '../../lib/sandbox/state.ts';
import { deliver } from '../ledger/trail-files.ts';
import { audit, packText } from '../support/audit-run.ts';
import type { AthenaServer } from '../support/duckdb-athena.ts';
import { athenaOver, configureMetadata, withAthena } from '../support/metadata-estate.ts';
import { auditSandbox } from '../support/run.ts';
import { addBucket } from '../support/sandbox.ts';
import { sandboxTrail } from '../support/sandbox-trail.ts';
import { deliverTo, put, putMarker, startEstate } from '../support/sandbox-estate.ts';
import type { Estate } from '../support/sandbox-estate.ts';

/** What each call is authorised by (Service Authorization Reference); `object` needs an object's ARN. */
const AUTHORISED_BY: Readonly<
  Record<
    string,
    { readonly action: string; readonly on: 'account' | 'bucket' | 'object' | 'key' | 'workgroup' }
  >
> = {
  's3:ListBuckets': { action: 's3:ListAllMyBuckets', on: 'account' },
  's3:HeadBucket': { action: 's3:ListBucket', on: 'bucket' },
  's3:GetBucketTagging': { action: 's3:GetBucketTagging', on: 'bucket' },
  's3:GetBucketEncryption': { action: 's3:GetEncryptionConfiguration', on: 'bucket' },
  's3:GetBucketPolicy': { action: 's3:GetBucketPolicy', on: 'bucket' },
  's3:GetBucketVersioning': { action: 's3:GetBucketVersioning', on: 'bucket' },
  's3:GetPublicAccessBlock': { action: 's3:GetBucketPublicAccessBlock', on: 'bucket' },
  's3:GetBucketOwnershipControls': { action: 's3:GetBucketOwnershipControls', on: 'bucket' },
  's3:GetBucketLogging': { action: 's3:GetBucketLogging', on: 'bucket' },
  's3:GetBucketReplication': { action: 's3:GetReplicationConfiguration', on: 'bucket' },
  's3:GetObjectLockConfiguration': { action: 's3:GetBucketObjectLockConfiguration', on: 'bucket' },
  's3:ListBucketInventoryConfigurations': { action: 's3:GetInventoryConfiguration', on: 'bucket' },
  's3:GetBucketMetadataConfiguration': { action: 's3:GetBucketMetadataTableConfiguration', on: 'bucket' },
  's3:GetBucketMetadataTableConfiguration': {
    action: 's3:GetBucketMetadataTableConfiguration',
    on: 'bucket',
  },
  's3:ListObjectsV2': { action: 's3:ListBucket', on: 'bucket' },
  's3:ListObjectVersions': { action: 's3:ListBucketVersions', on: 'bucket' },
  's3:ListMultipartUploads': { action: 's3:ListBucketMultipartUploads', on: 'bucket' },
  's3:HeadObject': { action: 's3:GetObject', on: 'object' },
  's3:GetObject': { action: 's3:GetObject', on: 'object' },
  's3:PutObject': { action: 's3:PutObject', on: 'object' },
  'kms:DescribeKey': { action: 'kms:DescribeKey', on: 'key' },
  'kms:GetKeyRotationStatus': { action: 'kms:GetKeyRotationStatus', on: 'key' },
  'kms:GetKeyPolicy': { action: 'kms:GetKeyPolicy', on: 'key' },
  'kms:Sign': { action: 'kms:Sign', on: 'key' },
  'kms:GetPublicKey': { action: 'kms:GetPublicKey', on: 'key' },
  'cloudtrail:ListPublicKeys': { action: 'cloudtrail:ListPublicKeys', on: 'account' },
  'kms:ListAliases': { action: 'kms:ListAliases', on: 'account' },
  'cloudtrail:DescribeTrails': { action: 'cloudtrail:DescribeTrails', on: 'account' },
  'cloudtrail:GetTrailStatus': { action: 'cloudtrail:GetTrailStatus', on: 'account' },
  'cloudtrail:GetEventSelectors': { action: 'cloudtrail:GetEventSelectors', on: 'account' },
  'athena:GetWorkGroup': { action: 'athena:GetWorkGroup', on: 'workgroup' },
  'athena:StartQueryExecution': { action: 'athena:StartQueryExecution', on: 'workgroup' },
  'athena:GetQueryExecution': { action: 'athena:GetQueryExecution', on: 'workgroup' },
  'athena:GetQueryResults': { action: 'athena:GetQueryResults', on: 'workgroup' },
  'cloudtrail:LookupEvents': { action: 'cloudtrail:LookupEvents', on: 'account' },
};

/** What Athena does in the caller's name, and no test of ours can see: the S3, Athena and Glue user guides. */
const BY_ATHENA = [
  's3tables:GetTable',
  's3tables:GetTableData',
  's3tables:GetTableMetadataLocation',
  'glue:GetCatalog',
  'glue:GetDatabase',
  'glue:GetTable',
  'lakeformation:GetDataAccess',
  's3:AbortMultipartUpload',
  's3:GetBucketLocation',
  's3:GetObject',
  's3:ListMultipartUploadParts',
  's3:PutObject',
];

/** GetCallerIdentity needs no permission, and cannot be denied. */
const FREE = new Set(['sts:GetCallerIdentity']);

type Call = Pick<RequestLogEntry, 'operation' | 'bucket' | 'key'>;

function allows(
  policy: IamPolicy,
  { operation, bucket, key }: Call,
  kmsKey = 'arn:aws:kms:eu-west-1:111122223333:key/any',
): boolean {
  if (FREE.has(operation)) return true;
  const needed = AUTHORISED_BY[operation];
  if (!needed) return false;
  const resource = {
    account: '*',
    bucket: `arn:aws:s3:::${bucket ?? ''}`,
    object: `arn:aws:s3:::${bucket ?? ''}/${key ?? ''}`,
    key: kmsKey,
    workgroup: 'arn:aws:athena:eu-west-1:111122223333:workgroup/audits',
  }[needed.on];
  return policy.Statement.some(
    ({ Action, Resource }) =>
      Action.includes(needed.action) &&
      Resource.some((pattern) =>
        // A bucket's pattern does not reach its objects, although `*` matches slashes.
        needed.on === 'bucket' && pattern.includes('/')
          ? false
          : needed.on === 'object' && !pattern.includes('/')
            ? pattern === '*'
            : matchesGlob(pattern, resource),
      ),
  );
}

/** Who may decrypt: the question that makes an audit ask CloudTrail. */
const DECRYPT = '\n    decrypt: { principals: ["arn:aws:iam::111122223333:role/app"] }';

let estate: Estate;
let athena: AthenaServer;
beforeEach(async () => {
  const sandbox = await startEstate();
  const { state } = sandbox;
  state.trails.push(sandboxTrail('main'));
  const kmsKey = newKey({
    keyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
    accountId: state.accountId,
    region: 'eu-west-1',
    createdAt: 0,
  });
  state.keys.set(kmsKey.arn, kmsKey);
  const key = kmsKey.arn;
  const versioned = addBucket(state, 'phi-versioned', { versioning: 'Enabled' });
  put(versioned, 'a', sealKms(key), { versionId: 'v1' });
  put(versioned, 'a', sealSseS3, { versionId: 'v2' });
  putMarker(versioned, 'b', 'm1');
  const plain = addBucket(state, 'phi-plain');
  put(plain, 'x', sealKms(key));
  put(plain, 'x.instruction', sealSseS3, { metadata: { 'x-amz-crypto-instr-file': '' } });
  addBucket(state, 'phi-by-key', {
    encryption: { algorithm: 'aws:kms', kmsKey: key, bucketKey: true, blocked: null },
  });
  addBucket(state, 'reports');
  const inventories = addBucket(state, 'inventories');
  await deliverTo(plain, inventories, [
    { key: 'x', status: 'SSE-KMS' },
    { key: 'x.instruction', status: 'SSE-S3' },
  ]);
  await deliverTo(versioned, inventories, [{ key: 'a', versionId: 'v1', status: 'SSE-KMS' }], {
    format: 'Parquet',
  });
  configureMetadata(plain);
  configureMetadata(versioned);
  athena = await athenaOver([plain, versioned]);
  estate = { ...sandbox, aws: withAthena(sandbox.aws, athena) };
});
afterEach(async () => {
  athena.close();
  await estate.close();
});

const ATHENA = { output: 's3://results/sealcheck/', workgroup: 'audits' };

const RUNS: readonly (readonly [string, Partial<RunConfiguration>])[] = [
  ['live', { source: 'live' }],
  ['live, with a report bucket', { source: 'live', reportBucket: 'reports' }],
  ['from inventories', { source: 'inventory' }],
  ['left to choose', { source: 'auto' }],
  ['from metadata tables', { source: 'metadata', athena: ATHENA }],
  ['from metadata tables, without object reads', { source: 'metadata', athena: ATHENA, objectReads: false }],
  ['without object reads', { source: 'auto', objectReads: false }],
  [
    'without object reads, with a report bucket',
    { source: 'inventory', objectReads: false, reportBucket: 'reports' },
  ],
];

describe('the auditor', () => {
  test.each(RUNS)(
    '%s sends no call that its policy does not allow, and none that writes to what it audits',
    async (_name, configuration) => {
      const pack = packText(
        `{ allow: [SSE-KMS, SSE-S3], client-side: required, key: { manager: CUSTOMER } }${DECRYPT}`,
      );
      const { remove } = await audit(estate, pack, configuration);
      await remove();
      const { log } = estate.state;
      expect(log.length).toBeGreaterThan(40);
      const policy = auditorPolicy({
        objectReads: configuration.objectReads ?? true,
        inventoryBuckets: ['inventories'],
        ...(configuration.athena ? { athena: { workgroup: 'audits', resultBucket: 'results' } } : {}),
        reportBucket: configuration.reportBucket ?? null,
        partition: 'aws',
      });
      const asked = athena.operations.map((operation): Call => ({ operation, bucket: null, key: null }));
      expect(asked.length > 0).toBe(configuration.athena !== undefined);
      const outside = [...log, ...asked].filter((entry) => !allows(policy, entry));
      expect([...new Set(outside.map(({ operation, bucket }) => `${operation} on ${bucket ?? ''}`))]).toEqual(
        [],
      );
      const writes = log.filter(({ operation, method, bucket }) => {
        const isRead = operation.startsWith('s3:')
          ? method === 'GET' || method === 'HEAD'
          : /:(Get|List|Describe|Lookup)/.test(operation);
        return !isRead && bucket !== 'reports';
      });
      expect(writes).toEqual([]);
      if (configuration.objectReads === false) {
        const touched = log.filter(({ bucket, key }) => key !== null && bucket?.startsWith('phi-'));
        expect(touched).toEqual([]);
      }
      // The contents of audited objects are never read, whatever is allowed.
      expect(
        log.filter(({ operation, bucket }) => operation === 's3:GetObject' && bucket?.startsWith('phi-')),
      ).toEqual([]);
    },
  );

  test('reads log files and signs with what --trail and --signing-key add, all of which it uses', async () => {
    const { state } = estate;
    const logs = addBucket(state, 'trail-logs');
    for (const [key, { bytes, signature }] of deliver({ hours: 2, logs: { 'eu-west-1/1': [] } }).files) {
      const body = Buffer.from(bytes);
      const metadata: Record<string, string> = signature === null ? {} : { signature };
      logs.objects.set(key, [newObject({ size: body.length, lastModified: 0, body, metadata })]);
    }
    const { KeyMetadata } = await estate.aws
      .kms('eu-west-1')
      .send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
    const signingKey = KeyMetadata?.Arn ?? '';
    const reportKey = 'arn:aws:kms:eu-west-1:111122223333:key/9999abcd-12ab-34cd-56ef-1234567890ab';
    state.log.length = 0;
    const { folder } = await auditSandbox(estate, {
      pack: packText(`{ allow: [SSE-KMS] }${DECRYPT}`),
      configuration: { trail: 's3://trail-logs/', since: '2026-08-01T00:00:00Z', reportBucket: 'reports' },
      context: { signer: await openSigner(estate.aws, signingKey) },
    });
    await rm(folder, { recursive: true, force: true });
    const plain = { objectReads: true, inventoryBuckets: [], reportBucket: 'reports', partition: 'aws' };
    const policy = auditorPolicy({ ...plain, trailBucket: 'trail-logs', signingKey, reportKey });
    expect(state.log.filter((entry) => !allows(policy, entry, signingKey))).toEqual([]);
    const used = new Set(state.log.map(({ operation }) => AUTHORISED_BY[operation]?.action));
    // What S3 does with the key of the report, in the caller's name.
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) used.add(action);
    const before = new Set(auditorPolicy(plain).Statement.map(({ Sid }) => Sid));
    const added = policy.Statement.filter(({ Sid }) => !before.has(Sid));
    expect(added.flatMap(({ Action }) => Action).filter((action) => !used.has(action))).toEqual([]);
    expect(added.map(({ Sid }) => Sid)).toEqual([
      'ReadTrailKeys',
      'ListTrail',
      'ReadTrail',
      'SealReports',
      'SignRuns',
    ]);
  });

  test('uses every permission that it asks for', async () => {
    for (const [, configuration] of RUNS) {
      const { remove } = await audit(
        estate,
        packText(`{ allow: [SSE-KMS], key: { manager: CUSTOMER } }${DECRYPT}`),
        configuration,
      );
      await remove();
    }
    const calls = [...estate.state.log.map(({ operation }) => operation), ...athena.operations];
    const used = new Set(calls.map((operation) => AUTHORISED_BY[operation]?.action));
    // Sent when a run is interrupted.
    used.add('athena:StopQueryExecution');
    for (const action of BY_ATHENA) used.add(action);
    // HEAD of a version is authorised by its own action, under the same operation name.
    used.add('s3:GetObjectVersion');
    const granted = auditorPolicy({
      objectReads: true,
      inventoryBuckets: ['i'],
      athena: { workgroup: null, resultBucket: 'results' },
      reportBucket: 'r',
      partition: 'aws',
    });
    expect(granted.Statement.flatMap(({ Action }) => Action).filter((action) => !used.has(action))).toEqual(
      [],
    );
  });

  test('without object reads has no right to any object but inventories and reports', () => {
    const { Statement } = auditorPolicy({
      objectReads: false,
      inventoryBuckets: ['i'],
      reportBucket: 'r',
      partition: 'aws-cn',
    });
    const objects = Statement.flatMap(({ Resource }) => Resource).filter((resource) =>
      resource.includes('/'),
    );
    expect(objects).toEqual(['arn:aws-cn:s3:::i/*', 'arn:aws-cn:s3:::r/*']);
  });

  test('prints both policies, or one that can be attached as it is', async () => {
    const printed = async (...argv: string[]): Promise<unknown> => {
      let text = '';
      const sink = { write: (more: string) => void (text += more), isTerminal: false, columns: 80 };
      const io = {
        out: sink,
        err: sink,
        env: {},
        clock: () => new Date(0),
        random: () => 0,
        onInterrupt: () => () => undefined,
      };
      expect(await main(['iam-policy', ...argv], io)).toBe(0);
      return JSON.parse(text);
    };
    const both = (await printed('--report-bucket', 'r')) as Record<string, IamPolicy>;
    expect(Object.keys(both)).toEqual(['object-reads', 'no-object-reads', 'config', 'config-history']);
    const tables = (await printed(
      '--only',
      'no-object-reads',
      '--athena-output',
      's3://res/a/',
    )) as IamPolicy;
    const writing = tables.Statement.filter(({ Action }) => Action.includes('s3:PutObject'));
    expect(writing.map(({ Resource }) => Resource)).toEqual([['arn:aws:s3:::res/*']]);
    expect(tables.Statement.flatMap(({ Action }) => Action)).toContain('s3tables:GetTableData');
    expect(await printed('--only', 'no-object-reads', '--report-bucket', 'r')).toEqual(
      both['no-object-reads'],
    );
    const many = ['--role', '/audit/seal', '--auditor', 'arn:aws:iam::111122223333:role/auditor'];
    expect(Object.keys((await printed(...many)) as object)).toEqual([
      'object-reads',
      'no-object-reads',
      'config',
      'config-history',
      'accounts',
      'member-trust',
    ]);
    expect(await printed(...many, '--external-id', 'x-1', '--only', 'member-trust')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TrustAuditor',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:role/auditor' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'x-1' } },
        },
      ],
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import type { ObjectRecord } from '../../lib/model/census.ts';
import type { ClientSideEncryption, ServerSideEncryption } from '../../lib/model/object-encryption.ts';
import { objectsCsvHeader, objectsCsvRow, type ObjectVerdict } from '../../reports/objects-csv.ts';
import { expectGolden } from './golden.ts';
import { PHI_KEY } from './fixture-names.ts';
import { parseCsv } from './parse-csv.ts';

const record: ObjectRecord = {
  bucket: 'b',
  key: 'a/b.csv',
  versionId: 'v1',
  isLatest: true,
  size: 10,
  lastModified: '2026-01-02T03:04:05Z',
  dataClasses: ['hipaa/phi', 'pci/cardholder'],
  encryption: { serverSide: { type: 'SSE-S3' }, clientSide: { kind: 'none' } },
  unreadable: null,
};
const fails: ObjectVerdict[] = [{ requirement: 'hipaa/phi-sse-kms', status: 'NON_COMPLIANT', reason: '' }];
const header = parseCsv(objectsCsvHeader)[0]!;
const read = (object: ObjectRecord, verdicts: ObjectVerdict[] = fails) =>
  Object.fromEntries(parseCsv(objectsCsvRow(object, verdicts))[0]!.map((cell, i) => [header[i]!, cell]));
const sealed = (serverSide: ServerSideEncryption, clientSide: ClientSideEncryption = { kind: 'none' }) =>
  read({ ...record, encryption: { serverSide, clientSide } });

describe('objects/*.csv.gz', () => {
  test('has the documented columns', () => {
    expect(objectsCsvHeader).toBe(
      'bucket,key,version_id,is_latest,size_bytes,last_modified,server_side,kms_key_arn,bucket_key,client_side,data_classes,status,requirements,reason\r\n',
    );
  });

  test.each<[string, ServerSideEncryption, object]>([
    ['SSE-S3', { type: 'SSE-S3' }, { server_side: 'SSE-S3', kms_key_arn: '', bucket_key: '' }],
    [
      'SSE-KMS',
      { type: 'SSE-KMS', keyArn: PHI_KEY, bucketKey: false },
      { server_side: 'SSE-KMS', kms_key_arn: PHI_KEY, bucket_key: 'false' },
    ],
    [
      'SSE-KMS of an unnamed key',
      { type: 'SSE-KMS', keyArn: null, bucketKey: true },
      { kms_key_arn: '', bucket_key: 'true' },
    ],
    [
      'DSSE-KMS',
      { type: 'DSSE-KMS', keyArn: PHI_KEY },
      { server_side: 'DSSE-KMS', kms_key_arn: PHI_KEY, bucket_key: '' },
    ],
    ['SSE-C', { type: 'SSE-C' }, { server_side: 'SSE-C' }],
    ['none', { type: 'NONE' }, { server_side: 'NONE' }],
    ['one that S3 added later', { type: 'OTHER', header: 'aws:fsx' }, { server_side: 'OTHER(aws:fsx)' }],
  ])('server side: %s', (_, serverSide, expected) => {
    expect(sealed(serverSide)).toMatchObject(expected);
  });

  test.each<[ClientSideEncryption, string]>([
    [{ kind: 'none' }, 'none'],
    [{ kind: 'instruction-file' }, 'instruction-file'],
    [
      {
        kind: 'claimed',
        format: 'V2',
        keyWrap: 'kms+context',
        cipher: 'AES/GCM/NoPadding',
        instructionFile: false,
      },
      'claimed V2 kms+context AES/GCM/NoPadding',
    ],
    [
      { kind: 'claimed', format: 'V1', keyWrap: null, cipher: null, instructionFile: false },
      'claimed V1 key wrap unknown cipher unknown',
    ],
    [{ kind: 'invalid', detail: 'two formats' }, 'invalid'],
    [{ kind: 'undetermined', detail: 'which version?' }, 'undetermined'],
  ])('client side: %j', (clientSide, name) => {
    expect(sealed({ type: 'SSE-S3' }, clientSide)).toMatchObject({ client_side: name });
  });

  test('each reason of its verdicts stands once', () => {
    const verdicts = ['SSE-S3 is not allowed', 'no bucket key', 'no bucket key'].map(
      (reason, i): ObjectVerdict => ({ requirement: `p/${i}`, status: 'NON_COMPLIANT', reason }),
    );
    expect(read(record, verdicts)['reason']).toBe('SSE-S3 is not allowed; no bucket key');
  });

  test('an object that could not be read says why and claims no encryption', () => {
    const verdicts: ObjectVerdict[] = [
      { requirement: 'r', status: 'INSUFFICIENT_DATA', reason: 'could not be read: ACCESS_DENIED' },
    ];
    expect(read({ ...record, encryption: null, unreadable: 'ACCESS_DENIED' }, verdicts)).toMatchObject({
      server_side: '',
      client_side: '',
      status: 'INSUFFICIENT_DATA',
      reason: 'could not be read: ACCESS_DENIED',
    });
  });

  test('status is the worst of the verdicts, and each requirement keeps its own', () => {
    const verdicts: ObjectVerdict[] = [
      { requirement: 'a/x', status: 'COMPLIANT', reason: '' },
      { requirement: 'b/y', status: 'INSUFFICIENT_DATA', reason: '' },
      { requirement: 'c/z', status: 'NON_COMPLIANT', reason: '' },
    ];
    expect(read(record, verdicts)).toMatchObject({
      status: 'NON_COMPLIANT',
      requirements: 'a/x=COMPLIANT; b/y=INSUFFICIENT_DATA; c/z=NON_COMPLIANT',
    });
  });

  test('hostile keys come back whole and inert', () => {
    const key = '=cmd|"/c calc",\r\n\u202E';
    expect(read({ ...record, key, versionId: null })).toMatchObject({ key: `'${key}`, version_id: '' });
  });

  test('is the golden file', () => {
    const text = [record, { ...record, key: '-1+1\n,"', versionId: null, isLatest: false }].map((object) =>
      objectsCsvRow(object, fails),
    );
    expectGolden('objects.csv', [objectsCsvHeader, ...text].join(''));
  });
});

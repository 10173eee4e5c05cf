import { describe, expect, test } from '@jest/globals';
import { classifyHead } from '../../lib/census/classify.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const meta = (pairs: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(pairs).map(([name, value]) => [`x-amz-meta-${name}`, value]));

describe('server-side encryption from the headers of a HEAD', () => {
  test.each([
    ['SSE-S3', { 'x-amz-server-side-encryption': 'AES256' }, { type: 'SSE-S3' }],
    [
      'SSE-KMS',
      { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': KEY },
      { type: 'SSE-KMS', keyArn: KEY, bucketKey: false },
    ],
    [
      'SSE-KMS with a bucket key',
      {
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': KEY,
        'x-amz-server-side-encryption-bucket-key-enabled': 'true',
      },
      { type: 'SSE-KMS', keyArn: KEY, bucketKey: true },
    ],
    [
      'SSE-KMS whose key S3 does not name',
      { 'x-amz-server-side-encryption': 'aws:kms' },
      { type: 'SSE-KMS', keyArn: null, bucketKey: false },
    ],
    [
      'DSSE-KMS',
      { 'x-amz-server-side-encryption': 'aws:kms:dsse', 'x-amz-server-side-encryption-aws-kms-key-id': KEY },
      { type: 'DSSE-KMS', keyArn: KEY },
    ],
    [
      'SSE-C told all the same',
      { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
      { type: 'SSE-C' },
    ],
    ['no header, an object from before 2023', {}, { type: 'NONE' }],
    ['a value of FSx', { 'x-amz-server-side-encryption': 'aws:fsx' }, { type: 'OTHER', header: 'aws:fsx' }],
    [
      'a value nobody has documented',
      { 'x-amz-server-side-encryption': 'aws:backup' },
      { type: 'OTHER', header: 'aws:backup' },
    ],
  ])('%s', (_name, headers, expected) => {
    expect(classifyHead(headers).serverSide).toEqual(expected);
  });

  test('a header of any length stays short in the counts', () => {
    const seal = classifyHead({ 'x-amz-server-side-encryption': 'x'.repeat(10_000) }).serverSide;
    expect(seal.type === 'OTHER' && seal.header.length).toBe(64);
  });
});

describe('client-side encryption from the metadata of a HEAD', () => {
  test.each([
    ['no marks', {}, { kind: 'none' }],
    [
      'V1, encryption only',
      { 'x-amz-key': 'k', 'x-amz-iv': 'i', 'x-amz-matdesc': '{}' },
      {
        kind: 'claimed',
        format: 'V1',
        keyWrap: null,
        cipher: 'AES/CBC/PKCS5Padding',
        instructionFile: false,
      },
    ],
    [
      'V2 under KMS',
      {
        'x-amz-key-v2': 'k',
        'x-amz-iv': 'i',
        'x-amz-matdesc': '{}',
        'x-amz-wrap-alg': 'kms+context',
        'x-amz-cek-alg': 'AES/GCM/NoPadding',
      },
      {
        kind: 'claimed',
        format: 'V2',
        keyWrap: 'kms+context',
        cipher: 'AES/GCM/NoPadding',
        instructionFile: false,
      },
    ],
    [
      'V2 without a content algorithm is CBC',
      { 'x-amz-key-v2': 'k', 'x-amz-iv': 'i', 'x-amz-wrap-alg': 'AESWrap' },
      {
        kind: 'claimed',
        format: 'V2',
        keyWrap: 'AESWrap',
        cipher: 'AES/CBC/PKCS5Padding',
        instructionFile: false,
      },
    ],
    [
      'V3 with key commitment',
      { 'x-amz-c': '115', 'x-amz-3': 'k', 'x-amz-w': '12', 'x-amz-d': 'd', 'x-amz-i': 'i' },
      {
        kind: 'claimed',
        format: 'V3',
        keyWrap: 'kms+context',
        cipher: 'AES-256-GCM with HKDF-SHA512 key commitment',
        instructionFile: false,
      },
    ],
    [
      'V3 whose key is in an instruction file',
      { 'x-amz-c': '115', 'x-amz-d': 'd', 'x-amz-i': 'i' },
      {
        kind: 'claimed',
        format: 'V3',
        keyWrap: null,
        cipher: 'AES-256-GCM with HKDF-SHA512 key commitment',
        instructionFile: true,
      },
    ],
    ['an instruction file itself', { 'x-amz-crypto-instr-file': '' }, { kind: 'instruction-file' }],
    [
      'a wrapping nobody documented is not repeated into the counts',
      { 'x-amz-key-v2': 'k', 'x-amz-iv': 'i', 'x-amz-wrap-alg': '<script>' },
      {
        kind: 'claimed',
        format: 'V2',
        keyWrap: 'unrecognised',
        cipher: 'AES/CBC/PKCS5Padding',
        instructionFile: false,
      },
    ],
    ['a metadata key that happens to be x-amz-c', { 'x-amz-c': 'yes' }, { kind: 'none' }],
  ])('%s', (_name, pairs, expected) => {
    expect(classifyHead(meta(pairs)).clientSide).toEqual(expected);
  });

  test.each([
    ['wrapped keys of two formats', { 'x-amz-key': 'k', 'x-amz-key-v2': 'k', 'x-amz-iv': 'i' }],
    ['a wrapped key without an initialisation vector', { 'x-amz-key-v2': 'k' }],
    ['an initialisation vector without a wrapped key', { 'x-amz-iv': 'i', 'x-amz-matdesc': '{}' }],
    ['a V3 key without its commitment', { 'x-amz-3': 'k', 'x-amz-i': 'i', 'x-amz-c': '115' }],
  ])('%s is invalid, neither claimed nor absent', (_name, pairs) => {
    expect(classifyHead(meta(pairs)).clientSide.kind).toBe('invalid');
  });

  test('metadata that S3 withholds leaves the claim undetermined', () => {
    expect(classifyHead({ 'x-amz-missing-meta': '2' }).clientSide.kind).toBe('undetermined');
  });
});

import { describe, expect, test } from '@jest/globals';
import { stored } from '../../lib/checks/stored.ts';
import type { Census } from '../../lib/model/census.ts';
import type { Status } from '../../lib/model/finding.ts';
import type { EncryptionRequirement } from '../../lib/model/requirement.ts';
import { bucketEvidence, censusOf, group, requirement, sealed } from '../support/evidence.ts';

const good = group(sealed({ type: 'SSE-KMS', keyArn: null, bucketKey: false }), { objects: 5 });
const bad = group(sealed({ type: 'SSE-S3' }), { objects: 2, bytes: 200, noncurrent: 1 });
const odd = group(sealed({ type: 'OTHER', header: 'aws:fsx' }));
const elsewhere = group(sealed({ type: 'NONE' }), { dataClasses: ['p/other'] });
const unread = { unassessed: [{ dataClasses: ['p/phi'], reason: 'ACCESS_DENIED', objects: 3, bytes: 9 }] };
const upload = { uploads: [{ dataClasses: ['p/phi'], uploads: 1, oldestInitiated: null }] };

const judge = (census: Census | null, wanted: Partial<EncryptionRequirement> = {}) =>
  stored.judge({
    requirement: requirement(wanted),
    bucket: bucketEvidence(),
    census,
    keyOf: () => undefined,
    scope: 'whole-bucket',
    keyPrefixes: null,
    asOf: '2026-11-01T00:00:00Z',
  });

describe('the stored check', () => {
  test.each<[string, Census | null, Status]>([
    ['all objects sealed as required', censusOf([good]), 'COMPLIANT'],
    ['objects of another data class do not matter', censusOf([good, elsewhere]), 'COMPLIANT'],
    ['one wrong seal among many right ones', censusOf([good, bad]), 'NON_COMPLIANT'],
    ['a seal nobody can interpret', censusOf([good, odd]), 'INSUFFICIENT_DATA'],
    ['a fail outweighs what could not be read', censusOf([bad], unread), 'NON_COMPLIANT'],
    ['objects that could not be read', censusOf([good], unread), 'INSUFFICIENT_DATA'],
    [
      'a listing cut short',
      censusOf([good], { complete: false, incompleteReason: 'THROTTLED' }),
      'INSUFFICIENT_DATA',
    ],
    [
      'a listing that never began',
      censusOf([], { complete: false, incompleteReason: 'ACCESS_DENIED' }),
      'INSUFFICIENT_DATA',
    ],
    ['an unfinished upload', censusOf([good], upload), 'INSUFFICIENT_DATA'],
    ['uploads that could not be listed', censusOf([good], { uploadsComplete: false }), 'INSUFFICIENT_DATA'],
    ['no objects at all', censusOf([]), 'NOT_APPLICABLE'],
    ['no census', null, 'INSUFFICIENT_DATA'],
  ])('%s → %s', (_name, census, status) => {
    expect(judge(census).status).toBe(status);
  });

  test('unfinished uploads count for nothing where the pack excludes them', () => {
    expect(judge(censusOf([good], upload), { unfinishedUploads: 'exclude' }).status).toBe('COMPLIANT');
  });

  test('says how many, of what kind, and how many of them are noncurrent', () => {
    const verdict = judge(censusOf([good, bad], unread));
    expect(verdict.counts).toEqual({
      compliant: 5,
      nonCompliant: 2,
      undetermined: 3,
      bytesNonCompliant: 200,
    });
    expect(verdict.reasons[0]).toBe(
      '2 object versions (SSE-S3, 1 of them noncurrent): SSE-S3 is not allowed; the requirement asks for SSE-KMS.',
    );
    expect(verdict.remediation).toMatch(/Noncurrent versions count too/);
  });
});

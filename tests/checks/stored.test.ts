import { describe, expect, test } from '@jest/globals';
import { stored } from '../../lib/checks/stored.ts';
import type { Census, SealGroup } from '../../lib/model/census.ts';
import type { Status } from '../../lib/model/finding.ts';
import type { EncryptionRequirement, Requirement } from '../../lib/model/requirement.ts';
import { bucketEvidence, censusOf, group, requirement, sealed } from '../support/evidence.ts';

const good = group(sealed({ type: 'SSE-KMS', keyArn: null, bucketKey: false }), { objects: 5 });
const bad = group(sealed({ type: 'SSE-S3' }), { objects: 2, bytes: 200, noncurrent: 1 });
const odd = group(sealed({ type: 'OTHER', header: 'aws:fsx' }));
const elsewhere = group(sealed({ type: 'NONE' }), { dataClasses: ['p/other'] });
const unread = { unassessed: [{ dataClasses: ['p/phi'], reason: 'ACCESS_DENIED', objects: 3, bytes: 9 }] };
const upload = { uploads: [{ dataClasses: ['p/phi'], uploads: 1, oldestInitiated: null }] };

const judge = (
  census: Census | null,
  wanted: Partial<EncryptionRequirement> = {},
  more: Pick<Requirement, 'sampling'> = {},
) =>
  stored.judge({
    requirement: { ...requirement(wanted), ...more },
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

  const drawn = (seals: readonly SealGroup[], left: number): Census =>
    censusOf(seals, {
      source: 'sample',
      unassessed: [{ dataClasses: ['p/phi'], reason: 'NOT_SAMPLED', objects: left, bytes: 0 }],
    });
  const many = { ...good, objects: 300 };
  test.each<[string, Census, number | null, Status]>([
    ['a sample, with no rate tolerated', drawn([many], 700), null, 'INSUFFICIENT_DATA'],
    ['a sample whose bound is the tolerable rate', drawn([many], 700), 0.8, 'COMPLIANT'],
    ['a sample whose bound is above it', drawn([many], 700), 0.7, 'INSUFFICIENT_DATA'],
    [
      'a sample that found a violation, however many are tolerated',
      drawn([many, bad], 700),
      20,
      'NON_COMPLIANT',
    ],
    ['a sample with a seal nobody can interpret', drawn([many, odd], 700), 20, 'INSUFFICIENT_DATA'],
    ['a whole census is not judged by it', censusOf([good, bad]), 20, 'NON_COMPLIANT'],
  ])('%s → %s', (_name, census, tolerablePercent, status) => {
    const sampling =
      tolerablePercent === null ? {} : { sampling: { tolerablePercent, confidencePercent: 95 } };
    const verdict = judge(census, {}, sampling);
    expect(verdict.status).toBe(status);
    if (status === 'COMPLIANT')
      expect(verdict.reasons).toEqual([
        "A sample of 300 of 1000 object versions, 0 of which do not pass: at most 0.8 % of them violate, at 95 % confidence, within the pack's tolerable rate of 0.8 %.",
      ]);
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

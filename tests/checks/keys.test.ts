import { describe, expect, test } from '@jest/globals';
import { keys } from '../../lib/checks/keys.ts';
import type { KeyEvidence } from '../../lib/model/evidence.ts';
import type { Status } from '../../lib/model/finding.ts';
import { absent, known, unknown } from '../../lib/model/observed.ts';
import type { KeyRequirement } from '../../lib/model/requirement.ts';
import {
  bucketEvidence,
  censusOf,
  group,
  keyArn,
  keyEvidence,
  keyRequirement,
  requirement,
  sealed,
} from '../support/evidence.ts';

const ARN = keyArn('k');
const denied = (operation: string) =>
  unknown({ code: 'ACCESS_DENIED', operation, message: 'no', httpStatus: 400 });
const customer = keyRequirement({ manager: 'CUSTOMER' });
const rotating = keyRequirement({ rotation: 'required' });
const rotatingWithin = keyRequirement({ rotation: 'required', rotationMaxDays: 180 });

const judge = (key: KeyRequirement | null, evidence: KeyEvidence | undefined) =>
  keys.judge({
    requirement: requirement({ key }),
    bucket: bucketEvidence(),
    census: censusOf([group(sealed({ type: 'SSE-KMS', keyArn: ARN, bucketKey: false }))]),
    keyOf: () => evidence,
    scope: 'whole-bucket',
    keyPrefixes: null,
    asOf: '2026-11-01T00:00:00Z',
  });

describe('the keys check', () => {
  test.each<[string, KeyRequirement | null, KeyEvidence | undefined, Status]>([
    ['enabled, nothing more asked', null, keyEvidence(ARN), 'COMPLIANT'],
    ['customer managed as asked', customer, keyEvidence(ARN), 'COMPLIANT'],
    ['managed by AWS', customer, keyEvidence(ARN, { manager: 'AWS' }), 'NON_COMPLIANT'],
    ['of another account', keyRequirement({ accounts: ['444455556666'] }), keyEvidence(ARN), 'NON_COMPLIANT'],
    ['disabled', null, keyEvidence(ARN, { state: 'Disabled' }), 'NON_COMPLIANT'],
    [
      'pending deletion',
      null,
      keyEvidence(ARN, { state: 'PendingDeletion', deletionDate: '2026-12-24T00:00:00.000Z' }),
      'NON_COMPLIANT',
    ],
    ['unavailable', null, keyEvidence(ARN, { state: 'Unavailable' }), 'NON_COMPLIANT'],
    ['being updated still decrypts', null, keyEvidence(ARN, { state: 'Updating' }), 'COMPLIANT'],
    ['rotation on', rotating, keyEvidence(ARN), 'COMPLIANT'],
    [
      'rotation off',
      rotating,
      keyEvidence(ARN, {}, { rotation: known({ enabled: false, periodInDays: null, nextRotation: null }) }),
      'NON_COMPLIANT',
    ],
    [
      'rotation off, not asked for',
      customer,
      keyEvidence(ARN, {}, { rotation: known({ enabled: false, periodInDays: null, nextRotation: null }) }),
      'COMPLIANT',
    ],
    ['rotation too seldom', rotatingWithin, keyEvidence(ARN), 'NON_COMPLIANT'],
    [
      'rotation impossible: imported material',
      rotating,
      keyEvidence(ARN, { origin: 'EXTERNAL' }, { rotation: absent }),
      'NON_COMPLIANT',
    ],
    [
      'rotation unread',
      rotating,
      keyEvidence(ARN, {}, { rotation: denied('kms:GetKeyRotationStatus') }),
      'INSUFFICIENT_DATA',
    ],
    [
      'rotation of an AWS managed key needs no reading',
      keyRequirement({ rotation: 'required' }),
      keyEvidence(ARN, { manager: 'AWS' }, { rotation: denied('kms:GetKeyRotationStatus') }),
      'COMPLIANT',
    ],
    [
      'not described',
      customer,
      keyEvidence(ARN, {}, { metadata: denied('kms:DescribeKey') }),
      'INSUFFICIENT_DATA',
    ],
    ['never read', null, undefined, 'INSUFFICIENT_DATA'],
  ])('%s → %s', (_name, key, evidence, status) => {
    expect(judge(key, evidence).status).toBe(status);
  });

  test('a key that will be deleted says when, and what is lost', () => {
    const verdict = judge(
      null,
      keyEvidence(ARN, { state: 'PendingDeletion', deletionDate: '2026-12-24T00:00:00.000Z' }),
    );
    expect(verdict.reasons[0]).toMatch(/will be deleted on 2026-12-24.*lost/);
  });

  test('without KMS keys there is nothing to ask', () => {
    const verdict = keys.judge({
      requirement: requirement(),
      bucket: bucketEvidence(),
      census: censusOf([group(sealed({ type: 'SSE-S3' }))]),
      keyOf: () => undefined,
      scope: 'whole-bucket',
      keyPrefixes: null,
      asOf: '2026-11-01T00:00:00Z',
    });
    expect(verdict.status).toBe('NOT_APPLICABLE');
  });

  test('a bucket that was not listed to its end may use other keys', () => {
    const verdict = keys.judge({
      requirement: requirement(),
      bucket: bucketEvidence(),
      census: censusOf([], { complete: false }),
      keyOf: () => undefined,
      scope: 'whole-bucket',
      keyPrefixes: null,
      asOf: '2026-11-01T00:00:00Z',
    });
    expect(verdict.status).toBe('INSUFFICIENT_DATA');
  });
});

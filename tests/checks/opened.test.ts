import { describe, expect, test } from '@jest/globals';
import type { CheckInput } from '../../lib/checks/check.ts';
import { opened } from '../../lib/checks/opened.ts';
import type { DecryptLedger, LedgerEntry } from '../../lib/model/ledger.ts';
import type { Status } from '../../lib/model/finding.ts';
import { known, unknown } from '../../lib/model/observed.ts';
import type { DecryptRequirement } from '../../lib/model/requirement.ts';
import type { TrailEvidence } from '../../lib/model/trail.ts';
import {
  bucketEvidence,
  censusOf,
  group,
  keyArn,
  keyEvidence,
  requirement,
  sealed,
} from '../support/evidence.ts';
import { ledgerEntry, ledgerGap, ledgerOf, roleArn } from '../support/ledger.ts';
import { trailEvidence } from '../support/trail.ts';

const KEY = keyArn('k');
const census = censusOf([group(sealed({ type: 'SSE-KMS', keyArn: KEY, bucketKey: false }))]);
const decrypt = (rest: Partial<DecryptRequirement> = {}): DecryptRequirement => ({
  principals: [roleArn('App')],
  maxAgeDays: null,
  denyDirect: false,
  ...rest,
});
const denied = unknown({ code: 'ACCESS_DENIED', operation: 'cloudtrail:DescribeTrails', message: 'no' });

const judge = (
  ledger: DecryptLedger | null,
  wanted: DecryptRequirement | null = decrypt(),
  rest: Partial<CheckInput> = {},
) =>
  opened.judge({
    requirement: requirement({}, { decrypt: wanted }),
    bucket: bucketEvidence(),
    census,
    keyOf: (reference) => keyEvidence(reference),
    scope: 'whole-bucket',
    keyPrefixes: null,
    asOf: '2026-09-01T00:00:00.000Z',
    access: { ledger, trails: [] },
    ...rest,
  });
const stranger = (rest: Partial<LedgerEntry> = {}) => ledgerEntry({ principal: roleArn('Other'), ...rest });
const direct: Partial<LedgerEntry> = { via: 'direct', bucket: null, object: null, precision: 'none' };
const noKeys = censusOf([group(sealed({ type: 'SSE-S3' }))]);

describe('the opened check', () => {
  test.each<[string, DecryptLedger | null, DecryptRequirement | null, Status, RegExp]>([
    ['nothing is asked', ledgerOf([]), null, 'NOT_APPLICABLE', /does not say who/],
    ['no events were read', null, decrypt(), 'INSUFFICIENT_DATA', /No kms:Decrypt events/],
    [
      'listed principals alone',
      ledgerOf([ledgerEntry({ count: 5 })]),
      decrypt(),
      'COMPLIANT',
      /All 5 decrypts .* were by principals that may \(1/,
    ],
    [
      'nobody, and it would have shown',
      ledgerOf([]),
      decrypt(),
      'COMPLIANT',
      /Nobody decrypted .* would have shown/,
    ],
    [
      'an unlisted role',
      ledgerOf([ledgerEntry(), stranger({ count: 3, eventIds: ['e1', 'e2'] })]),
      decrypt(),
      'NON_COMPLIANT',
      /role\/Other decrypted 3 times on 2026-08-10 \(events e1, e2, …\), and is not among/,
    ],
    [
      'a pattern lists it',
      ledgerOf([stranger()]),
      decrypt({ principals: [roleArn('O*')] }),
      'COMPLIANT',
      /All 1/,
    ],
    [
      'the root user',
      ledgerOf([
        ledgerEntry({ principal: 'arn:aws:iam::111122223333:root', principalKind: 'root', sessions: [] }),
      ]),
      decrypt(),
      'NON_COMPLIANT',
      /:root decrypted once/,
    ],
    [
      'an unlisted role that was refused',
      ledgerOf([stranger({ count: 0, denied: 4 })]),
      decrypt(),
      'COMPLIANT',
      /Nobody decrypted/,
    ],
    [
      'an unlisted role in another bucket',
      ledgerOf([stranger({ bucket: 'other' })]),
      decrypt(),
      'COMPLIANT',
      /Nobody/,
    ],
    [
      'an unlisted role under a key of the past',
      ledgerOf([stranger({ keyArn: keyArn('old') })]),
      decrypt(),
      'NON_COMPLIANT',
      /role\/Other/,
    ],
    [
      'a session pattern that all sessions match',
      ledgerOf([ledgerEntry({ sessions: ['i-1', 'i-2'] })]),
      decrypt({ principals: ['arn:aws:sts::111122223333:assumed-role/App/i-*'] }),
      'COMPLIANT',
      /All/,
    ],
    [
      'a session pattern that one does not match',
      ledgerOf([ledgerEntry({ sessions: ['i-1', 'ana'] })]),
      decrypt({ principals: ['arn:aws:sts::111122223333:assumed-role/App/i-*'] }),
      'NON_COMPLIANT',
      /role\/App/,
    ],
    [
      'a session pattern, and sessions that are not all known',
      ledgerOf([ledgerEntry({ sessions: ['i-1'], moreSessions: true })]),
      decrypt({ principals: ['arn:aws:sts::111122223333:assumed-role/App/i-*'] }),
      'INSUFFICIENT_DATA',
      /which principal/,
    ],
    [
      'S3 by itself',
      ledgerOf([
        ledgerEntry({
          principal: 's3.amazonaws.com',
          principalKind: 'service',
          principalAccount: null,
          sessions: [],
        }),
      ]),
      decrypt(),
      'COMPLIANT',
      /All/,
    ],
    [
      'another service by itself',
      ledgerOf([
        ledgerEntry({
          principal: 'cloudfront.amazonaws.com',
          principalKind: 'service',
          principalAccount: null,
          sessions: [],
        }),
      ]),
      decrypt(),
      'NON_COMPLIANT',
      /cloudfront/,
    ],
    [
      'a caller of whom only the account is known, which the list may mean',
      ledgerOf([
        ledgerEntry({
          principal: '444455556666',
          principalKind: 'account',
          principalAccount: '444455556666',
        }),
      ]),
      decrypt({ principals: ['arn:aws:iam::444455556666:role/*'] }),
      'INSUFFICIENT_DATA',
      /which principal/,
    ],
    [
      'a caller of whom only the account is known, which the list cannot mean',
      ledgerOf([
        ledgerEntry({
          principal: '444455556666',
          principalKind: 'account',
          principalAccount: '444455556666',
        }),
      ]),
      decrypt(),
      'NON_COMPLIANT',
      /444455556666/,
    ],
    [
      'nobody knows who',
      ledgerOf([
        ledgerEntry({ principal: 'unidentified', principalKind: 'unidentified', principalAccount: null }),
      ]),
      decrypt(),
      'INSUFFICIENT_DATA',
      /which principal/,
    ],
    [
      'a direct call where direct calls are not judged',
      ledgerOf([stranger(direct)]),
      decrypt(),
      'COMPLIANT',
      /Nobody/,
    ],
    [
      'a direct call where they are denied, even by a listed principal',
      ledgerOf([ledgerEntry(direct)]),
      decrypt({ denyDirect: true }),
      'NON_COMPLIANT',
      /outside S3 \(a direct call\)/,
    ],
    [
      'use by another service where direct calls are denied',
      ledgerOf([ledgerEntry({ ...direct, via: 'service', purpose: 'SSM Parameter Store' })]),
      decrypt({ denyDirect: true }),
      'NON_COMPLIANT',
      /outside S3 \(SSM Parameter Store\)/,
    ],
    [
      'a direct call that was refused',
      ledgerOf([ledgerEntry({ ...direct, count: 0, denied: 2 })]),
      decrypt({ denyDirect: true }),
      'COMPLIANT',
      /Nobody/,
    ],
    [
      'a direct call with a key of another bucket',
      ledgerOf([ledgerEntry({ ...direct, keyArn: keyArn('other') })]),
      decrypt({ denyDirect: true }),
      'COMPLIANT',
      /Nobody/,
    ],
    [
      'a stranger longer ago than is judged',
      ledgerOf([stranger()]),
      decrypt({ maxAgeDays: 14 }),
      'COMPLIANT',
      /from 2026-08-18T00:00:00Z/,
    ],
    [
      'a stranger within what is judged',
      ledgerOf([stranger()]),
      decrypt({ maxAgeDays: 30 }),
      'NON_COMPLIANT',
      /role\/Other/,
    ],
    [
      'events read for a shorter time than is judged',
      ledgerOf([ledgerEntry()]),
      decrypt({ maxAgeDays: 90 }),
      'INSUFFICIENT_DATA',
      /read only from 2026-08-01/,
    ],
    [
      'a gap in this Region',
      ledgerOf([ledgerEntry()], { gaps: [ledgerGap()] }),
      decrypt(),
      'INSUFFICIENT_DATA',
      /may be missing: eu-west-1: it could not be read/,
    ],
    [
      'a gap that loses detail',
      ledgerOf([ledgerEntry()], { gaps: [ledgerGap({ loses: 'detail' })] }),
      decrypt(),
      'COMPLIANT',
      /All/,
    ],
    [
      'a stranger outweighs a gap',
      ledgerOf([stranger()], { gaps: [ledgerGap()] }),
      decrypt(),
      'NON_COMPLIANT',
      /role\/Other/,
    ],
    [
      'a broken chain of digests',
      ledgerOf([ledgerEntry()], {
        gaps: [ledgerGap({ kind: 'LOG_REMOVED', loses: 'integrity', where: 'x' })],
      }),
      decrypt(),
      'NON_COMPLIANT',
      /not as CloudTrail delivered them/,
    ],
    [
      'another Region alone was read',
      ledgerOf([], { scanned: [{ accountId: '111122223333', region: 'us-east-1', files: 1, records: 1 }] }),
      decrypt(),
      'INSUFFICIENT_DATA',
      /in eu-west-1 were not read/,
    ],
    [
      'another account alone was read',
      ledgerOf([], { scanned: [{ accountId: '444455556666', region: 'eu-west-1', files: 1, records: 1 }] }),
      decrypt(),
      'INSUFFICIENT_DATA',
      /account 111122223333/,
    ],
  ])('%s', (_name, ledger, wanted, status, reason) => {
    const verdict = judge(ledger, wanted);
    expect([verdict.status, verdict.reasons.join(' ')]).toEqual([status, expect.stringMatching(reason)]);
    expect(verdict.remediation === null).toBe(status !== 'NON_COMPLIANT');
  });

  test('a gap in another Region is none here', () => {
    const scanned = ['eu-west-1', 'us-east-1'].map((region) => ({
      accountId: '111122223333',
      region,
      files: 1,
      records: 1,
    }));
    for (const where of [
      'us-east-1',
      'AWSLogs/1/CloudTrail/us-east-1/2026/x.json.gz',
      '1_CloudTrail_us-east-1_20260801T0000Z_x.json.gz',
    ]) {
      expect(judge(ledgerOf([], { scanned, gaps: [ledgerGap({ where })] })).status).toBe('COMPLIANT');
    }
  });

  test('without KMS keys there is nothing to decrypt', () => {
    expect(judge(ledgerOf([]), decrypt(), { census: noKeys }).status).toBe('NOT_APPLICABLE');
    expect(judge(ledgerOf([stranger()]), decrypt(), { census: noKeys }).status).toBe('NON_COMPLIANT');
    expect(judge(ledgerOf([]), decrypt(), { census: null }).status).toBe('INSUFFICIENT_DATA');
  });

  test('a key of an account whose events were not read', () => {
    const foreign = keyArn('k', '444455556666');
    const verdict = judge(ledgerOf([]), decrypt(), {
      census: censusOf([group(sealed({ type: 'SSE-KMS', keyArn: foreign, bucketKey: false }))]),
      keyOf: () => keyEvidence(foreign, { arn: foreign }),
    });
    expect(verdict).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reasons: [expect.stringContaining('444455556666')],
    });
  });

  test('with bucket keys who is known and how often is not', () => {
    const verdict = judge(ledgerOf([ledgerEntry({ object: null, precision: 'bucket' })]));
    expect(verdict).toMatchObject({
      status: 'COMPLIANT',
      reasons: [expect.any(String), expect.stringMatching(/bucket key is on/)],
    });
  });

  describe('where only some keys hold the data class', () => {
    const byKey = { scope: 'by-key', keyPrefixes: ['phi/'] } as const;
    const reads = (object: string) => [{ object, reads: 1, refused: 0, first: '', last: '' }];
    test.each<[string, LedgerEntry, Status]>([
      ['a stranger opened one of them', stranger({ object: 'phi/1' }), 'NON_COMPLIANT'],
      ['a stranger opened another object', stranger({ object: 'logs/1' }), 'COMPLIANT'],
      [
        'a stranger opened something in the bucket',
        stranger({ object: null, precision: 'bucket' }),
        'INSUFFICIENT_DATA',
      ],
      [
        'data events tell that it was one of them',
        stranger({ object: null, precision: 'bucket', objectsRead: reads('phi/1') }),
        'NON_COMPLIANT',
      ],
      [
        'data events tell of others',
        stranger({ object: null, precision: 'bucket', objectsRead: reads('logs/1') }),
        'INSUFFICIENT_DATA',
      ],
    ])('%s', (_name, entry, status) => {
      expect(judge(ledgerOf([entry]), decrypt(), byKey).status).toBe(status);
    });
  });

  describe('from trail log files', () => {
    const logs = ledgerOf([], { source: 'trail-logs' });
    const trails = (...value: TrailEvidence[]) => ({
      access: { ledger: logs, trails: [{ region: 'eu-west-1', trails: known(value) }] },
    });
    test.each<[string, Partial<CheckInput>, Status, RegExp]>([
      ['a trail that could know', trails(trailEvidence()), 'COMPLIANT', /Nobody/],
      [
        'a trail without KMS',
        trails(
          trailEvidence({
            selectors: known({
              kind: 'classic',
              selectors: [
                {
                  readWrite: 'All',
                  managementEvents: true,
                  excluded: ['kms.amazonaws.com'],
                  dataResources: [],
                },
              ],
            }),
          }),
        ),
        'INSUFFICIENT_DATA',
        /leaves out the events of KMS/,
      ],
      ['no trail', trails(), 'INSUFFICIENT_DATA', /No trail/],
      [
        'trails nobody may list',
        { access: { ledger: logs, trails: [{ region: 'eu-west-1', trails: denied }] } },
        'INSUFFICIENT_DATA',
        /could not be read: ACCESS_DENIED/,
      ],
      [
        'trails nobody looked at',
        { access: { ledger: logs, trails: [] } },
        'INSUFFICIENT_DATA',
        /were not looked at/,
      ],
    ])('%s', (_name, rest, status, reason) => {
      const verdict = judge(null, decrypt(), rest);
      expect([verdict.status, verdict.reasons.join(' ')]).toEqual([status, expect.stringMatching(reason)]);
    });
  });

  test('a bucket whose Region is unknown is not judged by another', () => {
    expect(judge(ledgerOf([]), decrypt(), { bucket: bucketEvidence({ region: denied }) }).status).toBe(
      'INSUFFICIENT_DATA',
    );
  });

  test('a thousand strangers do not make a page of a thousand lines', () => {
    const { reasons } = judge(
      ledgerOf(Array.from({ length: 1000 }, (_, i) => stranger({ principal: roleArn(`R${i}`) }))),
    );
    expect(reasons).toHaveLength(26);
    expect(reasons.at(-1)).toMatch(/975 more/);
  });
});

import { describe, expect, test } from '@jest/globals';
import { edited, refused, told } from './packs.ts';

const ENCRYPTION = 'requirements[0].encryption';
const encryption = (lines: string): string => edited('allow: [SSE-KMS]', lines);

const CONTRADICTIONS: [behaviour: string, text: string, expected: string][] = [
  [
    'a KMS key without a KMS type',
    encryption('allow: [SSE-S3]\n      key: { manager: CUSTOMER }'),
    `13:7 ${ENCRYPTION}.key: asks for a KMS key, but allow holds no KMS type; add SSE-KMS or DSSE-KMS, or remove key`,
  ],
  [
    'SSE-C blocked and allowed',
    encryption('allow: [SSE-KMS, SSE-C]\n      sse-c: blocked'),
    `13:7 ${ENCRYPTION}.sse-c: blocks SSE-C, which allow accepts; remove one of the two`,
  ],
  [
    'bucket keys required without SSE-KMS',
    encryption('allow: [DSSE-KMS]\n      bucket-key: required'),
    `13:7 ${ENCRYPTION}.bucket-key: is required, but only SSE-KMS has bucket keys and allow does not hold it; add SSE-KMS, or remove bucket-key`,
  ],
  [
    'bucket keys forbidden without SSE-KMS',
    encryption('allow: [SSE-S3]\n      bucket-key: forbidden'),
    `13:7 ${ENCRYPTION}.bucket-key: is forbidden, but only SSE-KMS has bucket keys and allow does not hold it; add SSE-KMS, or remove bucket-key`,
  ],
  [
    'who decrypts, without a type that leaves Decrypt events',
    encryption('allow: [SSE-S3]\n    decrypt: { principals: ["arn:aws:iam::*:role/x"] }'),
    '13:5 requirements[0].decrypt: is answered from KMS events, but allow holds no KMS type; add SSE-KMS or DSSE-KMS, or remove decrypt',
  ],
  [
    'a customer managed key with a reserved alias',
    encryption('allow: [SSE-KMS]\n      key: { manager: CUSTOMER, aliases: [alias/aws/s3] }'),
    `13:43 ${ENCRYPTION}.key.aliases[0]: "alias/aws/s3" can only be an AWS managed key, but manager is CUSTOMER; change one of the two`,
  ],
  [
    'an AWS managed key with an alias of ours',
    encryption('allow: [SSE-KMS]\n      key: { manager: AWS, aliases: [alias/ehr] }'),
    `13:38 ${ENCRYPTION}.key.aliases[0]: "alias/ehr" can only be a customer managed key, but manager is AWS; change one of the two`,
  ],
  [
    'a key of one account by the ARN of another',
    encryption(
      'allow: [SSE-KMS]\n      key: { accounts: ["444455556666"], arns: ["arn:aws:kms:*:111122223333:key/*"] }',
    ),
    `13:24 ${ENCRYPTION}.key.accounts: names 444455556666, and no pattern of arns can match a key of theirs; change one of the two`,
  ],
  [
    'an AWS managed key that rotates faster than AWS rotates it',
    encryption('allow: [SSE-KMS]\n      key: { manager: AWS, rotation: { max-days: 90 } }'),
    `13:50 ${ENCRYPTION}.key.rotation.max-days: is 90, but AWS managed keys rotate every 365 days; write 365, or manager: CUSTOMER`,
  ],
];

const REFERENCES: [behaviour: string, text: string, expected: string][] = [
  [
    'a data class that nobody defines',
    edited('data-class: phi', 'data-class: genome'),
    '9:17 requirements[0].data-class: "genome" is not a data class of this pack; define it, or name another. Defined: phi',
  ],
  [
    'a requirement id used twice',
    edited(
      'waivers:',
      '  - { id: sealed, title: Again, data-class: phi, severity: low, encryption: { allow: [SSE-S3] } }\nwaivers:',
    ),
    '13:11 requirements[1].id: "sealed" is already the id of requirements[0]; choose another',
  ],
  [
    'a waiver of a requirement that is not there',
    edited('requirement: sealed', 'requirement: hipaa/sealed'),
    '14:18 waivers[0].requirement: "hipaa/sealed" is not a requirement of this pack; define it, or name another. Defined: sealed',
  ],
];

describe('a pack that contradicts itself is refused', () => {
  test.each([...CONTRADICTIONS, ...REFERENCES])('%s', (_, text, expected) => {
    expect(refused(text)).toBe(true);
    expect(told(text)).toEqual([expected]);
  });

  test('contradictions are told beside problems elsewhere in the same requirement', () => {
    const text = encryption('allow: [SSE-KMS, SSE-C]\n      sse-c: blocked').replace(
      'severity: high',
      'severity: big',
    );
    expect(told(text)).toEqual([
      '10:15 requirements[0].severity: "big" is not a severity. Allowed: critical, high, medium, low, informational',
      `13:7 ${ENCRYPTION}.sse-c: blocks SSE-C, which allow accepts; remove one of the two`,
    ]);
  });

  test.each([
    [
      'the key of a requirement that also accepts SSE-S3',
      'allow: [SSE-S3, SSE-KMS]\n      key: { manager: CUSTOMER }',
    ],
    [
      'an AWS managed key beside ARN patterns',
      'allow: [SSE-KMS]\n      key: { manager: AWS, arns: ["arn:aws:kms:*:*:key/*"] }',
    ],
    [
      'an AWS managed key by an alias glob',
      'allow: [SSE-KMS]\n      key: { manager: AWS, aliases: ["alias/*"] }',
    ],
    ['bucket keys where DSSE-KMS is accepted too', 'allow: [SSE-KMS, DSSE-KMS]\n      bucket-key: required'],
  ])('%s is no contradiction', (_, lines) => {
    expect(told(encryption(lines))).toEqual([]);
  });
});

const KNOWN =
  'Known: hipaa, nist-800-53, nist-800-171, nist-csf-2.0, fedramp, pci-4.0.1, cis-aws, cis-aws-v5, aws-fsbp, soc-2, iso-27001, gdpr';

const WARNINGS: [behaviour: string, search: string, replacement: string, expected: string][] = [
  [
    'an expired waiver',
    '2026-12-31',
    '2026-11-23',
    '20:14 waivers[0].expires: expired on 2026-11-23: what it covered fails again; mend it and remove the waiver, or have it approved anew with a later day',
  ],
  [
    'a waiver for longer than a year',
    '2026-12-31',
    '2027-01-03',
    '20:14 waivers[0].expires: is 367 days after approval; have exceptions approved anew at least once a year',
  ],
  [
    'a waiver approved by its owner',
    'Security officer',
    'storage team',
    '18:15 waivers[0].approver: "storage team" is also the owner; let somebody else accept the risk',
  ],
  [
    'a waiver for every bucket',
    'arn:aws:s3:::legacy',
    `'arn:aws:s3:::*'`,
    '15:15 waivers[0].resource: covers every bucket; name the buckets it is meant for',
  ],
  [
    'a waiver of all checks for a part of a bucket',
    'arn:aws:s3:::legacy',
    'arn:aws:s3:::legacy/2019/*',
    '15:15 waivers[0].resource: covers some objects of a bucket, which excuses nothing of default, enforced, keys, opened; write checks: [stored], or "arn:aws:s3:::legacy"',
  ],
  [
    'a data class that no requirement uses',
    '  phi:',
    '  pii: { any: [{ key-prefix: pii/ }] }\n  phi:',
    '3:3 data-classes.pii: is used by no requirement; add one, or remove the class',
  ],
  [
    'a bucket name in capitals',
    'bucket-tag: { data-class: [phi] }',
    `bucket-name: '*-PHI-*'`,
    '5:22 data-classes.phi.any[0].bucket-name: "*-PHI-*" holds capitals, which names of buckets made since March 2018 do not; write "*-phi-*"',
  ],
  [
    'a key prefix that begins with a slash',
    'bucket-tag: { data-class: [phi] }',
    'key-prefix: /phi/',
    '5:21 data-classes.phi.any[0].key-prefix: "/phi/" begins with /, which object keys seldom do; "phi/" is the usual spelling',
  ],
  [
    'a key that asks nothing',
    'allow: [SSE-KMS]',
    'allow: [SSE-KMS]\n      key: { manager: any }',
    '13:7 requirements[0].encryption.key: asks nothing of the key; name its manager, or remove key',
  ],
  [
    'a framework that we do not know',
    'severity: high',
    'severity: high\n    controls: { hippa: ["164.312(b)"] }',
    `11:17 requirements[0].controls.hippa: is not a framework we know; did you mean hipaa? ${KNOWN}`,
  ],
  [
    'a framework of the reader’s own',
    'severity: high',
    'severity: high\n    controls: { our-own-policy: [NW-7] }',
    `11:17 requirements[0].controls.our-own-policy: is not a framework we know; reports show it as it is. ${KNOWN}`,
  ],
  [
    'a control in another framework’s spelling',
    'severity: high',
    'severity: high\n    controls: { nist-800-53: [sc-28.1] }',
    '11:31 requirements[0].controls.nist-800-53[0]: "sc-28.1" does not look like a control of NIST SP 800-53 Rev. 5; they look like SC-28(1)',
  ],
];

describe('what is allowed and seldom meant is a warning', () => {
  test.each(WARNINGS)('%s', (_, search, replacement, expected) => {
    const text = edited(search, replacement);
    expect(refused(text)).toBe(false);
    expect(told(text)).toEqual([expected]);
  });

  test('a waiver of stored objects may cover a part of a bucket', () => {
    const part = edited('arn:aws:s3:::legacy', 'arn:aws:s3:::legacy/2019/*').replace(
      'reason:',
      'checks: [stored]\n    reason:',
    );
    expect(told(part)).toEqual([]);
  });

  test('a waiver holds through the day it names', () => {
    expect(told(edited('2026-12-31', '2026-11-24'))).toEqual([]);
  });

  test('a waiver approved today, for a leap year of 366 days, is in order', () => {
    expect(told(edited('2026-01-01', '2026-11-24'))).toEqual([]);
    expect(told(edited('2026-01-01', '2025-12-30'))).toEqual([]);
  });
});

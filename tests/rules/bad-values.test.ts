import { describe, expect, test } from '@jest/globals';
import { edited, refused, told } from './packs.ts';

type Row = [value: string, expected: string];
type Slot = { search: string; replacement: (value: string) => string; at: string };

const TYPES = 'Allowed: SSE-S3, SSE-KMS, DSSE-KMS, SSE-C';
const KEY_LIKE = 'for example arn:aws:kms:*:111122223333:key/*';
const ROLE_LIKE = 'for example arn:aws:iam::111122223333:role/ehr-*';
const BUCKET_LIKE = 'for example arn:aws:s3:::legacy-archive/*';

/** Where each table's value goes, and the place at which the value is then told. */
const SLOTS: Record<string, Slot> = {
  pack: { search: 'pack: p', replacement: (value) => `pack: ${value}`, at: '1:7 pack' },
  id: { search: 'id: sealed', replacement: (value) => `id: ${value}`, at: '7:9 requirements[0].id' },
  matcher: {
    search: 'bucket-tag: { data-class: [phi] }',
    replacement: (value) => `bucket-name: ${value}`,
    at: '5:22 data-classes.phi.any[0].bucket-name',
  },
  prefix: {
    search: 'bucket-tag: { data-class: [phi] }',
    replacement: (value) => `key-prefix: ${value}`,
    at: '5:21 data-classes.phi.any[0].key-prefix',
  },
  severity: {
    search: 'severity: high',
    replacement: (value) => `severity: ${value}`,
    at: '10:15 requirements[0].severity',
  },
  type: {
    search: 'allow: [SSE-KMS]',
    replacement: (value) => `allow: [${value}]`,
    at: '12:15 requirements[0].encryption.allow[0]',
  },
  manager: {
    search: 'allow: [SSE-KMS]',
    replacement: (value) => `allow: [SSE-KMS]\n      key: { manager: ${value} }`,
    at: '13:23 requirements[0].encryption.key.manager',
  },
  keyArn: {
    search: 'allow: [SSE-KMS]',
    replacement: (value) => `allow: [SSE-KMS]\n      key: { arns: [${value}] }`,
    at: '13:21 requirements[0].encryption.key.arns[0]',
  },
  alias: {
    search: 'allow: [SSE-KMS]',
    replacement: (value) => `allow: [SSE-KMS]\n      key: { aliases: [${value}] }`,
    at: '13:24 requirements[0].encryption.key.aliases[0]',
  },
  account: {
    search: 'allow: [SSE-KMS]',
    replacement: (value) => `allow: [SSE-KMS]\n      key: { accounts: [${value}] }`,
    at: '13:25 requirements[0].encryption.key.accounts[0]',
  },
  rate: {
    search: 'severity: high',
    replacement: (value) => `severity: high\n    sampling: { tolerable-rate: ${value} }`,
    at: '11:33 requirements[0].sampling.tolerable-rate',
  },
  confidence: {
    search: 'severity: high',
    replacement: (value) => `severity: high\n    sampling: { tolerable-rate: 1%, confidence: ${value} }`,
    at: '11:49 requirements[0].sampling.confidence',
  },
  rotation: {
    search: 'allow: [SSE-KMS]',
    replacement: (value) => `allow: [SSE-KMS]\n      key: { rotation: ${value} }`,
    at: '13:24 requirements[0].encryption.key.rotation',
  },
  maxDays: {
    search: 'allow: [SSE-KMS]',
    replacement: (value) => `allow: [SSE-KMS]\n      key: { rotation: { max-days: ${value} } }`,
    at: '13:36 requirements[0].encryption.key.rotation.max-days',
  },
  tls: {
    search: 'severity: high',
    replacement: (value) => `severity: high\n    transport: { tls: ${value} }`,
    at: '11:23 requirements[0].transport.tls',
  },
  path: {
    search: 'severity: high',
    replacement: (value) => `severity: high\n    paths: [${value}]`,
    at: '11:13 requirements[0].paths[0]',
  },
  principal: {
    search: 'severity: high',
    replacement: (value) => `severity: high\n    decrypt: { principals: [${value}] }`,
    at: '11:29 requirements[0].decrypt.principals[0]',
  },
  maxAge: {
    search: 'severity: high',
    replacement: (value) =>
      `severity: high\n    decrypt: { max-age: ${value}, principals: ["arn:aws:iam::*:root"] }`,
    at: '11:25 requirements[0].decrypt.max-age',
  },
  denyDirect: {
    search: 'severity: high',
    replacement: (value) =>
      `severity: high\n    decrypt: { deny-direct: ${value}, principals: ["arn:aws:iam::*:root"] }`,
    at: '11:29 requirements[0].decrypt.deny-direct',
  },
  control: {
    search: 'severity: high',
    replacement: (value) => `severity: high\n    controls: { cis-aws: [${value}] }`,
    at: '11:27 requirements[0].controls.cis-aws[0]',
  },
  resource: { search: 'arn:aws:s3:::legacy', replacement: (value) => value, at: '15:15 waivers[0].resource' },
  check: {
    search: 'reason:',
    replacement: (value) => `checks: [${value}]\n    reason:`,
    at: '16:14 waivers[0].checks[0]',
  },
  approved: { search: '2026-01-01', replacement: (value) => value, at: '19:15 waivers[0].approved' },
  expires: { search: '2026-12-31', replacement: (value) => value, at: '20:14 waivers[0].expires' },
};

const TABLES: Record<keyof typeof SLOTS, Row[]> = {
  pack: [
    [
      'HIPAA Pack',
      '"HIPAA Pack" is not an id: lower-case letters, digits, dots and hyphens, at most 64; write hipaa-pack',
    ],
    ['../etc', '"../etc" is not an id: lower-case letters, digits, dots and hyphens, at most 64; write etc'],
    ['"ü"', '"ü" is not an id: lower-case letters, digits, dots and hyphens, at most 64'],
  ],
  id: [['42', '42 is a number here; quote it: "42"']],
  matcher: [
    [
      `'phi-[ab]*'`,
      '"phi-[ab]*" is not a glob we read: only * (any run) and ? (one character) are wildcards',
    ],
    ['phi/*', '"phi/*" is a glob over bucket names, which hold no /; for a part of a bucket use key-prefix'],
    [
      'arn:aws:s3:::phi',
      '"arn:aws:s3:::phi" is a glob over bucket names; write the name alone, for example "*-phi-*"',
    ],
    [
      'phi bucket',
      '"phi bucket" matches no bucket; names hold letters, digits, dots, hyphens and underscores',
    ],
    ['*-phi-*', `"*-phi-*" without quotes is a YAML alias of nothing; if it is a glob, quote it: '*-phi-*'`],
  ],
  prefix: [
    ['phi/*', '"phi/*" is literal, not a glob; end it before the wildcard, for example phi/'],
    ['""', '"" is empty and would match every key; for whole buckets write bucket-name: "*"'],
    ['s3://b/phi/', '"s3://b/phi/" is a prefix of object keys; leave out the bucket, for example phi/'],
  ],
  severity: [
    [
      'hihg',
      '"hihg" is not a severity; did you mean high? Allowed: critical, high, medium, low, informational',
    ],
    [
      'HIGH',
      '"HIGH" is not a severity; did you mean high? Allowed: critical, high, medium, low, informational',
    ],
    ['1', 'the number 1 is not a severity. Allowed: critical, high, medium, low, informational'],
  ],
  type: [
    ['SSE-KSM', `"SSE-KSM" is not an encryption type; did you mean SSE-KMS? ${TYPES}`],
    ['sse_kms', `"sse_kms" is not an encryption type; did you mean SSE-KMS? ${TYPES}`],
    ['AES256', `"AES256" is not an encryption type; did you mean SSE-S3? ${TYPES}`],
    ['aws:kms:dsse', `"aws:kms:dsse" is not an encryption type; did you mean DSSE-KMS? ${TYPES}`],
    ['NONE', `"NONE" is not an encryption type. ${TYPES}`],
    ['constructor', `"constructor" is not an encryption type. ${TYPES}`],
  ],
  manager: [
    ['customer', '"customer" is not a key manager; did you mean CUSTOMER? Allowed: CUSTOMER, AWS, any'],
  ],
  keyArn: [
    [`"*"`, `"*" is not an ARN; write the whole of it, ${KEY_LIKE}`],
    [
      `"arn:aws:kms:*"`,
      `"arn:aws:kms:*" has fewer than an ARN's six colon segments, and * does not cross a colon; write all six, ${KEY_LIKE}`,
    ],
    ['alias/ehr', '"alias/ehr" is an alias; S3 records key ARNs, so move it to aliases'],
    [
      '1234abcd-12ab-34cd-56ef-1234567890ab',
      '"1234abcd-12ab-34cd-56ef-1234567890ab" is a bare key id; write arn:aws:kms:*:*:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    ],
    [
      'arn:azure:kms:*:111122223333:key/a',
      `"arn:azure:kms:*:111122223333:key/a" has no AWS partition; write aws, or * for every one, ${KEY_LIKE}`,
    ],
    ['arn:aws:s3:::b', `"arn:aws:s3:::b" is an ARN of another service; write kms, ${KEY_LIKE}`],
    [
      'arn:aws:kms::111122223333:key/a',
      `"arn:aws:kms::111122223333:key/a" has no Region; write one, or * for every one, ${KEY_LIKE}`,
    ],
    [
      'arn:aws:kms:*:1111:key/a',
      `"arn:aws:kms:*:1111:key/a" has no 12-digit account; write one, or * for every one, ${KEY_LIKE}`,
    ],
    [
      'arn:aws:kms:*:111122223333:alias/a',
      `"arn:aws:kms:*:111122223333:alias/a" names an alias; S3 records key ARNs, so write alias/… under aliases, ${KEY_LIKE}`,
    ],
    [
      'arn:aws:kms:*:111122223333:1234',
      `"arn:aws:kms:*:111122223333:1234" does not name a key; its last segment begins with key/, ${KEY_LIKE}`,
    ],
  ],
  alias: [
    ['ehr', '"ehr" lacks its alias/ prefix; write it as alias/<name>'],
    [
      'arn:aws:kms:us-east-1:1:alias/ehr',
      '"arn:aws:kms:us-east-1:1:alias/ehr" is an ARN; write the alias alone, for example alias/ehr-*',
    ],
    [
      'alias/a b',
      '"alias/a b" is not an alias KMS would accept; letters, digits, /, _ and - follow alias/, and * or ? as wildcards',
    ],
  ],
  account: [
    ['012345678901', '012345678901 is a number here; quote it: "012345678901"'],
    [`"1111"`, '"1111" is not an account; write its 12 digits in quotes, for example "111122223333"'],
    [
      `"1111*"`,
      '"1111*" takes no wildcard; list the accounts, or use arns, for example "arn:aws:kms:*:1111*:key/*"',
    ],
  ],
  rate: [
    ['0.1', '0.1 is a number here; quote it: "0.1"'],
    ['"0.1"', '"0.1" is not a rate; write a percentage with at most three decimals, for example 0.1%'],
    ['0.0001%', '"0.0001%" is not a rate; write a percentage with at most three decimals, for example 0.1%'],
    ['-1%', '"-1%" is not a rate; write a percentage with at most three decimals, for example 0.1%'],
    [
      '0%',
      '"0%" tolerates nothing, which no sample can show; write more, for example 0.1%, or leave sampling out',
    ],
    ['20.001%', '"20.001%" is more than the 20% that a pack may tolerate'],
  ],
  confidence: [
    ['95', 'the number 95 is not a confidence. Allowed: 90%, 95%, 99%'],
    ['100%', '"100%" is not a confidence. Allowed: 90%, 95%, 99%'],
  ],
  rotation: [
    [
      'requird',
      '"requird" is not a rotation; did you mean required? Allowed: required, any, or { max-days: 365 }',
    ],
    ['365', 'the number 365 is not a rotation. Allowed: required, any, or { max-days: 365 }'],
    ['[required]', 'a list is not a rotation. Allowed: required, any, or { max-days: 365 }'],
    ['{}', 'max-days is missing; add max-days: 365'],
  ],
  maxDays: [
    ['30', 'the number 30 is too small; at least 90'],
    ['3000', 'the number 3000 is too large; at most 2560'],
    ['90.5', 'the number 90.5 is not a whole number'],
    ['"365"', '"365" is text here; remove the quotes'],
    ['.nan', 'the number NaN is not a number; write a whole number without quotes'],
  ],
  tls: [
    ['1.2', '1.2 is a number here; quote it: "1.2"'],
    ['1.1', 'the number 1.1 is not a TLS version. Allowed: "1.2", "1.3"'],
    ['TLSv1.2', '"TLSv1.2" is not a TLS version. Allowed: "1.2", "1.3"'],
  ],
  path: [
    ['replicat', '"replicat" is not a write path; did you mean replicate? Allowed: put, replicate, update'],
  ],
  principal: [
    ['ehr-role', `"ehr-role" is not an ARN; write the whole of it, ${ROLE_LIKE}`],
    [
      'arn:aws:iam:us-east-1:111122223333:role/x',
      `"arn:aws:iam:us-east-1:111122223333:role/x" names a Region, which such ARNs leave empty, ${ROLE_LIKE}`,
    ],
    [
      'arn:aws:iam::111122223333:ehr',
      `"arn:aws:iam::111122223333:ehr" does not name a principal; its last segment is role/…, user/…, assumed-role/… or root, ${ROLE_LIKE}`,
    ],
    [
      'arn:aws:kms:*:111122223333:key/a',
      `"arn:aws:kms:*:111122223333:key/a" is an ARN of another service; write iam or sts, ${ROLE_LIKE}`,
    ],
  ],
  maxAge: [
    ['0', 'the number 0 is too small; at least 1'],
    ['ninety', '"ninety" is not a number; write a whole number without quotes'],
  ],
  denyDirect: [['yes', '"yes" is neither true nor false']],
  control: [['3.8', '3.8 is a number here; quote it: "3.8"']],
  resource: [
    ['s3://legacy/x', '"s3://legacy/x" is a URL; write arn:aws:s3:::legacy/x'],
    ['legacy', `"legacy" is not an ARN; write the whole of it, ${BUCKET_LIKE}`],
    [
      'arn:aws:s3:us-east-1::legacy',
      `"arn:aws:s3:us-east-1::legacy" names a Region, which such ARNs leave empty, ${BUCKET_LIKE}`,
    ],
    [
      'arn:aws:s3::111122223333:legacy',
      `"arn:aws:s3::111122223333:legacy" names an account, which such ARNs leave empty, ${BUCKET_LIKE}`,
    ],
    [
      `"arn:aws:s3:::leg[a]cy"`,
      `"arn:aws:s3:::leg[a]cy" names no bucket, as the name is not a glob we read: only * (any run) and ? (one character) are wildcards, ${BUCKET_LIKE}`,
    ],
  ],
  check: [
    [
      'store',
      '"store" is not a check; did you mean stored? Allowed: stored, default, enforced, keys, opened',
    ],
  ],
  approved: [
    ['2026-02-30', '"2026-02-30" is a day that does not exist; check month and day'],
    ['1 Jan 2026', '"1 Jan 2026" is not a date; write it as YYYY-MM-DD, for example 2027-03-31'],
    ['20260101', '20260101 is a number here; quote it: "20260101"'],
    ['2026-11-25', '"2026-11-25" is in the future (today is 2026-11-24); write the day it was approved'],
  ],
  expires: [['2025-12-31', '"2025-12-31" is before the day of approval, 2026-01-01; write a later day']],
};

describe.each(Object.keys(TABLES))('a wrong %s is refused with place and fix', (slot) => {
  const { search, replacement, at } = SLOTS[slot]!;
  test.each(TABLES[slot]!)('%s', (value, expected) => {
    const text = edited(search, replacement(value));
    expect(refused(text)).toBe(true);
    // A changed id also leaves the waiver without its requirement; the first line is the one under test.
    expect(told(text)[0]).toBe(`${at}: ${expected}`);
  });
});

import { expect, test } from '@jest/globals';
import { told } from './small.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const OBJECTS = "{ keys: 'a/{n:3}', count: 3, written: 2024-02-01 .. 2024-03-01, seal: kms }";
const EVENT = '{ by: app, bucket: first, prefix: a/, count: 2, when: -9d .. -1d }';
const SECOND = 'created: 2020-01-01\n    default: { algorithm: AES256 }';

const ROWS: readonly Refusal[] = [
  [
    'a KMS seal without a key',
    ["managed: { algorithm: 'aws:kms', key: aws/s3 }", "managed: { algorithm: 'aws:kms' }"],
    'managed:',
    'seals.managed: a seal names a KMS key exactly when its algorithm is one of KMS',
  ],
  [
    'SSE-S3 with a key',
    ['plain: { algorithm: AES256 }', 'plain: { algorithm: AES256, key: own }'],
    'plain:',
    'seals.plain: a seal names a KMS key exactly when its algorithm is one of KMS',
  ],
  [
    'SSE-C that shows an algorithm',
    ['plain: { algorithm: AES256 }', 'plain: { algorithm: AES256, customer-key: true }'],
    'plain:',
    'seals.plain: an object under a customer-provided key shows no algorithm',
  ],
  [
    'DSSE with a bucket key',
    ["managed: { algorithm: 'aws:kms', key", "managed: { algorithm: 'aws:kms:dsse', bucket-key: true, key"],
    'managed:',
    'seals.managed: only aws:kms has bucket keys',
  ],
  [
    'a key pending deletion without a date',
    ['abroad: { region: us-east-1 }', 'abroad: { region: us-east-1, state: PendingDeletion }'],
    'abroad: {',
    'keys.abroad: a key has a deletion date exactly when its state is PendingDeletion',
  ],
  [
    'a date of deletion for a key that stays',
    ['abroad: { region: us-east-1 }', 'abroad: { region: us-east-1, deletion: +9d }'],
    'abroad: {',
    'keys.abroad: a key has a deletion date exactly when its state is PendingDeletion',
  ],
  [
    'rotation of imported material',
    ['rotation-days: 365', 'rotation-days: 365, origin: EXTERNAL'],
    'own: {',
    'keys.own: keys of spec SYMMETRIC_DEFAULT and origin EXTERNAL do not rotate',
  ],
  [
    'rotation of a signing key',
    ['rotation-days: 365', 'rotation-days: 365, spec: ECC_NIST_P256'],
    'own: {',
    'keys.own: keys of spec ECC_NIST_P256 and origin AWS_KMS do not rotate',
  ],
  [
    'an expiry of material that KMS made',
    ['abroad: { region: us-east-1 }', 'abroad: { region: us-east-1, material-expires: 2030-01-01 }'],
    'abroad: {',
    'keys.abroad: only imported key material, of origin EXTERNAL, expires',
  ],
  [
    'one alias for two keys',
    ['abroad: { region: us-east-1 }', 'abroad: { region: us-east-1 }\n  twin: { alias: own }'],
    'twin:',
    "keys.twin.alias: another key has the alias 'own' already",
  ],
  [
    'objects under a key of another Region',
    ['seal: plain }', 'seal: abroad }'],
    '{ keys: [b, c]',
    "buckets.first.objects.1: key 'abroad' of seal 'abroad' is not in the bucket's Region",
  ],
  [
    'an unencrypted object of today',
    ['seal: plain }', 'seal: old }'],
    '{ keys: [b, c]',
    "buckets.first.objects.1: S3 has encrypted every object since 5 January 2023; 'old' is from before",
  ],
  [
    'an object older than its bucket',
    ['keys: [b, c], written: 2024-02-01', 'keys: [b, c], written: 2019-02-01'],
    '{ keys: [b, c]',
    'buckets.first.objects.1: written before the bucket was created',
  ],
  [
    'an object older than its key',
    ['written: 2024-02-01 .. 2024-03-01', 'written: 2024-01-01 .. 2024-03-01'],
    OBJECTS.slice(0, 10),
    "buckets.first.objects.0: written before key 'own' was created",
  ],
  [
    'an older version that is newer',
    ['seal: plain }', 'seal: plain, older: [{ written: 2025-01-01, seal: plain }] }'],
    '{ keys: [b, c]',
    'buckets.first.objects.1: each version must have been written before the one above it',
  ],
  [
    'a deletion before the writing',
    ['seal: plain }', 'seal: plain, deleted: 2023-05-01 }'],
    '{ keys: [b, c]',
    'buckets.first.objects.1: each version must have been written before the one above it',
  ],
  [
    'older versions where there is no versioning',
    [
      SECOND,
      `${SECOND}\n    objects: [{ keys: x, written: 2024-02-01, seal: plain, older: [{ written: 2023-02-01, seal: plain }] }]`,
    ],
    'keys: x',
    'buckets.second.objects.0: only a versioned bucket has older versions and delete markers',
  ],
  [
    'a delete marker where there is no versioning',
    [SECOND, `${SECOND}\n    objects: [{ keys: x, written: 2024-02-01, seal: plain, deleted: 2025-02-01 }]`],
    'keys: x',
    'buckets.second.objects.0: only a versioned bucket has older versions and delete markers',
  ],
  [
    'many objects of one key',
    ["keys: 'a/{n:3}'", 'keys: a/b'],
    'keys: a/b',
    'buckets.first.objects.0.keys: more than one needs {n} or {hex} in its key',
  ],
  [
    'many uploads of one key',
    ["key: 'u/{n}'", 'key: u/v'],
    'key: u/v',
    'buckets.first.uploads.0: more than one needs {n} or {hex} in its key',
  ],
  [
    'a count beside a list of keys',
    ['keys: [b, c]', 'keys: [b, c], count: 2'],
    'count: 2, written: 2024-02-01, seal: plain',
    'buckets.first.objects.1.count: a list of keys is its own count',
  ],
  [
    'an event about a bucket and a key',
    ['by: app, bucket: first', 'by: app, key: own, bucket: first'],
    'by: app, key',
    'events.0: an event is about either a bucket (through S3) or a key (a direct call)',
  ],
  [
    'an event about nothing',
    [EVENT, '{ by: app, when: -1d }'],
    'by: app, when',
    'events.0: an event is about either a bucket (through S3) or a key (a direct call)',
  ],
  [
    'a trail that stopped and goes on',
    ['bucket: first, started: 2024-01-01', 'bucket: first, started: 2024-01-01, stopped: 2025-01-01'],
    'name: t',
    'trails.0: a trail that is logging has not stopped',
  ],
];

test.each(ROWS)(
  'parts that AWS would not let stand beside each other are told with their line: %s',
  (_behaviour, edit, passage, problem) => {
    const { text, line } = refusal(edit, passage);
    expect(told(text)).toEqual([`line ${line}, ${problem}`]);
  },
);

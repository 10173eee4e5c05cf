import { describe, expect, test } from '@jest/globals';
import type { ConfigItem } from '../../../lib/sandbox/state-services.ts';
import { edited, loaded, NOW, told } from './small.ts';
import type { Edit } from './small.ts';

const SECOND = 'created: 2020-01-01\n    default: { algorithm: AES256 }\n    logging: { to: first }\n';
const RECORDER: Edit = [
  'trails:\n',
  'config-recorders: [{ region: eu-west-1, since: 2025-01-01 }]\ntrails:\n',
];
const EARLIER: Edit = [
  SECOND,
  `${SECOND}    earlier:
      - { until: 2026-08-01, default: { algorithm: 'aws:kms', key: own }, policy: [tls] }
      - { until: 2025-06-01, tags: { state: old } }
`,
];

const itemsOf = (name: string, ...edits: readonly Edit[]): ConfigItem[] =>
  loaded(edited(RECORDER, ...edits)).configItems.filter(({ resourceId }) => resourceId === name);
const summaryOf = ({ captureTime, item }: ConfigItem) => {
  const all = item['supplementaryConfiguration'] as Record<string, string>;
  const { rules } = JSON.parse(all['ServerSideEncryptionConfiguration'] ?? '{}') as {
    rules: { applyServerSideEncryptionByDefault: { sseAlgorithm: string } }[];
  };
  return [
    new Date(captureTime).toISOString().slice(0, 10),
    rules[0]?.applyServerSideEncryptionByDefault.sseAlgorithm,
    (JSON.parse(all['BucketPolicy'] ?? '{}') as { policyText: string | null }).policyText !== null,
    item['tags'],
    item['configurationItemStatus'],
  ];
};

describe('what AWS Config has recorded', () => {
  test('a bucket that never changed: one item, of when the recorder was started', () => {
    expect(itemsOf('second').map(summaryOf)).toEqual([['2025-01-01', 'AES256', false, {}, 'OK']]);
  });

  test('a change leaves an item; what an earlier state leaves out was as in the one after it', () => {
    expect(itemsOf('second', EARLIER).map(summaryOf)).toEqual([
      ['2026-08-01', 'AES256', false, {}, 'OK'],
      ['2025-06-01', 'aws:kms', true, {}, 'OK'],
      ['2025-01-01', 'aws:kms', true, { state: 'old' }, 'OK'],
    ]);
  });

  test('changes from before the recorder, or after it was stopped, are in no item', () => {
    const late: Edit = ['since: 2025-01-01', 'since: 2025-09-01'];
    expect(itemsOf('second', EARLIER, late).map(summaryOf)).toEqual([
      ['2026-08-01', 'AES256', false, {}, 'OK'],
      ['2025-09-01', 'aws:kms', true, {}, 'OK'],
    ]);
    const stopped: Edit = ['since: 2025-01-01', 'since: 2025-01-01, stopped: 2026-01-01'];
    expect(itemsOf('second', EARLIER, stopped).map(summaryOf)).toEqual([
      ['2025-06-01', 'aws:kms', true, {}, 'OK'],
      ['2025-01-01', 'aws:kms', true, { state: 'old' }, 'OK'],
    ]);
  });

  test('a deleted bucket is in no listing, and its last item says so', () => {
    const deleted: Edit = [
      'created: 2020-01-01\n    default: { algorithm: AES256 }',
      'created: 2020-01-01\n    deleted: -30d\n    default: { algorithm: AES256 }',
    ];
    const state = loaded(edited(RECORDER, deleted));
    expect([...state.buckets.keys()]).toEqual(['first']);
    expect(itemsOf('second', deleted).map(summaryOf)).toEqual([
      [new Date(NOW - 30 * 86_400_000).toISOString().slice(0, 10), 'AES256', false, {}, 'ResourceDeleted'],
      ['2025-01-01', 'AES256', false, {}, 'OK'],
    ]);
  });

  test('keys are recorded too, unless the recorder leaves them out', () => {
    const types = (edits: readonly Edit[]): string[] =>
      [
        ...new Set(loaded(edited(RECORDER, ...edits)).configItems.map(({ resourceType }) => resourceType)),
      ].sort();
    expect(types([])).toEqual(['AWS::KMS::Key', 'AWS::S3::Bucket']);
    const only: Edit = ['since: 2025-01-01', "since: 2025-01-01, resource-types: ['AWS::S3::Bucket']"];
    expect(types([only])).toEqual(['AWS::S3::Bucket']);
  });

  test('and a Region alone has recorded everything once, the day before', () => {
    const short: Edit = ['[{ region: eu-west-1, since: 2025-01-01 }]', '[eu-west-1]'];
    expect(itemsOf('first', short).map(({ captureTime }) => captureTime)).toEqual([NOW - 86_400_000]);
  });
});

describe('what cannot have been is refused', () => {
  const KEY = 'users: [app] }';
  test.each<[string, Edit, RegExp]>([
    [
      'out of order',
      [SECOND, `${SECOND}    earlier: [{ until: 2024-01-01 }, { until: 2025-01-01 }]\n`],
      /buckets\.second: .*go back in time/,
    ],
    [
      'from before the bucket',
      [SECOND, `${SECOND}    earlier: [{ until: 2019-01-01 }]\n`],
      /buckets\.second: .*go back in time/,
    ],
    [
      'after the deletion',
      [SECOND, `${SECOND}    deleted: 2024-01-01\n    earlier: [{ until: 2025-01-01 }]\n`],
      /buckets\.second: .*go back in time/,
    ],
    [
      'from before the key',
      [KEY, 'users: [app], earlier: [{ until: 2023-01-01, state: Disabled }] }'],
      /keys\.own: .*go back in time/,
    ],
    [
      'statements that there are not',
      [SECOND, `${SECOND}    earlier: [{ until: 2024-01-01, policy: [none] }]\n`],
      /earlier\.0\.policy\.0: there is no statement 'none'/,
    ],
    [
      'a key that there is not',
      [
        SECOND,
        `${SECOND}    earlier: [{ until: 2024-01-01, default: { algorithm: 'aws:kms', key: none } }]\n`,
      ],
      /earlier\.0\.default\.key: there is no key 'none'/,
    ],
    [
      'a deleted bucket that holds objects',
      ['versioning: Enabled', 'versioning: Enabled\n    deleted: -1d'],
      /first\.deleted: a deleted bucket holds nothing|events\.0\.bucket: the bucket is deleted/,
    ],
    [
      'a recorder without a beginning',
      ['trails:\n', 'config-recorders: [{ region: eu-west-1 }]\ntrails:\n'],
      /config-recorders\.0/,
    ],
  ])('%s', (_name, edit, problem) => {
    expect(told(edited(edit)).join('\n')).toMatch(problem);
  });
});

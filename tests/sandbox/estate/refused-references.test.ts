import { expect, test } from '@jest/globals';
import { edited, told } from './small.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const UPLOADS = "{ key: 'u/{n}', count: 2, seal: kms, initiated: 2024-05-01 }";
const EVENT = '{ by: app, bucket: first, prefix: a/, count: 2, when: -9d .. -1d }';

const ROWS: readonly Refusal[] = [
  [
    'a seal nobody defines',
    ['seal: plain }', 'seal: plane }'],
    'seal: plane',
    "buckets.first.objects.1.seal: there is no seal 'plane'; there are plain, kms, abroad, managed, old",
  ],
  [
    'the seal of an upload',
    [UPLOADS, UPLOADS.replace('kms', 'kmx')],
    'kmx',
    "buckets.first.uploads.0.seal: there is no seal 'kmx'; there are plain, kms, abroad, managed, old",
  ],
  [
    'the seal of an older version',
    ['seal: plain }', 'seal: plain, older: [{ written: 2021-01-01, seal: olt }] }'],
    'olt',
    "buckets.first.objects.1.older.0.seal: there is no seal 'olt'; there are plain, kms, abroad, managed, old",
  ],
  [
    'a key of a seal',
    ["'aws:kms', key: own }\n  abroad", "'aws:kms', key: owm }\n  abroad"],
    'key: owm',
    "seals.kms.key: there is no key 'owm'; there are own, abroad",
  ],
  [
    'a key of a default',
    ["default: { algorithm: 'aws:kms', key: own }", "default: { algorithm: 'aws:kms', key: owm }"],
    'key: owm',
    "buckets.first.default.key: there is no key 'owm'; there are own, abroad",
  ],
  [
    'a key of a trail',
    ['bucket: first, started', 'bucket: first, key: owm, started'],
    'key: owm',
    "trails.0.key: there is no key 'owm'; there are own, abroad",
  ],
  [
    'a key of an event',
    [EVENT, '{ by: app, key: owm, when: -1d }'],
    'key: owm',
    "events.0.key: there is no key 'owm'; there are own, abroad",
  ],
  [
    'a bucket of an event',
    ['by: app, bucket: first', 'by: app, bucket: fist'],
    'bucket: fist',
    "events.0.bucket: there is no bucket 'fist'; there are first, second",
  ],
  [
    'a bucket of a trail',
    ['name: t, bucket: first', 'name: t, bucket: fist'],
    'bucket: fist',
    "trails.0.bucket: there is no bucket 'fist'; there are first, second",
  ],
  [
    'a bucket that logs go to',
    ['to: first', 'to: third'],
    'to: third',
    "buckets.second.logging.to: there is no bucket 'third'; there are first, second",
  ],
  [
    'a principal of an event',
    ['by: app,', 'by: apq,'],
    'by: apq',
    "events.0.by: there is no principal 'apq'; there are app, sara, replication",
  ],
  [
    'a principal of a key',
    ['users: [app]', 'users: [apq]'],
    'users: [apq]',
    "keys.own.users.0: there is no principal 'apq'; there are app, sara, replication",
  ],
  [
    'a name that every object of JavaScript has',
    ['users: [app]', 'users: [constructor]'],
    'constructor',
    "keys.own.users.0: there is no principal 'constructor'; there are app, sara, replication",
  ],
  [
    'a service as the user of a key',
    ['users: [app]', 'users: [replication]'],
    'users: [replication]',
    'keys.own.users.0: a service is no user of a key policy',
  ],
  [
    'a statement nobody defines',
    ['policy: [tls]', 'policy: [tls, ssl]'],
    'ssl',
    "buckets.first.policy.1: there is no statement 'ssl'; there are tls",
  ],
  [
    'a placeholder that nothing is called',
    ['{{bucket}}/*', '{{bukket}}/*'],
    'policy: [tls]',
    'buckets.first.policy.0: {{bukket}} stands for nothing in the policy of first',
  ],
  [
    'a placeholder for a key that is not there',
    ['{{bucket}}/*', '{{key owm}}'],
    'policy: [tls]',
    'buckets.first.policy.0: {{key owm}} stands for nothing in the policy of first',
  ],
  [
    'a placeholder for a key without its name',
    ['{{bucket}}/*', '{{key}}'],
    'policy: [tls]',
    'buckets.first.policy.0: {{key}} stands for nothing in the policy of first',
  ],
  [
    'a placeholder for the ARN of a service',
    ['{{bucket}}/*', '{{principal replication}}'],
    'policy: [tls]',
    'buckets.first.policy.0: {{principal replication}} stands for nothing in the policy of first',
  ],
  [
    'a bucket in the policy of a key',
    ['users: [app]', "policy: [{ Resource: '{{bucket}}' }]"],
    "[{ Resource: '{{bucket}}'",
    'keys.own.policy: {{bucket}} stands for nothing here',
  ],
  [
    'a parent that the organization has not',
    ['parent: ou-0001', 'parent: ou-0002'],
    'parent: ou-0002',
    "organization.accounts.0.parent: the organization has no 'ou-0002'",
  ],
  [
    'a parent of a unit',
    ['{ ou-0001: r-0001 }', '{ ou-0001: r-0002 }'],
    'r-0002',
    "organization.units.ou-0001: the organization has no 'r-0002'",
  ],
  [
    'a target of a policy',
    ['targets: [ou-0001]', "targets: ['444455556666']"],
    "'444455556666'",
    "organization.policies.0.targets.0: the organization has no '444455556666'",
  ],
];

test.each(ROWS)(
  'a name that leads nowhere is told with its line: %s',
  (_behaviour, edit, passage, problem) => {
    const { text, line } = refusal(edit, passage);
    expect(told(text)).toEqual([`line ${line}, ${problem}`]);
  },
);

test('the default key stands for nothing where the default names no key of the estate', () => {
  for (const none of ["{ algorithm: 'aws:kms', key: alias/elsewhere }", '{ algorithm: AES256 }']) {
    const text = edited(
      ['{{bucket}}/*', '{{default-key}}'],
      ["{ algorithm: 'aws:kms', key: own }\n    policy", `${none}\n    policy`],
    );
    expect(told(text)).toEqual([
      'line 25, buckets.first.policy.0: {{default-key}} stands for nothing in the policy of first',
    ]);
  }
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { configAuditorPolicy } from '../../lib/audit/iam-policy.ts';
import type { FactSource } from '../../lib/model/fact-source.ts';
import { dayBefore, startConfigEstate } from '../support/config-estate.ts';
import type { ConfigEstate } from '../support/config-estate.ts';

let estate: ConfigEstate;
beforeAll(async () => {
  estate = await startConfigEstate(`estate: least
seed: 1
account: '111122223333'
region: eu-west-1
keys:
  own: { alias: own, created: -800d, rotation-days: 365 }
buckets:
  phi-fine: { created: -700d, default: { algorithm: 'aws:kms', key: own } }
  reports: { created: -700d, default: { algorithm: AES256 } }
trails: [{ name: all, bucket: reports, started: -100d }]
config-recorders: [{ region: eu-west-1, since: -600d }]
config-aggregators: [{ name: all, sources: [{ account: '111122223333', region: eu-west-1 }] }]
`);
});
afterAll(async () => estate.close());

/** Calls whose permission has another name, and one that needs none. */
const AUTHORISED_BY: Readonly<Record<string, string | null>> = {
  's3:ListBuckets': 's3:ListAllMyBuckets',
  's3:HeadBucket': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  'sts:GetCallerIdentity': null,
};

test.each<[FactSource['kind'], readonly (readonly string[])[], string | null]>([
  ['config-history', [['--as-of', dayBefore(30)]], null],
  ['config-query', [['--config'], ['--config-aggregator', 'all']], null],
  [
    'config-query',
    [
      ['--config', '--report-bucket', 'reports'],
      ['--config-aggregator', 'all'],
    ],
    'reports',
  ],
])(
  '%s: an audit reads only, by calls that its policy allows, and needs all of them',
  async (kind, runs, reportBucket) => {
    const { state } = estate;
    state.log.length = 0;
    for (const options of runs) await estate.run(...options);
    const used = new Set(
      state.log.flatMap(
        ({ operation }) => AUTHORISED_BY[operation] ?? (operation in AUTHORISED_BY ? [] : operation),
      ),
    );
    const granted = configAuditorPolicy(kind, { reportBucket, partition: 'aws' }).Statement.flatMap(
      ({ Action }) => Action,
    );
    expect([...used].filter((action) => !granted.includes(action))).toEqual([]);
    // A list that names every bucket's Region needs no HeadBucket.
    expect(granted.filter((action) => !used.has(action))).toEqual(
      kind === 'config-history' ? ['s3:ListBucket'] : [],
    );
    const writes = state.log.filter(
      ({ operation, method }) =>
        !/:(Get|List|Describe|Lookup|Select|Head)/.test(operation) ||
        (operation.startsWith('s3:') && /PUT|POST|DELETE/.test(method)),
    );
    expect(writes.filter(({ bucket }) => bucket !== reportBucket || bucket === null)).toEqual([]);
  },
  60_000,
);

test('an audit over a query has no right to any bucket but that of reports', () => {
  const { Statement } = configAuditorPolicy('config-query', { reportBucket: 'r', partition: 'aws-cn' });
  const onS3 = Statement.filter(({ Action }) => Action.some((action) => action.startsWith('s3:')));
  expect(onS3.flatMap(({ Resource }) => Resource)).toEqual(['arn:aws-cn:s3:::r', 'arn:aws-cn:s3:::r/*']);
});

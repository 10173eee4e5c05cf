import type { DecryptLedger, LedgerEntry } from '../../lib/model/ledger.ts';
import { known } from '../../lib/model/observed.ts';
import type { RegionTrails } from '../../lib/model/trail.ts';
import { trailEvidence } from '../support/trail.ts';
import { denied, HOSTILE, KEYS_ACCOUNT, PHI_KEY, PROD } from './fixture-names.ts';

const entry = (rest: Partial<LedgerEntry>): LedgerEntry => ({
  principal: `arn:aws:iam::${PROD}:role/ehr-app`,
  principalKind: 'role',
  principalAccount: PROD,
  via: 's3',
  purpose: null,
  keyArn: PHI_KEY,
  bucket: 'ehr-phi-records',
  object: 'charts/1.json',
  precision: 'object',
  day: '2026-11-10',
  count: 12,
  denied: 0,
  failed: 0,
  first: `${rest.day ?? '2026-11-10'}T08:00:00Z`,
  last: `${rest.day ?? '2026-11-10'}T17:30:00Z`,
  sessions: ['web-1', 'web-2'],
  moreSessions: false,
  eventIds: ['11111111-aaaa-4bbb-8ccc-000000000001'],
  objectsRead: null,
  ...rest,
});
const outside = { bucket: null, object: null, precision: 'none' } as const;

const entries: readonly LedgerEntry[] = [
  entry({}),
  entry({ day: '2026-11-12', count: 4000, moreSessions: true }),
  entry({ object: 'charts/2.json', day: '2026-11-12', count: 1 }),
  entry({ object: null, precision: 'folded', day: '2026-11-13', count: 900 }),
  entry({
    bucket: 'ehr-phi-imaging',
    object: null,
    precision: 'bucket',
    day: '2026-11-14',
    count: 2,
    objectsRead: [
      {
        object: `studies/${HOSTILE}.dcm`,
        reads: 7,
        refused: 1,
        first: '2026-11-14T08:00:00Z',
        last: '2026-11-14T09:00:00Z',
      },
    ],
  }),
  entry({
    principal: `arn:aws:iam::${PROD}:user/${HOSTILE}`,
    principalKind: 'user',
    bucket: 'ehr-phi-imaging',
    object: null,
    precision: 'bucket',
    count: 0,
    denied: 5,
    sessions: [],
  }),
  entry({
    principal: `arn:aws:iam::${PROD}:role/jobs`,
    via: 'direct',
    purpose: 'context tenant',
    ...outside,
    count: 3,
    day: '2026-11-20',
  }),
  entry({
    principal: `arn:aws:iam::${PROD}:role/jobs`,
    via: 'service',
    purpose: 'SSM Parameter Store',
    ...outside,
    count: 1,
  }),
  entry({
    principal: KEYS_ACCOUNT,
    principalKind: 'account',
    principalAccount: KEYS_ACCOUNT,
    keyArn: null,
    ...outside,
    via: 'service',
    purpose: 'fas.s3.amazonaws.com',
    count: 0,
    denied: 1,
    failed: 2,
  }),
];

export const ledger: DecryptLedger = {
  schemaVersion: 1,
  source: 'trail-logs',
  location: 's3://audit-logs/',
  window: { from: '2026-11-01T00:00:00Z', to: '2026-11-24T14:15:02Z' },
  events: entries.reduce((sum, { count, denied: refused, failed }) => sum + count + refused + failed, 0),
  fromS3: entries
    .filter(({ via }) => via === 's3')
    .reduce((sum, { count, denied: refused }) => sum + count + refused, 0),
  copies: 17,
  outside: 3,
  scanned: [{ accountId: PROD, region: 'eu-west-1', files: 310, records: 99_120 }],
  entries,
  gaps: [
    {
      kind: 'LOG_CHANGED',
      loses: 'integrity',
      where: 'AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/10/x.json.gz',
      count: 1,
      message: 'the log file is not the one that CloudTrail delivered',
    },
    { kind: 'TRUNCATED', loses: 'events', where: HOSTILE, count: 2, message: 'its gzip data ends too soon' },
  ],
  validation: {
    status: 'broken',
    digests: 571,
    signed: 571,
    logFiles: 309,
    from: '2026-11-01T00:00:00Z',
    to: '2026-11-24T14:00:00Z',
  },
};

/** A month before: the jobs had not yet called KMS directly. */
export const earlierLedger: DecryptLedger = {
  ...ledger,
  entries: entries.slice(0, 5),
  gaps: [],
  validation: null,
};

export const trails: readonly RegionTrails[] = [
  {
    region: 'eu-west-1',
    trails: known([
      trailEvidence({ name: 'organization', organization: true, prefix: 'org' }),
      trailEvidence({
        name: HOSTILE,
        multiRegion: false,
        validation: false,
        selectors: known({
          kind: 'advanced',
          selectors: [
            {
              name: null,
              fields: [
                {
                  field: 'eventSource',
                  equals: [],
                  startsWith: [],
                  endsWith: [],
                  notEquals: ['kms.amazonaws.com'],
                  notStartsWith: [],
                  notEndsWith: [],
                },
              ],
            },
          ],
        }),
        status: denied('cloudtrail:GetTrailStatus'),
      }),
    ]),
  },
  { region: 'us-east-1', trails: denied('cloudtrail:DescribeTrails') },
];

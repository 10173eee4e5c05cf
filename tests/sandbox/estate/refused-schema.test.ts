import { expect, test } from '@jest/globals';
import { told } from './small.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const SECOND = 'created: 2020-01-01\n    default: { algorithm: AES256 }';

const ROWS: readonly Refusal[] = [
  [
    'a misspelt key, where it stands',
    ['versioning: Enabled', 'versionning: Enabled'],
    'versionning',
    'buckets.first.versionning: is not a key that belongs here',
  ],
  [
    'a key of the file that nothing knows',
    ['seed: 1', 'seed: 1\ncolour: red'],
    'colour',
    'colour: is not a key that belongs here',
  ],
  [
    'a missing member, at what lacks it',
    [', seal: plain }', ' }'],
    '{ keys: [b, c]',
    'buckets.first.objects.1.seal: is missing',
  ],
  [
    'an account that YAML reads as a number',
    ["account: '111122223333'", 'account: 111122223333'],
    'account:',
    'account: expected string, received number',
  ],
  [
    'an account of too few digits',
    ["account: '111122223333'", "account: '1111'"],
    'account:',
    'account: an account id has 12 digits (quote it, or YAML reads a number)',
  ],
  [
    'a Region that is none',
    ['region: eu-west-1', 'region: Ireland'],
    'region:',
    'region: a Region looks like eu-west-1',
  ],
  [
    'a date that is none',
    ['when: -9d .. -1d', 'when: last week'],
    'by: app',
    "events.0.when: 'last week' is not a date such as 2024-05-01 or -30d, or two with .. between",
  ],
  [
    'a span that ends before it begins',
    ['2024-02-01 .. 2024-03-01', '2024-03-01 .. 2024-02-01'],
    '2024-03-01 .. 2024-02-01',
    "buckets.first.objects.0.written: '2024-03-01 .. 2024-02-01' ends before it begins",
  ],
  [
    'a value that is none of those there are',
    ['versioning: Enabled', 'versioning: On'],
    'versioning: On',
    'buckets.first.versioning: expected one of "Off"|"Enabled"|"Suspended"',
  ],
  [
    'a principal that is no kind of principal',
    ['sara: { user: sara }', 'sara: { person: sara }'],
    'sara: {',
    'principals.sara: expected a role with its sessions, a user, root: true or a service',
  ],
  [
    'a role without sessions',
    ['sessions: [s1, s2]', 'sessions: []'],
    'app: {',
    'principals.app.sessions: Too small: expected array to have >=1 items',
  ],
  [
    'keys that are neither a pattern nor a list',
    ['keys: [b, c]', 'keys: 7'],
    'keys: 7',
    'buckets.first.objects.1.keys: expected a pattern, or a list of keys',
  ],
  [
    'a bucket name that S3 would not take',
    ['  second:', '  Second_:'],
    'Second_:',
    'buckets.Second_: a name has lower-case letters, digits, dots and hyphens',
  ],
  [
    'an operation that is no pattern',
    [SECOND, `${SECOND}\n    denied: [{ operation: 's3:HeadObject' }]`],
    's3:HeadObject',
    'buckets.second.denied.0.operation: an operation looks like HeadObject, Get* or *',
  ],
  [
    'an error that KMS calls do not end with',
    [', count: 2, when', ', refused: Nope, when'],
    'refused: Nope',
    'events.0.refused: expected one of "AccessDenied"|"DisabledException"|"KMSInvalidStateException"',
  ],
];

test.each(ROWS)(
  'what the schema does not know is told with its line: %s',
  (_behaviour, edit, passage, problem) => {
    const { text, line } = refusal(edit, passage);
    expect(told(text)).toEqual([`line ${line}, ${problem}`]);
  },
);

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { CLIENT_FORMATS } from '../../../lib/sandbox/estate/client-side.ts';
import { demoEstatePath, loadDemoEstate } from '../../../lib/sandbox/estate/demo.ts';
import type { Estate } from '../../../lib/sandbox/estate/schema.ts';
import { parseEstate } from '../../../lib/sandbox/estate/source.ts';
import { createState } from '../../../lib/sandbox/state.ts';
import type { SandboxState } from '../../../lib/sandbox/state.ts';
import { NOW } from './small.ts';

const text = readFileSync(demoEstatePath, 'utf8');
let estate: Estate;
let state: SandboxState;

beforeAll(() => {
  estate = parseEstate(text, 'demo.yaml');
  state = createState({ now: () => NOW });
  loadDemoEstate(state);
});

const versions = () => [...state.buckets.values()].flatMap(({ objects }) => [...objects.values()].flat());

test('it is about ten buckets and a few thousand objects', () => {
  expect(state.buckets.size).toBeGreaterThanOrEqual(10);
  expect(state.buckets.size).toBeLessThanOrEqual(13);
  const objects = versions().filter(({ deleteMarker }) => !deleteMarker).length;
  expect(objects).toBeGreaterThan(3000);
  expect(objects).toBeLessThan(6000);
});

test('one bucket needs more than one page of a listing', () => {
  expect(Math.max(...[...state.buckets.values()].map(({ objects }) => objects.size))).toBeGreaterThan(1000);
});

test('ids, sizes and dates are the same in every run', () => {
  const [key] = [...state.keys.keys()];
  expect(key).toBe('arn:aws:kms:eu-west-1:111122223333:key/01002950-e37a-4417-8f87-3fb890618c52');
  const [name, [chart] = []] = [...(state.buckets.get('northwind-ehr-records')?.objects ?? [])][0] ?? [];
  expect(name).toBe('charts/46/patient-000001.json');
  expect(chart).toMatchObject({
    etag: '47312d62717596fc30e59308bbb69b9b',
    size: 9456,
    lastModified: Date.parse('2024-08-21T10:53:20Z'),
    versionId: 'Ai6UStHm7CvHQ70q23pvSr_kQJ0ijrA_',
  });
});

describe('it shows', () => {
  test.each<readonly [what: string, shown: (seal: ReturnType<typeof versions>[number]['seal']) => boolean]>([
    ['SSE-S3', (seal) => seal.algorithm === 'AES256'],
    ['SSE-KMS under a key of the account', (seal) => kms(seal, '111122223333') && !managed(seal)],
    ['SSE-KMS under aws/s3', (seal) => managed(seal)],
    ['SSE-KMS under a key of another account', (seal) => kms(seal, '444455556666')],
    ['SSE-KMS under a key of another company', (seal) => kms(seal, '777788889999')],
    ['SSE-KMS with a bucket key', (seal) => seal.bucketKey],
    ['DSSE-KMS', (seal) => seal.algorithm === 'aws:kms:dsse'],
    ['SSE-C', (seal) => seal.customerKeyMd5 !== null],
    ['no encryption', (seal) => seal.algorithm === null && seal.customerKeyMd5 === null],
  ])('objects with %s', (_what, shown) => {
    expect(
      versions().filter(({ seal, deleteMarker }) => !deleteMarker && shown(seal)).length,
    ).toBeGreaterThan(0);
  });

  type Shown = ReturnType<typeof versions>[number]['seal'];
  const kms = (seal: Shown, account: string): boolean =>
    seal.algorithm === 'aws:kms' && seal.kmsKeyId?.split(':')[4] === account;
  const managed = (seal: Shown): boolean => state.keys.get(seal.kmsKeyId ?? '')?.manager === 'AWS';

  test('every format of client-side encryption', () => {
    const used = Object.values(estate.buckets).flatMap(({ objects }) =>
      objects.flatMap((group) => group['client-side'] ?? []),
    );
    expect([...new Set(used)].sort()).toEqual([...CLIENT_FORMATS].sort());
  });

  test('noncurrent versions, delete markers and unfinished uploads', () => {
    const all = [...state.buckets.values()];
    const stacks = all.flatMap(({ objects }) => [...objects.values()]);
    expect(stacks.some((stack) => stack.length > 1 && !stack[0]?.deleteMarker)).toBe(true);
    expect(stacks.some(([newest]) => newest?.deleteMarker)).toBe(true);
    expect(all.some(({ uploads }) => uploads.size > 0)).toBe(true);
  });

  test('keys in every condition that a report speaks of', () => {
    const keys = [...state.keys.values()];
    expect(new Set(keys.map(({ state: condition }) => condition))).toEqual(
      new Set(['Enabled', 'Disabled', 'PendingDeletion']),
    );
    expect(keys.some(({ manager, rotation }) => manager === 'CUSTOMER' && !rotation.enabled)).toBe(true);
    expect(keys.some(({ accessDenied }) => accessDenied)).toBe(true);
    expect(keys.some(({ origin, validTo }) => origin === 'EXTERNAL' && validTo !== null)).toBe(true);
    expect(keys.some(({ spec }) => spec === 'ECC_NIST_P256')).toBe(true);
  });

  test('buckets in several Regions, one that is closed, and one where only some keys are', () => {
    expect(new Set([...state.buckets.values()].map(({ region }) => region)).size).toBeGreaterThan(2);
    const denied = state.faults.map(({ match }) => match.operation);
    expect(denied).toContain('*');
    expect(denied).toContain('HeadObject');
  });

  test('decrypts by roles, a user, the root and a service; direct, refused, and across accounts', () => {
    const records = state.events.map(({ record }) => record);
    const types = new Set(records.map(({ userIdentity }) => (userIdentity as { type: string }).type));
    expect(types).toEqual(new Set(['AssumedRole', 'IAMUser', 'Root', 'AWSService']));
    expect(records.some((record) => 'errorCode' in record)).toBe(true);
    expect(records.some((record) => 'sharedEventID' in record)).toBe(true);
    expect(records.some((record) => 'tlsDetails' in record)).toBe(true);
  });

  test('a sound trail in the home Region, and others that leave KMS out, or reads, or have stopped', () => {
    const selectors = state.trails.map((trail) => trail.eventSelectors?.[0] ?? {});
    expect(state.trails.some((trail) => trail.homeRegion === state.region && trail.logging)).toBe(true);
    expect(selectors.some((selector) => JSON.stringify(selector).includes('kms.amazonaws.com'))).toBe(true);
    expect(selectors.some((selector) => selector['ReadWriteType'] === 'WriteOnly')).toBe(true);
    expect(state.trails.some(({ logging }) => !logging)).toBe(true);
  });

  test('an organization that refuses some of it', () => {
    expect(
      state.organization?.policies.some(
        ({ type, awsManaged }) => type === 'RESOURCE_CONTROL_POLICY' && !awsManaged,
      ),
    ).toBe(true);
  });
});

test.each([
  ['a formula for spreadsheets', /^[=+@-]/],
  ['a line break', /\n/],
  ['a control character', /\p{Cc}\[31m/u],
  ['markup', /<img/],
  ['quotes and a comma', /".*,/],
  ['an ampersand', /&/],
  ['a percent sign', /%25/],
  ['a plus sign', /\w\+\w/],
  ['letters beyond Latin', /診療録/],
  ['a character of four bytes', /\u{1fa7b}/u],
  ['a mark that turns text around', /\u202e/],
  ['a space at the end', / $/],
  ['a slash at the beginning', /^\//],
  ['two slashes', /\/\//],
  ['nothing after the last slash', /\/$/],
])('a key has %s', (_what, pattern) => {
  const keys = [...(state.buckets.get('legacy-phi-archive')?.objects.keys() ?? [])];
  expect(keys.filter((key) => pattern.test(key))).not.toEqual([]);
});

test('keys that look the same are two objects, and the longest has not a byte to spare', () => {
  const keys = [...(state.buckets.get('legacy-phi-archive')?.objects.keys() ?? [])];
  expect(keys.filter((key) => key.normalize('NFC') === 'caf\u00e9.txt')).toHaveLength(2);
  expect(Math.max(...keys.map((key) => Buffer.byteLength(key)))).toBe(1024);
});

describe('nothing in it is there for nothing:', () => {
  const everything = () => JSON.stringify({ ...estate, keys: Object.values(estate.keys) });
  test('every seal is on something', () => {
    const used = Object.values(estate.buckets).flatMap(({ objects, uploads }) => [
      ...objects.flatMap((group) => [group.seal, ...group.older.map(({ seal }) => seal)]),
      ...uploads.map(({ seal }) => seal),
    ]);
    expect([...new Set(used)].sort()).toEqual(Object.keys(estate.seals).sort());
  });

  test('every statement is in the policy of some bucket', () => {
    const used = Object.values(estate.buckets).flatMap(({ policy }) => policy);
    expect([...new Set(used)].sort()).toEqual(Object.keys(estate.statements).sort());
  });

  test('every principal is in an event or a policy', () => {
    const used = new Set([
      ...estate.events.map(({ by }) => by),
      ...Object.values(estate.keys).flatMap(({ users }) => users),
      ...[...everything().matchAll(/\{\{principal ([^}]+)\}\}/g)].map(([, name = '']) => name),
    ]);
    expect(Object.keys(estate.principals).filter((name) => !used.has(name))).toEqual([]);
  });

  test('every key but the one that signs seals something', () => {
    const used = new Set(Object.values(estate.seals).map(({ key }) => key));
    expect(Object.keys(estate.keys).filter((name) => !used.has(name))).toEqual(['report-signing']);
  });
});

test('every bucket says what it teaches', () => {
  const lines = text.split('\n');
  for (const name of state.buckets.keys()) {
    const at = lines.indexOf(`  ${name}:`);
    expect([name, lines[at - 1]]).toEqual([name, expect.stringMatching(/^ {2}# /)]);
  }
});

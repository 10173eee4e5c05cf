import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cp, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../lib/sandbox/faults.ts';
import { bucketConfigItem } from '../../lib/sandbox/services/config/bucket-item.ts';
import { dayBefore, reasonsOf, startConfigEstate } from '../support/config-estate.ts';
import type { ConfigEstate, RecordedRun } from '../support/config-estate.ts';
import { unaccounted } from '../support/run.ts';

const WAIVERS = `waivers:
  - requirement: kms
    resource: "arn:aws:s3:::phi-mended"
    reason: Was being moved
    owner: ehr
    approver: ciso
    approved: ${dayBefore(90)}
    expires: ${dayBefore(30)}
    compensating: none
  - requirement: kms
    resource: "arn:aws:s3:::phi-deleted"
    reason: Approved only later
    owner: ehr
    approver: ciso
    approved: ${dayBefore(15)}
    expires: ${dayBefore(-30)}
    compensating: none
`;

const ESTATE = `estate: past
seed: 1
account: '111122223333'
region: eu-west-1
principals:
  app: { role: app, sessions: [s1] }
  mallory: { user: mallory }
keys:
  own: { alias: own, created: -800d, rotation-days: 365, users: [app, mallory] }
  turned: { created: -800d, rotation-days: 365, earlier: [{ until: -20d, rotation-days: null }] }
  doomed: { created: -800d, rotation-days: 365, state: PendingDeletion, deletion: +9d, earlier: [{ until: -20d, state: Enabled }] }
  theirs: { account: '444455556666', created: -800d, rotation-days: 365 }
seals:
  kms: { algorithm: 'aws:kms', key: own }
statements:
  kms-only:
    Effect: Deny
    Principal: '*'
    Action: [s3:PutObject, s3:ReplicateObject, s3:UpdateObjectEncryption]
    Resource: '{{bucket}}/*'
    Condition: { StringNotEquals: { s3:x-amz-server-side-encryption: aws:kms } }
buckets:
  phi-fine: { created: -700d, default: { algorithm: 'aws:kms', key: own }, policy: [kms-only] }
  phi-regressed:
    created: -700d
    default: { algorithm: AES256 }
    earlier: [{ until: -20d, default: { algorithm: 'aws:kms', key: own }, policy: [kms-only] }]
    objects:
      - { keys: [secret], written: -300d, seal: kms }
  phi-mended:
    created: -700d
    default: { algorithm: 'aws:kms', key: own }
    policy: [kms-only]
    earlier: [{ until: -20d, default: { algorithm: AES256 }, policy: [] }]
  phi-deleted: { created: -700d, deleted: -10d, default: { algorithm: AES256 } }
  phi-gone: { created: -700d, deleted: -60d, default: { algorithm: AES256 } }
  phi-new: { created: -5d, default: { algorithm: AES256 } }
  phi-turned: { created: -700d, default: { algorithm: 'aws:kms', key: turned } }
  phi-doomed: { created: -700d, default: { algorithm: 'aws:kms', key: doomed } }
  phi-theirs: { created: -700d, default: { algorithm: 'aws:kms', key: theirs } }
  phi-alias: { created: -700d, default: { algorithm: 'aws:kms', key: alias/own } }
  phi-managed: { created: -700d, default: { algorithm: 'aws:kms' } }
  phi-off: { created: -700d, region: eu-central-1, default: { algorithm: AES256 } }
  phi-late: { created: -700d, region: us-east-1, default: { algorithm: AES256 } }
  phi-left-out: { created: -700d, region: us-west-2, default: { algorithm: AES256 } }
  phi-nowhere: { created: -700d, region: eu-north-1, default: { algorithm: AES256 } }
  other: { created: -700d, default: { algorithm: AES256 } }
events:
  - { by: app, bucket: phi-regressed, count: 2, when: -50d .. -45d }
  - { by: mallory, bucket: phi-regressed, count: 1, when: -47d }
  - { by: mallory, bucket: phi-regressed, count: 1, when: -2d }
config-recorders:
  - { region: eu-west-1, since: -600d }
  - { region: eu-central-1, since: -600d, stopped: -60d }
  - { region: us-east-1, since: -10d }
  - { region: us-west-2, since: -600d, resource-types: ['AWS::KMS::Key'] }
`;

const THEN = dayBefore(40);

let estate: ConfigEstate;
let then: RecordedRun;
beforeAll(async () => {
  estate = await startConfigEstate(ESTATE, WAIVERS);
  then = await estate.run('--as-of', THEN);
}, 60_000);
afterAll(async () => estate.close());

describe('sealcheck audit --as-of', () => {
  test('what was compliant then and is not today; and the other way round', async () => {
    const now = await estate.run('--bucket', 'phi-regressed', 'phi-mended');
    for (const check of ['default', 'enforced']) {
      expect(then.statuses).toMatchObject({
        [`phi-fine kms ${check}`]: 'COMPLIANT',
        [`phi-regressed kms ${check}`]: 'COMPLIANT',
        [`phi-mended kms ${check}`]: 'NON_COMPLIANT',
      });
      expect(now.statuses).toMatchObject({
        [`phi-regressed kms ${check}`]: 'NON_COMPLIANT',
        [`phi-mended kms ${check}`]: 'COMPLIANT',
      });
    }
    expect(then.code).toBe(1);
  }, 60_000);

  test('buckets are those of then: deleted ones since are judged, new ones and gone ones are told as left out', () => {
    expect(then.statuses['phi-deleted kms default']).toBe('NON_COMPLIANT');
    expect(Object.keys(then.statuses).some((about) => /phi-(new|gone) /.test(about))).toBe(false);
    expect(then.coverage.buckets).toEqual({
      population: 16,
      assessed: 9,
      excluded: { CREATED_LATER: 1, DELETED_BEFORE: 1, NO_REQUIREMENT_APPLIES: 1 },
      notAssessable: { NOT_RECORDED: 4 },
    });
    expect(unaccounted(then.coverage)).toEqual({ buckets: 0, objects: 0 });
  });

  test.each([
    ['phi-off', /recorder of eu-central-1 was off then since .*recorded on/],
    ['phi-late', /no record of the bucket as of then: .*us-east-1 may have been off/],
    ['phi-left-out', /recorder of us-west-2 leaves out buckets/],
    ['phi-nowhere', /no AWS Config recorder in eu-north-1/],
  ])('%s was there and not recorded: every answer is unknown, with the reason', (bucket, reason) => {
    for (const check of ['stored', 'default', 'enforced'])
      expect(then.statuses[`${bucket} kms ${check}`]).toBe('INSUFFICIENT_DATA');
    expect(reasonsOf(then, bucket, 'kms', 'default')).toMatch(reason);
  });

  test('objects are not counted: stored is never decided, and says why', () => {
    const stored = then.findings.filter(({ check }) => check === 'stored');
    expect(new Set(stored.map(({ status }) => status))).toEqual(new Set(['INSUFFICIENT_DATA']));
    expect(reasonsOf(then, 'phi-fine', 'kms', 'stored')).toMatch(
      /NOT_READ: The objects of .*cannot be counted/,
    );
    const { log } = estate.state;
    const asked = log.filter(({ operation }) => /^s3:(Head|Get|List)Object/.test(operation));
    expect(asked.filter(({ bucket }) => bucket === 'phi-fine')).toEqual([]);
  });

  test('keys are as they were recorded, and those of nowhere recorded are not known', () => {
    const keys = (bucket: string) => [
      then.statuses[`${bucket} own-key keys`],
      reasonsOf(then, bucket, 'own-key', 'keys'),
    ];
    expect(keys('phi-turned')).toEqual(['NON_COMPLIANT', expect.stringMatching(/automatic rotation is off/)]);
    // Alone the objects, whose keys nobody knows, keep these from passing.
    for (const bucket of ['phi-fine', 'phi-doomed']) {
      expect(keys(bucket)).toEqual(['INSUFFICIENT_DATA', expect.stringMatching(/not all listed/)]);
      expect(reasonsOf(then, bucket, 'own-key', 'keys')).not.toMatch(/Key arn/);
    }
    expect(keys('phi-theirs')).toEqual([
      'INSUFFICIENT_DATA',
      expect.stringMatching(/belongs to account 444455556666/),
    ]);
    expect(keys('phi-alias')).toEqual(['INSUFFICIENT_DATA', expect.stringMatching(/no history of aliases/)]);
    expect(keys('phi-managed')[0]).toBe('NON_COMPLIANT');
    expect(estate.state.requests.get('kms:DescribeKey') ?? 0).toBeLessThanOrEqual(4);
  });

  test('what AWS Config does not record is not known', () => {
    expect(then.statuses['phi-fine no-sse-c default']).toBe('INSUFFICIENT_DATA');
    expect(reasonsOf(then, 'phi-fine', 'no-sse-c', 'default')).toMatch(
      /does not record blocked encryption types/,
    );
  });

  test('who decrypted is read up to then, and not after', () => {
    expect(then.statuses['phi-regressed kms opened']).toBe('NON_COMPLIANT');
    const reasons = reasonsOf(then, 'phi-regressed', 'kms', 'opened');
    expect(reasons).toMatch(/mallory/);
    expect(then.statuses['phi-fine kms opened']).toBe('INSUFFICIENT_DATA');
    return readFile(join(then.out, 'evidence/ledger/ledger.json'), 'utf8').then((text) => {
      const { window, events } = JSON.parse(text) as { window: { to: string }; events: number };
      expect(window.to).toBe(`${dayBefore(39)}T00:00:00Z`);
      expect(events).toBe(3);
    });
  });

  test('waivers are held against then: one that has run out was in force, one approved later was not', () => {
    const waiverOf = (bucket: string) =>
      then.findings.find(
        (one) => one.bucket === bucket && one.requirement === 'kms' && one.check === 'default',
      )?.waiver?.state;
    expect(waiverOf('phi-mended')).toBe('active');
    expect(waiverOf('phi-deleted')).toBeUndefined();
  });

  test('the report says at its head what it is about, in every form', async () => {
    const words = `As of ${THEN} 23:59 UTC, from AWS Config history`;
    const read = async (file: string) => readFile(join(then.out, file), 'utf8');
    expect((await read('report.html')).indexOf(words)).toBeLessThan(
      (await read('report.html')).indexOf('id="verdict"'),
    );
    expect(await read('assessment-results.oscal.json')).toContain(words);
    const facts = { kind: 'config-history', asOf: `${THEN}T23:59:59.999Z`, regions: [] };
    expect(JSON.parse(await read('summary.json'))).toMatchObject({ facts });
    expect(JSON.parse(await read('findings.json'))).toMatchObject({ run: { configuration: { facts } } });
    const text = await estate.cli(
      'audit',
      '--rules',
      estate.pack,
      '--as-of',
      THEN,
      '--bucket',
      'phi-fine',
      '--out',
      join(estate.folder, 'text'),
    );
    expect(text.stdout.split('\n').slice(0, 4).join('\n')).toContain(words);
    expect(text.stdout).toMatch(/rule packs are those\s+of/);
  }, 60_000);

  test('the facts say when they were captured', async () => {
    const evidence = JSON.parse(
      await readFile(join(then.out, 'evidence/buckets/phi-regressed.json'), 'utf8'),
    ) as object;
    expect(evidence).toMatchObject({ capturedAt: expect.stringMatching(`^${dayBefore(600)}`) });
    expect(then.coverage.limitations.join('\n')).toMatch(
      /AWS Config captured the configuration of 10 buckets between/,
    );
    expect(await readFile(join(then.out, 'report.html'), 'utf8')).toContain('Age of the recorded facts');
  });

  test('judge replays it to the same bytes, without AWS', async () => {
    const copy = join(estate.folder, 'replayed');
    await cp(then.out, copy, { recursive: true });
    for (const file of await readdir(copy)) {
      if (!/^(evidence|manifest\..*)$/.test(file)) await rm(join(copy, file), { recursive: true });
    }
    const { code } = await estate.cli('judge', copy);
    expect(code).toBe(1);
    for (const file of (await readdir(then.out)).filter((name) => /\.(json|csv|html|jsonl)$/.test(name)))
      expect(await readFile(join(copy, file), 'utf8')).toBe(await readFile(join(then.out, file), 'utf8'));
  }, 60_000);

  test('a run that was stopped is finished by --resume, about the same moment', async () => {
    const copy = join(estate.folder, 'resumed');
    await cp(then.out, copy, { recursive: true });
    for (const path of ['manifest.json', 'evidence/run.json', 'evidence/keys', 'findings.json'])
      await rm(join(copy, path), { recursive: true });
    expect((await estate.cli('audit', '--resume', copy)).code).toBe(1);
    const { findings } = JSON.parse(await readFile(join(copy, 'findings.json'), 'utf8')) as RecordedRun;
    const before = JSON.parse(await readFile(join(then.out, 'findings.json'), 'utf8')) as RecordedRun;
    expect(findings).toEqual(before.findings);
    const described = await readdir(join(copy, 'evidence/keys'), { recursive: true });
    expect(described.length).toBeGreaterThan(4);
  }, 60_000);

  test('an instant is that instant', async () => {
    const run = await estate.run('--as-of', `${dayBefore(19)}T00:00:00Z`, '--bucket', 'phi-regressed');
    expect(run.statuses['phi-regressed kms default']).toBe('NON_COMPLIANT');
  }, 30_000);
});

describe('what keeps the past from being known', () => {
  test('a history that may not be read: unknown, with the reason', async () => {
    estate.state.faults.push(
      fault({ service: 'config', operation: 'GetResourceConfigHistory' }, { type: 'deny' }),
    );
    const run = await estate.run('--as-of', THEN, '--bucket', 'phi-fine');
    estate.state.faults.length = 0;
    expect(run.coverage.buckets.notAssessable).toEqual({ ACCESS_DENIED: 1 });
    expect(run.statuses['phi-fine kms default']).toBe('INSUFFICIENT_DATA');
    expect(run.code).toBe(3);
  }, 30_000);

  test('a list of deleted buckets that may not be read: the list of buckets is incomplete', async () => {
    estate.state.faults.push(
      fault({ service: 'config', operation: 'ListDiscoveredResources' }, { type: 'deny' }),
    );
    const run = await estate.run('--as-of', THEN, '--bucket', 'phi-fine');
    estate.state.faults.length = 0;
    expect(run.coverage.complete).toBe(false);
    expect(run.coverage.limitations.join('\n')).toMatch(/ListDiscoveredResources/);
  }, 30_000);

  test('a recorder that may not be read: what was recorded stands, and what was not is not known', async () => {
    estate.state.faults.push(
      fault({ service: 'config', operation: 'DescribeConfigurationRecorders' }, { type: 'deny' }),
    );
    const run = await estate.run('--as-of', THEN, '--bucket', 'phi-fine', 'phi-new');
    estate.state.faults.length = 0;
    expect(run.statuses['phi-fine kms default']).toBe('COMPLIANT');
    expect(run.statuses['phi-new kms default']).toBe('INSUFFICIENT_DATA');
    expect(run.coverage.limitations.join('\n')).toMatch(
      /Whether AWS Config recorded at that moment is not known of .*eu-west-1/,
    );
  }, 30_000);

  test('an item from after then, or one that is malformed, is never taken for one of then', async () => {
    const { state } = estate;
    const items = [...state.configItems];
    const fine = state.buckets.get('phi-fine')!;
    const at = Date.now() - 45 * 86_400_000;
    const item = bucketConfigItem(fine, at);
    for (const [broken, code] of [
      [{ configurationItemCaptureTime: new Date().toISOString() }, /from after then/],
      [{ awsRegion: '' }, /malformed at 'awsRegion'/],
    ] as const) {
      state.configItems.push({ ...item, item: { ...item.item, ...broken } });
      const run = await estate.run('--as-of', THEN, '--bucket', 'phi-fine');
      state.configItems = [...items];
      expect(run.coverage.buckets.notAssessable).toEqual({ MALFORMED: 1 });
      expect(reasonsOf(run, 'phi-fine', 'kms', 'default')).toMatch(code);
    }
  }, 60_000);

  test('retention that is over: a bucket without a record is not known, and not taken for one that came later', async () => {
    estate.state.configRetentionDays = 30;
    const run = await estate.run('--as-of', THEN, '--bucket', 'phi-new', 'phi-fine');
    estate.state.configRetentionDays = null;
    expect(run.statuses['phi-new kms default']).toBe('INSUFFICIENT_DATA');
    expect(reasonsOf(run, 'phi-new', 'kms', 'default')).toMatch(/whether it was there is not known/);
  }, 30_000);

  test('without a list of present buckets, those that AWS Config of this Region knows are judged', async () => {
    estate.state.faults.push(fault({ service: 's3', operation: 'ListBuckets' }, { type: 'deny' }));
    const run = await estate.run('--as-of', THEN, '--config-region', 'eu-central-1');
    estate.state.faults.length = 0;
    expect(run.coverage.complete).toBe(false);
    expect(run.statuses['phi-fine kms default']).toBe('COMPLIANT');
    expect(run.statuses['phi-off kms default']).toBe('INSUFFICIENT_DATA');
    expect(run.statuses['phi-late kms default']).toBeUndefined();
  }, 30_000);
});

describe('what cannot be asked', () => {
  test.each<[string, string[], RegExp]>([
    ['the future', ['--as-of', dayBefore(-2)], /is in the future\./],
    ['nonsense', ['--as-of', 'june'], /takes a day or an instant in UTC.*not june/],
    [
      'a bucket that was not there',
      ['--as-of', THEN, '--bucket', 'phi-new'],
      /no record of a bucket phi-new as of/,
    ],
    [
      'buckets that were not there',
      ['--as-of', THEN, '--bucket', 'phi-ne*w'],
      /that matches phi-ne\*w as of/,
    ],
    ['another moment for a run', ['--resume', 'x', '--as-of', THEN], /give it alone/],
  ])('%s: one sentence, and exit code 2', async (_name, options, words) => {
    const rules = options.includes('--resume')
      ? []
      : ['--rules', estate.pack, '--out', join(estate.folder, 'none')];
    const { code, stdout, stderr } = await estate.cli('audit', ...rules, ...options);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n\s+at |undefined/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

test("runs about the past are in nobody's chain", async () => {
  const before = await readFile(join(then.out, 'manifest.json'), 'utf8');
  expect(JSON.parse(before)).toMatchObject({ sequence: 1, previousManifestSha256: null });
});

import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { cp, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../lib/sandbox/faults.ts';
import { reasonsOf, startConfigEstate } from '../support/config-estate.ts';
import type { ConfigEstate, RecordedRun } from '../support/config-estate.ts';
import { unaccounted } from '../support/run.ts';

const OTHER = '444455556666';
const ESTATE = `estate: recorded
seed: 1
account: '111122223333'
region: eu-west-1
keys:
  own: { alias: shared, created: -800d, rotation-days: 365 }
  theirs: { alias: shared, account: '${OTHER}', created: -800d }
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
  phi-fine:
    created: -700d
    tags: { team: ehr }
    default: { algorithm: 'aws:kms', key: own }
    policy: [kms-only]
    objects:
      - { keys: [secret], written: -300d, seal: kms }
  phi-open: { created: -700d, default: { algorithm: AES256 } }
  phi-alias: { created: -700d, default: { algorithm: 'aws:kms', key: alias/shared } }
  phi-far: { created: -700d, region: us-east-1, default: { algorithm: AES256 } }
  phi-stale: { created: -700d, region: eu-central-1, default: { algorithm: AES256 } }
  phi-theirs: { created: -700d, account: '${OTHER}', default: { algorithm: 'aws:kms', key: alias/shared }, policy: [kms-only] }
  other: { created: -700d, default: { algorithm: AES256 } }
config-recorders:
  - { region: eu-west-1, since: -100d }
  - { region: us-east-1, since: -100d }
  - { region: eu-central-1, since: -100d, stopped: -20d }
  - { region: eu-north-1, since: -100d, resource-types: ['AWS::KMS::Key'] }
  - { region: eu-west-1, account: '${OTHER}', since: -100d }
config-aggregators:
  - name: everything
    sources:
      - { account: '111122223333', region: eu-west-1 }
      - { account: '111122223333', region: us-east-1 }
      - { account: '${OTHER}', region: eu-west-1 }
  - name: partly
    sources:
      - { account: '111122223333', region: eu-west-1 }
      - { account: '${OTHER}', region: eu-west-1, status: FAILED }
`;

let estate: ConfigEstate;
beforeAll(async () => {
  estate = await startConfigEstate(ESTATE);
});
afterEach(() => {
  estate.state.faults.length = 0;
});
afterAll(async () => estate.close());

const s3Calls = (): string[] =>
  estate.state.log.map(({ operation }) => operation).filter((operation) => operation.startsWith('s3:'));

describe('sealcheck audit --config', () => {
  let run: RecordedRun;
  beforeAll(async () => {
    estate.state.log.length = 0;
    run = await estate.run('--config');
  }, 30_000);

  test('judges the default and the policy of every bucket that is recorded here, and asks S3 nothing', () => {
    expect(run.statuses).toMatchObject({
      'phi-fine kms default': 'COMPLIANT',
      'phi-fine kms enforced': 'COMPLIANT',
      'phi-open kms default': 'NON_COMPLIANT',
      'phi-open kms enforced': 'NON_COMPLIANT',
      'phi-fine no-sse-c default': 'INSUFFICIENT_DATA',
    });
    expect(s3Calls()).toEqual([]);
    expect(run.code).toBe(1);
  });

  test('in one query, which is all that it asks for buckets', () => {
    const config = estate.state.log
      .map(({ operation }) => operation)
      .filter((name) => name.startsWith('config:'));
    expect(config.filter((name) => name === 'config:SelectResourceConfig')).toHaveLength(1);
    expect(new Set(config)).toEqual(
      new Set([
        'config:SelectResourceConfig',
        'config:DescribeConfigurationRecorders',
        'config:DescribeConfigurationRecorderStatus',
        'config:DescribeRetentionConfigurations',
      ]),
    );
  });

  test('objects are not counted, and the coverage adds up', () => {
    expect(run.statuses['phi-fine kms stored']).toBe('INSUFFICIENT_DATA');
    expect(reasonsOf(run, 'phi-fine', 'kms', 'stored')).toMatch(/NOT_READ: This run reads AWS Config/);
    expect(run.coverage.buckets).toEqual({
      population: 4,
      assessed: 3,
      excluded: { NO_REQUIREMENT_APPLIES: 1 },
      notAssessable: {},
    });
    expect(unaccounted(run.coverage)).toEqual({ buckets: 0, objects: 0 });
    expect(run.coverage.complete).toBe(true);
    expect(run.coverage.limitations.join('\n')).toMatch(/from AWS Config in eu-west-1, and S3 was not asked/);
  });

  test('keys are asked of KMS, as they are now', () => {
    expect(reasonsOf(run, 'phi-alias', 'own-key', 'default')).toMatch(/customer managed key/);
    expect(run.statuses['phi-alias own-key default']).toBe('COMPLIANT');
  });

  test('every fact says when it was captured, and one that the query lacks why it is not known', async () => {
    const text = await readFile(join(run.out, 'evidence/buckets/phi-fine.json'), 'utf8');
    const evidence = JSON.parse(text) as Record<string, unknown>;
    expect(evidence).toMatchObject({
      accountId: '111122223333',
      capturedAt: expect.stringMatching(/^\d{4}-/),
      tags: { state: 'known', value: { team: 'ehr' } },
      versioning: { state: 'known', value: 'Off' },
      publicAccessBlock: { state: 'known' },
      logging: { state: 'unknown', reason: { operation: 'config:SelectResourceConfig' } },
      ownership: { state: 'unknown', reason: { operation: 'config:SelectResourceConfig' } },
    });
    const html = await readFile(join(run.out, 'report.html'), 'utf8');
    expect(html).toContain('From AWS Config, not from S3');
    expect(html).toContain('Age of the recorded facts');
  });

  test('judge replays it to the same bytes, without AWS', async () => {
    const copy = join(estate.folder, 'replayed');
    await cp(run.out, copy, { recursive: true });
    for (const file of await readdir(copy))
      if (!/^(evidence|manifest\..*)$/.test(file)) await rm(join(copy, file), { recursive: true });
    expect((await estate.cli('judge', copy)).code).toBe(1);
    for (const file of ['report.html', 'findings.json', 'findings.csv', 'summary.json'])
      expect(await readFile(join(copy, file), 'utf8')).toBe(await readFile(join(run.out, file), 'utf8'));
  }, 30_000);

  test('more Regions when they are named; a recorder that is off leaves its buckets unknown', async () => {
    const more = await estate.run('--config', '--config-region', 'us-east-1', 'eu-central-1', 'eu-north-1');
    expect(more.statuses['phi-far kms default']).toBe('NON_COMPLIANT');
    expect(more.statuses['phi-stale kms default']).toBe('INSUFFICIENT_DATA');
    expect(reasonsOf(more, 'phi-stale', 'kms', 'default')).toMatch(
      /recorder of eu-central-1 is switched off/,
    );
    expect(more.coverage.buckets.notAssessable).toEqual({ NOT_RECORDED: 1 });
    expect(more.coverage.complete).toBe(false);
    expect(unaccounted(more.coverage)).toEqual({ buckets: 0, objects: 0 });
  }, 30_000);

  test('a selection is told as such', async () => {
    const some = await estate.run('--config', '--bucket', 'phi-f*');
    expect(some.coverage.buckets).toMatchObject({
      population: 4,
      assessed: 1,
      excluded: { NOT_SELECTED: 3 },
    });
  }, 30_000);

  test.each<[string, string, RegExp]>([
    [
      'a query that is refused',
      'SelectResourceConfig',
      /cannot be listed: ACCESS_DENIED on config:SelectResourceConfig/,
    ],
  ])(
    '%s ends the run: there is nothing to look at',
    async (_name, operation, words) => {
      estate.state.faults.push(fault({ service: 'config', operation }, { type: 'deny' }));
      const out = join(estate.folder, `refused-${operation}`);
      const { code, stderr } = await estate.cli('audit', '--rules', estate.pack, '--config', '--out', out);
      expect(stderr).toMatch(words);
      expect(code).toBe(4);
    },
    30_000,
  );

  test('a Region without a recorder: nothing to look at either', async () => {
    const { code, stderr } = await estate.cli(
      'audit',
      '--rules',
      estate.pack,
      '--config',
      '--bucket',
      'phi-far',
      '--out',
      join(estate.folder, 'none'),
    );
    expect(stderr).toMatch(/AWS Config has no record of a bucket phi-far\./);
    expect(code).toBe(2);
  }, 30_000);

  test('a recorder that may not be read: facts stand, and the list of buckets may not be whole', async () => {
    estate.state.faults.push(
      fault({ service: 'config', operation: 'DescribeConfigurationRecorders' }, { type: 'deny' }),
    );
    const unsure = await estate.run('--config');
    expect(unsure.statuses['phi-fine kms default']).toBe('COMPLIANT');
    expect(unsure.coverage.complete).toBe(false);
  }, 30_000);

  test('a row that is malformed is told, and the others stand', async () => {
    const { state } = estate;
    const items = [...state.configItems];
    const open = items.find(({ resourceId }) => resourceId === 'phi-open')!;
    state.configItems = items.map((item) =>
      item === open ? { ...item, item: { ...item.item, configurationItemCaptureTime: 'yesterday' } } : item,
    );
    const broken = await estate.run('--config');
    state.configItems = items;
    expect(broken.statuses['phi-fine kms default']).toBe('COMPLIANT');
    expect(broken.statuses['phi-open kms default']).toBeUndefined();
    expect(broken.coverage.complete).toBe(false);
    expect(broken.coverage.limitations.join('\n')).toMatch(
      /rows of the answer that could not be read: 1, of which the first is malformed/,
    );
  }, 30_000);
});

describe('sealcheck audit --config-aggregator', () => {
  test('buckets of several accounts and Regions, each with its account', async () => {
    estate.state.log.length = 0;
    const run = await estate.run('--config-aggregator', 'everything');
    expect(s3Calls()).toEqual([]);
    expect(run.statuses).toMatchObject({
      'phi-fine kms default': 'COMPLIANT',
      'phi-far kms default': 'NON_COMPLIANT',
      'phi-theirs kms default': 'COMPLIANT',
      'phi-theirs kms enforced': 'COMPLIANT',
    });
    expect(run.findings.find(({ bucket }) => bucket === 'phi-theirs')?.accountId).toBe(OTHER);
    expect(run.coverage.buckets.population).toBe(6);
    expect(run.coverage.complete).toBe(true);
    const html = await readFile(join(run.out, 'report.html'), 'utf8');
    expect(html).toContain('From the AWS Config aggregator everything, not from S3');
    expect(html).toContain(OTHER);
  }, 30_000);

  test('an alias of another account is never looked up in the own, where the same name means another key', async () => {
    const run = await estate.run('--config-aggregator', 'everything', '--bucket', 'phi-alias', 'phi-theirs');
    const alias = `arn:aws:kms:eu-west-1:${OTHER}:alias/shared`;
    expect(reasonsOf(run, 'phi-theirs', 'own-key', 'default')).toContain(alias);
    const keys = await readdir(join(run.out, 'evidence/keys/eu-west-1'));
    expect(keys.map((name) => name.replaceAll('~3A', ':').replaceAll('~2F', '/'))).toEqual(
      expect.arrayContaining(['alias/shared.json', `${alias}.json`]),
    );
    const theirs = JSON.parse(
      await readFile(
        join(
          run.out,
          'evidence/keys/eu-west-1',
          keys.find((name) => name.includes(OTHER))!,
        ),
        'utf8',
      ),
    ) as { metadata: { value?: { accountId: string } } };
    expect(theirs.metadata.value?.accountId ?? OTHER).toBe(OTHER);
  }, 30_000);

  test('a source that could not be read keeps the list from being whole, and is named', async () => {
    const run = await estate.run('--config-aggregator', 'partly');
    expect(run.coverage.complete).toBe(false);
    expect(run.coverage.limitations.join('\n')).toMatch(
      new RegExp(`aggregator partly is not up to date with ${OTHER} in eu-west-1 \\(FAILED\\)`),
    );
  }, 30_000);

  test('one that is not there: one sentence, and exit code 2', async () => {
    const { code, stdout, stderr } = await estate.cli(
      'audit',
      '--rules',
      estate.pack,
      '--config-aggregator',
      'nope',
      '--out',
      join(estate.folder, 'x'),
    );
    expect(stderr).toMatch(/There is no AWS Config aggregator nope in this account and Region\./);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  }, 30_000);

  test('more buckets than a page: asked page by page, a hundred each', async () => {
    const { state } = estate;
    const items = [...state.configItems];
    const open = items.find(({ resourceId }) => resourceId === 'phi-open')!;
    for (let i = 0; i < 250; i += 1) {
      const name = `many-${i}`;
      state.configItems.push({
        ...open,
        resourceId: name,
        item: { ...open.item, resourceId: name, resourceName: name },
      });
    }
    state.log.length = 0;
    const run = await estate.run('--config-aggregator', 'everything');
    state.configItems = items;
    expect(run.coverage.buckets.population).toBe(256);
    const asked = state.log.filter(({ operation }) => operation === 'config:SelectAggregateResourceConfig');
    expect(asked).toHaveLength(3);
  }, 30_000);
});

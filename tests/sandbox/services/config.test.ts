import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  BatchGetResourceConfigCommand,
  DescribeConfigurationRecordersCommand,
  GetResourceConfigHistoryCommand,
  PutEvaluationsCommand,
  SelectResourceConfigCommand,
} from '@aws-sdk/client-config-service';
import type { GetResourceConfigHistoryCommandInput } from '@aws-sdk/client-config-service';
import { newBucket as bucketRecord } from '../../../lib/sandbox/objects.ts';
import { bucketConfigItem } from '../../../lib/sandbox/services/config/bucket-item.ts';
import type { Bucket } from '../../../lib/sandbox/state-s3.ts';
import { ACCOUNT, DAY, expectRefusal, NOON, REGION, useSandbox } from '../sdk.ts';

const rig = useSandbox();
const bucket = (name: string, rest: Partial<Bucket> = {}) =>
  bucketRecord({ name, region: REGION, accountId: ACCOUNT, createdAt: NOON - 400 * DAY, ...rest });
const kms = (kmsKey: string, bucketKey: boolean): Partial<Bucket> => ({
  encryption: { algorithm: 'aws:kms', kmsKey, bucketKey, blocked: ['SSE-C'] },
});
/** Ages in days of the items of `history`, newest first. */
const AGES = [0, 1, 2, 3, 10, 10.5, 45, 46, 200];

beforeAll(() => {
  const items = rig.state.configItems;
  for (const age of AGES) items.push(bucketConfigItem(bucket('history'), NOON - age * DAY));
  items.push(
    bucketConfigItem(bucket('plain', { tags: new Map([['data-class', 'public']]) }), NOON),
    bucketConfigItem(
      bucket('phi-one', { ...kms('k-1', true), tags: new Map([['data-class', 'phi']]) }),
      NOON,
    ),
    bucketConfigItem(bucket('phi-two', kms('k-2', false)), NOON),
    bucketConfigItem(bucket('policied', { policy: '{"Statement":[]}' }), NOON),
    bucketConfigItem(bucket('elsewhere', { region: 'us-east-1' }), NOON),
    bucketConfigItem(bucket('gone'), NOON - DAY),
  );
  const deleted = bucketConfigItem(bucket('gone'), NOON);
  items.push({ ...deleted, item: { ...deleted.item, configurationItemStatus: 'ResourceDeleted' } });
  items.reverse();
});

const resource = (resourceId: string) => ({ resourceType: 'AWS::S3::Bucket' as const, resourceId });

describe('GetResourceConfigHistory (FACTS §8)', () => {
  /** Ages in days on each page. */
  async function history(input: Partial<GetResourceConfigHistoryCommandInput> = {}): Promise<number[][]> {
    const pages: number[][] = [];
    let nextToken: string | undefined;
    do {
      const page = await rig.config.send(
        new GetResourceConfigHistoryCommand({
          ...resource('history'),
          ...input,
          ...(nextToken ? { nextToken } : {}),
        }),
      );
      pages.push(
        page.configurationItems!.map(({ configurationItemCaptureTime: at }) => (NOON - at!.getTime()) / DAY),
      );
      nextToken = page.nextToken;
    } while (nextToken);
    return pages;
  }

  test('newest first; a page spans a week at most, so pages are short or empty and go on', async () => {
    const pages = await history();
    expect(pages.flat()).toEqual(AGES);
    for (const page of pages) if (page.length > 0) expect(page.at(-1)! - page[0]!).toBeLessThan(7);
    expect(pages.some((page) => page.length === 0)).toBe(true);
  });

  test.each([1, 2, 3, 100])('pages of %i are the same sequence', async (limit) => {
    expect((await history({ limit })).flat()).toEqual(AGES);
    expect((await history({ limit, chronologicalOrder: 'Forward' })).flat()).toEqual([...AGES].reverse());
  });

  test('a window; the newest item is what a limit of one gives', async () => {
    const laterTime = new Date(NOON - 2 * DAY);
    const earlierTime = new Date(NOON - 45 * DAY);
    expect((await history({ laterTime, earlierTime })).flat()).toEqual([2, 3, 10, 10.5, 45]);
    expect((await history({ limit: 1 }))[0]).toEqual([0]);
  });

  test('refusals', async () => {
    const send = (input: Partial<GetResourceConfigHistoryCommandInput>) =>
      rig.config.send(new GetResourceConfigHistoryCommand({ ...resource('history'), ...input }));
    await expectRefusal(send({ resourceId: 'nobody' }), 400, 'ResourceNotDiscoveredException');
    await expectRefusal(send({ resourceId: 'elsewhere' }), 400, 'ResourceNotDiscoveredException');
    await expectRefusal(send({ nextToken: 'made-up' }), 400, 'InvalidNextTokenException');
    const reversed = { laterTime: new Date(NOON - DAY), earlierTime: new Date(NOON) };
    await expectRefusal(send(reversed), 400, 'InvalidTimeRangeException');
  });

  test('configuration is JSON text, each supplementary value too, the ACL twice; members are camelCase', async () => {
    const { configurationItems } = await rig.config.send(
      new GetResourceConfigHistoryCommand(resource('phi-one')),
    );
    const [item] = configurationItems!;
    const { ServerSideEncryptionConfiguration: sse, AccessControlList: acl } =
      item!.supplementaryConfiguration!;
    expect(JSON.parse(sse!)).toEqual({
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyID: 'k-1' },
          bucketKeyEnabled: true,
        },
      ],
    });
    expect(JSON.parse(JSON.parse(acl!) as string)).toHaveProperty('owner');
    expect(JSON.parse(item!.configuration!)).toHaveProperty('name', 'phi-one');
    expect(item!.tags).toEqual({ 'data-class': 'phi' });
    // Blocked encryption types are in no item seen so far.
    expect(JSON.stringify(item)).not.toMatch(/blocked/i);
  });
});

describe('SelectResourceConfig (FACTS §8)', () => {
  const RULES = 'supplementaryConfiguration.ServerSideEncryptionConfiguration.rules';
  const SSE = `${RULES}.applyServerSideEncryptionByDefault`;
  const BUCKETS = "resourceType = 'AWS::S3::Bucket'";
  const select = async (Expression: string, rest: object = {}) => {
    const { Results } = await rig.config.send(new SelectResourceConfigCommand({ Expression, ...rest }));
    return Results!.map((row) => JSON.parse(row) as Record<string, unknown>);
  };
  const ids = async (where: string) =>
    (await select(`SELECT resourceId WHERE ${where} ORDER BY resourceId`)).map(
      ({ resourceId }) => resourceId,
    );
  const ALL = ['history', 'phi-one', 'phi-two', 'plain', 'policied'];

  test.each<[string, string[]]>([
    [BUCKETS, ALL],
    [`${BUCKETS} AND ${SSE}.sseAlgorithm = 'AES256'`, ['history', 'plain', 'policied']],
    [`${BUCKETS} AND ${SSE}.sseAlgorithm <> 'AES256'`, ['phi-one', 'phi-two']],
    [`${BUCKETS} AND NOT ${SSE}.sseAlgorithm = 'AES256'`, ['phi-one', 'phi-two']],
    [`${RULES}.bucketKeyEnabled = 'true'`, ['phi-one']],
    [`${SSE}.kmsMasterKeyID IN ('k-1', 'k-3')`, ['phi-one']],
    [`${SSE}.kmsMasterKeyID NOT IN ('k-1', 'k-3') AND ${SSE}.sseAlgorithm = 'aws:kms'`, ['phi-two']],
    [`${SSE}.kmsMasterKeyID BETWEEN 'k-1' AND 'k-2'`, ['phi-one', 'phi-two']],
    ["resourceId LIKE 'phi%'", ['phi-one', 'phi-two']],
    ["resourceId LIKE 'phi*' AND resourceId != 'phi-one'", ['phi-two']],
    ["tags.key = 'data-class' AND tags.value = 'phi'", ['phi-one']],
    ["tags.tag = 'data-class=public'", ['plain']],
    ["resourceId = 'plain' OR resourceId = 'history' AND awsRegion = 'nowhere'", ['plain']],
    ["(resourceId = 'plain' OR resourceId = 'history') AND awsRegion = 'nowhere'", []],
    ["resourceId > 'phi-two' AND resourceId <= 'plain'", ['plain']],
    ["no.such.path = 'x'", []],
    ["resourceId = 'it''s'", []],
    ["resourceId = 'gone'", []],
  ])('WHERE %s', async (where, expected) => {
    expect(await ids(where)).toEqual(expected);
  });

  test('rows are nested objects, cut down to what is selected', async () => {
    const rows = await select(`SELECT resourceId, accountId, ${RULES} WHERE resourceId = 'phi-two'`);
    expect(rows).toEqual([
      {
        resourceId: 'phi-two',
        accountId: ACCOUNT,
        supplementaryConfiguration: {
          ServerSideEncryptionConfiguration: {
            rules: [
              {
                applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyID: 'k-2' },
                bucketKeyEnabled: false,
              },
            ],
          },
        },
      },
    ]);
    const [policied] = await select(
      "SELECT supplementaryConfiguration.BucketPolicy WHERE resourceId = 'policied'",
    );
    // A policy stays text inside its object.
    expect(policied).toEqual({
      supplementaryConfiguration: { BucketPolicy: { policyText: '{"Statement":[]}' } },
    });
    expect((await select("SELECT * WHERE resourceId = 'plain'"))[0]).toHaveProperty(
      'configuration.name',
      'plain',
    );
  });

  test('counts, by group or altogether', async () => {
    expect(await select(`SELECT COUNT(*) WHERE ${BUCKETS}`)).toEqual([{ 'COUNT(*)': 5 }]);
    expect(await select("SELECT COUNT(*) WHERE resourceId = 'nobody'")).toEqual([{ 'COUNT(*)': 0 }]);
    const groups = await select(
      `SELECT ${SSE}.sseAlgorithm, COUNT(*) WHERE ${BUCKETS} GROUP BY ${SSE}.sseAlgorithm`,
    );
    expect(groups.map((row) => row['COUNT(*)']).sort()).toEqual([2, 3]);
  });

  test('order and pages', async () => {
    const descending = await select(`SELECT resourceId WHERE ${BUCKETS} ORDER BY resourceId DESC`);
    expect(descending.map(({ resourceId }) => resourceId)).toEqual([...ALL].reverse());
    const found: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const Expression = `SELECT resourceId WHERE ${BUCKETS} ORDER BY resourceId`;
      const input = { Expression, Limit: 2, ...(NextToken ? { NextToken } : {}) };
      const page = await rig.config.send(new SelectResourceConfigCommand(input));
      found.push(...page.Results!.map((row) => (JSON.parse(row) as { resourceId: string }).resourceId));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(found).toEqual(ALL);
  });

  test.each([
    '',
    'SELECT',
    'SELECT resourceId FROM buckets',
    'SELECT DISTINCT resourceId',
    'SELECT a WHERE b IS NULL',
    "SELECT a WHERE b LIKE '%x'",
    "SELECT a WHERE b LIKE 'ab%'",
    'SELECT a WHERE b = c',
    'SELECT a WHERE (b = 1',
    'SELECT a WHERE b IN ()',
    'SELECT a ORDER a',
    'SELECT a; DROP TABLE x',
    "SELECT a WHERE b = 'unclosed",
  ])('%s is no query', async (Expression) => {
    const code = Expression === '' ? 'ValidationException' : 'InvalidExpressionException';
    await expectRefusal(rig.config.send(new SelectResourceConfigCommand({ Expression })), 400, code);
  });
});

test('BatchGetResourceConfig gives the newest item in its short form, and leaves out what is not there', async () => {
  const resourceKeys = [resource('history'), resource('nobody'), resource('gone')];
  const answer = await rig.config.send(new BatchGetResourceConfigCommand({ resourceKeys }));
  expect(answer.baseConfigurationItems!.map(({ resourceId }) => resourceId)).toEqual(['history']);
  const [item] = answer.baseConfigurationItems!;
  expect(item!.configurationItemCaptureTime).toEqual(new Date(NOON));
  expect(item).not.toHaveProperty('tags');
  expect(answer.unprocessedResourceKeys).toEqual([]);
});

test('recorders are those of the account and Region', async () => {
  const recorder = {
    accountId: ACCOUNT,
    region: REGION,
    name: 'default',
    roleArn: 'arn:aws:iam::1:role/config',
    recording: true,
    allSupported: false,
    resourceTypes: ['AWS::S3::Bucket'],
  };
  rig.state.configRecorders.push(recorder, { ...recorder, region: 'us-east-1', name: 'far' });
  const { ConfigurationRecorders } = await rig.config.send(new DescribeConfigurationRecordersCommand({}));
  expect(ConfigurationRecorders).toMatchObject([
    { name: 'default', recordingGroup: { allSupported: false, resourceTypes: ['AWS::S3::Bucket'] } },
  ]);
  const named = new DescribeConfigurationRecordersCommand({ ConfigurationRecorderNames: ['far'] });
  await expectRefusal(rig.config.send(named), 400, 'NoSuchConfigurationRecorderException');
});

describe('PutEvaluations', () => {
  const evaluation = (ComplianceType: 'COMPLIANT' | 'INSUFFICIENT_DATA', Annotation = 'because') => ({
    ComplianceResourceType: 'AWS::S3::Bucket',
    ComplianceResourceId: 'b',
    ComplianceType,
    Annotation,
    OrderingTimestamp: new Date(NOON),
  });
  const putEvaluations = (Evaluations: ReturnType<typeof evaluation>[], rest = {}) =>
    rig.config.send(new PutEvaluationsCommand({ Evaluations, ResultToken: 'token', ...rest }));

  test('keeps what it is given, but nothing in test mode', async () => {
    await putEvaluations([evaluation('COMPLIANT')], { TestMode: true });
    expect(rig.state.configEvaluations).toEqual([]);
    expect((await putEvaluations([evaluation('COMPLIANT')])).FailedEvaluations).toEqual([]);
    expect(rig.state.configEvaluations).toMatchObject([
      { ComplianceResourceId: 'b', ComplianceType: 'COMPLIANT' },
    ]);
  });

  test('refuses INSUFFICIENT_DATA, more than 100, and long annotations', async () => {
    await expectRefusal(
      putEvaluations([evaluation('INSUFFICIENT_DATA')]),
      400,
      'InvalidParameterValueException',
    );
    await expectRefusal(
      putEvaluations(Array(101).fill(evaluation('COMPLIANT')) as never),
      400,
      'ValidationException',
    );
    await expectRefusal(
      putEvaluations([evaluation('COMPLIANT', 'x'.repeat(257))]),
      400,
      'ValidationException',
    );
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { SelectResourceConfigCommand } from '@aws-sdk/client-config-service';
import { ACCOUNT, expectRefusal, useSandbox } from '../sdk.ts';
import { configItems } from './config-items.ts';

const rig = useSandbox();
beforeAll(() => {
  rig.state.configItems.push(...configItems());
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

import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  DescribeConfigurationAggregatorSourcesStatusCommand,
  DescribeConfigurationRecorderStatusCommand,
  DescribeRetentionConfigurationsCommand,
  ListDiscoveredResourcesCommand,
  SelectAggregateResourceConfigCommand,
} from '@aws-sdk/client-config-service';
import { newBucket } from '../../../lib/sandbox/objects.ts';
import { bucketConfigItem } from '../../../lib/sandbox/services/config/bucket-item.ts';
import { ACCOUNT, DAY, expectRefusal, NOON, REGION, useSandbox } from '../sdk.ts';
import { configItems } from './config-items.ts';

const OTHER = '444455556666';
const QUERY = "SELECT resourceId, accountId, awsRegion WHERE resourceType = 'AWS::S3::Bucket'";

const rig = useSandbox();
beforeAll(() => {
  const { state } = rig;
  state.configItems.push(...configItems());
  for (const [name, accountId, region] of [
    ['theirs', OTHER, 'us-east-1'],
    ['unread', OTHER, 'eu-north-1'],
  ] as const) {
    const bucket = newBucket({ name, accountId, region, createdAt: NOON - DAY });
    state.configItems.push(bucketConfigItem(bucket, NOON));
  }
  state.configAggregators.push({
    name: 'all',
    accountId: ACCOUNT,
    region: REGION,
    sources: [
      { accountId: ACCOUNT, region: REGION, status: 'SUCCEEDED' },
      { accountId: OTHER, region: 'us-east-1', status: 'OUTDATED' },
      { accountId: OTHER, region: 'eu-north-1', status: 'FAILED' },
    ],
  });
});

describe('ListDiscoveredResources', () => {
  const list = async (rest: Partial<ListDiscoveredResourcesCommand['input']> = {}) =>
    rig.config.send(new ListDiscoveredResourcesCommand({ resourceType: 'AWS::S3::Bucket', ...rest }));

  test('names what is recorded in this account and Region; deleted resources only when asked', async () => {
    const now = (await list()).resourceIdentifiers!.map(({ resourceId }) => resourceId);
    expect(now).toContain('history');
    expect(now).not.toContain('gone');
    expect(now).not.toContain('elsewhere');
    const all = (await list({ includeDeletedResources: true })).resourceIdentifiers!;
    expect(all).toHaveLength(now.length + 1);
    expect(all.find(({ resourceId }) => resourceId === 'gone')).toMatchObject({
      resourceDeletionTime: new Date(NOON),
    });
  });

  test('in pages', async () => {
    const names: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await list({ limit: 2, ...(nextToken ? { nextToken } : {}) });
      expect(page.resourceIdentifiers!.length).toBeLessThanOrEqual(2);
      names.push(...page.resourceIdentifiers!.map(({ resourceId }) => resourceId));
      nextToken = page.nextToken;
    } while (nextToken);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toHaveLength((await list()).resourceIdentifiers!.length);
    await expectRefusal(list({ nextToken: 'made-up' }), 400, 'InvalidNextTokenException');
  });
});

describe('an aggregator', () => {
  const select = async (rest: Partial<SelectAggregateResourceConfigCommand['input']> = {}) =>
    rig.config.send(
      new SelectAggregateResourceConfigCommand({
        Expression: QUERY,
        ConfigurationAggregatorName: 'all',
        Limit: 100,
        ...rest,
      }),
    );

  test('answers for every account and Region that it could read', async () => {
    const rows = (await select()).Results!.map((row) => JSON.parse(row) as Record<string, string>);
    expect(rows).toContainEqual({ resourceId: 'theirs', accountId: OTHER, awsRegion: 'us-east-1' });
    expect(rows).toContainEqual({ resourceId: 'plain', accountId: ACCOUNT, awsRegion: REGION });
    const names = rows.map(({ resourceId }) => resourceId);
    expect(names).not.toContain('unread');
    expect(names).not.toContain('gone');
  });

  test('pages, and refuses what is not there', async () => {
    const first = await select({ Limit: 1 });
    expect(first.Results).toHaveLength(1);
    expect((await select({ Limit: 1, NextToken: first.NextToken })).Results).not.toEqual(first.Results);
    await expectRefusal(
      select({ ConfigurationAggregatorName: 'none' }),
      400,
      'NoSuchConfigurationAggregatorException',
    );
    await expectRefusal(select({ Expression: 'SELECT' }), 400, 'InvalidExpressionException');
  });

  test('tells which sources could not be read', async () => {
    const { AggregatedSourceStatusList } = await rig.config.send(
      new DescribeConfigurationAggregatorSourcesStatusCommand({
        ConfigurationAggregatorName: 'all',
        UpdateStatus: ['FAILED', 'OUTDATED'],
      }),
    );
    expect(AggregatedSourceStatusList).toMatchObject([
      { SourceId: OTHER, AwsRegion: 'us-east-1', LastUpdateStatus: 'OUTDATED' },
      { SourceId: OTHER, AwsRegion: 'eu-north-1', LastUpdateStatus: 'FAILED' },
    ]);
  });
});

test('a recorder tells since when it records and when it was stopped last; retention is told when it is set', async () => {
  rig.state.configRecorders.push({
    accountId: ACCOUNT,
    region: REGION,
    name: 'default',
    roleArn: 'arn:aws:iam::1:role/config',
    recording: false,
    startedAt: NOON - 9 * DAY,
    stoppedAt: NOON - DAY,
    allSupported: true,
    resourceTypes: [],
  });
  const { ConfigurationRecordersStatus } = await rig.config.send(
    new DescribeConfigurationRecorderStatusCommand({}),
  );
  expect(ConfigurationRecordersStatus).toMatchObject([
    { recording: false, lastStartTime: new Date(NOON - 9 * DAY), lastStopTime: new Date(NOON - DAY) },
  ]);
  const retention = async () =>
    (await rig.config.send(new DescribeRetentionConfigurationsCommand({}))).RetentionConfigurations;
  expect(await retention()).toEqual([]);
  rig.state.configRetentionDays = 90;
  expect(await retention()).toMatchObject([{ RetentionPeriodInDays: 90 }]);
});

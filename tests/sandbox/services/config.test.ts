import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  BatchGetResourceConfigCommand,
  DescribeConfigurationRecordersCommand,
  GetResourceConfigHistoryCommand,
  PutEvaluationsCommand,
} from '@aws-sdk/client-config-service';
import type { GetResourceConfigHistoryCommandInput } from '@aws-sdk/client-config-service';
import { ACCOUNT, DAY, expectRefusal, NOON, REGION, useSandbox } from '../sdk.ts';
import { AGES, configItems } from './config-items.ts';

const rig = useSandbox();
beforeAll(() => {
  rig.state.configItems.push(...configItems());
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
    startedAt: NOON - DAY,
    stoppedAt: null,
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

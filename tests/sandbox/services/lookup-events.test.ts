import { beforeAll, describe, expect, test } from '@jest/globals';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { LookupAttributeKey, LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { ACCOUNT, DAY, expectRefusal, NOON, REGION, useSandbox } from '../sdk.ts';

const rig = useSandbox();
const HOUR = 3_600_000;

/** Event number `i` is `i` hours old. */
const event = (i: number) => ({
  accountId: ACCOUNT,
  region: REGION,
  time: NOON - i * HOUR,
  record: {
    eventID: `event-${String(i).padStart(3, '0')}`,
    eventName: i % 2 === 0 ? 'Decrypt' : 'Encrypt',
    eventSource: i % 3 === 0 ? 's3.amazonaws.com' : 'kms.amazonaws.com',
    readOnly: i % 5 !== 0,
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/App/s${i % 4}`,
      accessKeyId: `ASIA${i % 4}`,
    },
    resources: [{ type: 'AWS::KMS::Key', ARN: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${i % 7}` }],
  },
});

beforeAll(() => {
  for (let i = 0; i < 120; i += 1) rig.state.events.push(event(i));
  rig.state.events.reverse();
  rig.state.events.push({ ...event(1), region: 'us-east-1' }, { ...event(1), accountId: '444455556666' });
  rig.state.events.push({ ...event(0), time: NOON - 91 * DAY }, { ...event(0), time: NOON + DAY });
});

/** Numbers of the events of every page. */
async function lookup(input: LookupEventsCommandInput = {}): Promise<number[][]> {
  const pages: number[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await rig.cloudtrail.send(
      new LookupEventsCommand({ ...input, ...(NextToken ? { NextToken } : {}) }),
    );
    pages.push((page.Events ?? []).map(({ EventId }) => Number(EventId!.slice('event-'.length))));
    NextToken = page.NextToken;
  } while (NextToken);
  return pages;
}
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('LookupEvents (FACTS §4)', () => {
  test('this account and Region, newest first, the last 90 days, 50 a page at most', async () => {
    const pages = await lookup();
    expect(pages.map((page) => page.length)).toEqual([50, 50, 20]);
    expect(pages.flat()).toEqual(upTo(120));
  });

  test.each([1, 7, 49, 50])('pages of %i are the same sequence', async (MaxResults) => {
    const EndTime = new Date(NOON - 60 * HOUR);
    expect((await lookup({ MaxResults, EndTime })).flat()).toEqual(upTo(120).slice(60));
  });

  test.each<[string, Date | undefined, Date | undefined, number[]]>([
    ['both ends belong to it', new Date(NOON - 3 * HOUR), new Date(NOON - HOUR), [1, 2, 3]],
    ['from a time on', new Date(NOON - 2 * HOUR), undefined, [0, 1, 2]],
    ['up to a time', undefined, new Date(NOON - 118 * HOUR), [118, 119]],
    ['between two events', new Date(NOON - 2 * HOUR + 1000), new Date(NOON - HOUR - 1000), []],
  ])('a window: %s', async (_, StartTime, EndTime, expected) => {
    const pages = await lookup({ ...(StartTime ? { StartTime } : {}), ...(EndTime ? { EndTime } : {}) });
    expect(pages.flat()).toEqual(expected);
  });

  test.each<[LookupAttributeKey, string, (i: number) => boolean]>([
    ['EventName', 'Decrypt', (i) => i % 2 === 0],
    ['EventSource', 's3.amazonaws.com', (i) => i % 3 === 0],
    ['ReadOnly', 'false', (i) => i % 5 === 0],
    ['EventId', 'event-017', (i) => i === 17],
    ['AccessKeyId', 'ASIA2', (i) => i % 4 === 2],
    ['Username', 's3', (i) => i % 4 === 3],
    ['ResourceType', 'AWS::KMS::Key', () => true],
    ['ResourceName', `arn:aws:kms:${REGION}:${ACCOUNT}:key/5`, (i) => i % 7 === 5],
    ['EventName', 'decrypt', () => false],
  ])('by %s = %s', async (AttributeKey, AttributeValue, belongs) => {
    const pages = await lookup({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
    expect(pages.flat()).toEqual(upTo(120).filter(belongs));
  });

  test.each<[string, LookupEventsCommandInput, string]>([
    [
      'two attributes',
      {
        LookupAttributes: [
          { AttributeKey: 'EventName', AttributeValue: 'a' },
          { AttributeKey: 'EventId', AttributeValue: 'b' },
        ],
      },
      'InvalidLookupAttributesException',
    ],
    [
      'an unknown attribute',
      { LookupAttributes: [{ AttributeKey: 'Colour' as never, AttributeValue: 'a' }] },
      'InvalidLookupAttributesException',
    ],
    ['51 a page', { MaxResults: 51 }, 'InvalidMaxResultsException'],
    ['none a page', { MaxResults: 0 }, 'InvalidMaxResultsException'],
    [
      'an end before its start',
      { StartTime: new Date(NOON), EndTime: new Date(NOON - 1000) },
      'InvalidTimeRangeException',
    ],
    ['a token that was not given out', { NextToken: 'made-up' }, 'InvalidNextTokenException'],
    ['an unknown category', { EventCategory: 'data' as never }, 'InvalidEventCategoryException'],
  ])('%s is refused', async (_, input, code) => {
    await expectRefusal(rig.cloudtrail.send(new LookupEventsCommand(input)), 400, code);
  });

  test('a token belongs to its request', async () => {
    const { NextToken } = await rig.cloudtrail.send(new LookupEventsCommand({}));
    const other = { LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: 'Decrypt' }] };
    await expectRefusal(
      rig.cloudtrail.send(new LookupEventsCommand({ ...other, NextToken })),
      400,
      'InvalidNextTokenException',
    );
  });

  test('a record of any shape can be looked up', async () => {
    const strange = {
      accountId: '999988887777',
      region: REGION,
      time: NOON,
      record: { resources: 'none', userIdentity: 5 },
    };
    rig.state.events.push(strange);
    const { cloudtrail } = rig.principal('arn:aws:iam::999988887777:user/reader');
    const { Events } = await cloudtrail.send(new LookupEventsCommand({}));
    expect(JSON.parse(Events![0]!.CloudTrailEvent!)).toEqual(strange.record);
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  ListPublicKeysCommand,
  ListTrailsCommand,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import type { LookupAttributeKey, LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import type { Trail } from '../../../lib/sandbox/state-services.ts';
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

describe('trails', () => {
  const trail = (name: string, rest: Partial<Trail> = {}): Trail => ({
    name,
    arn: `arn:aws:cloudtrail:${rest.homeRegion ?? REGION}:${rest.accountId ?? ACCOUNT}:trail/${name}`,
    accountId: ACCOUNT,
    homeRegion: REGION,
    multiRegion: false,
    organization: false,
    globalServiceEvents: true,
    s3Bucket: 'logs',
    s3Prefix: null,
    kmsKeyId: null,
    logFileValidation: true,
    logging: true,
    startedAt: NOON - DAY,
    stoppedAt: null,
    latestDelivery: NOON - HOUR,
    latestDeliveryError: null,
    latestDigestDelivery: null,
    eventSelectors: [
      {
        ReadWriteType: 'WriteOnly',
        IncludeManagementEvents: true,
        DataResources: [],
        ExcludeManagementEventSources: ['kms.amazonaws.com'],
      },
    ],
    advancedEventSelectors: null,
    accessDenied: false,
    ...rest,
  });
  const OTHER = '444455556666';

  beforeAll(() => {
    rig.state.trails.push(
      trail('local'),
      trail('far', { homeRegion: 'us-east-1' }),
      trail('everywhere', {
        homeRegion: 'us-east-1',
        multiRegion: true,
        logging: false,
        stoppedAt: NOON,
        latestDeliveryError: 'AccessDenied',
      }),
      trail('foreign', { accountId: OTHER }),
      trail('ours', {
        accountId: OTHER,
        organization: true,
        eventSelectors: null,
        advancedEventSelectors: [
          { Name: 'no kms', FieldSelectors: [{ Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] }] },
        ],
      }),
      trail('closed', { accessDenied: true }),
    );
    rig.state.organization = {
      id: 'o-example',
      managementAccountId: OTHER,
      managementEmail: 'owner@example.com',
      rootId: 'r-root',
      delegatedAdministrators: [],
      accounts: [{ id: ACCOUNT, name: 'us', email: 'us@example.com', status: 'ACTIVE', joinedAt: NOON }],
      parents: new Map(),
      policies: [],
    };
  });

  const names = async (input: { includeShadowTrails?: boolean; trailNameList?: string[] } = {}) =>
    (await rig.cloudtrail.send(new DescribeTrailsCommand(input))).trailList!.map(({ Name }) => Name).sort();

  test('its own of this Region, shadows of other Regions, and the organization’s', async () => {
    expect(await names()).toEqual(['closed', 'everywhere', 'local', 'ours']);
    expect(await names({ includeShadowTrails: false })).toEqual(['closed', 'local', 'ours']);
    expect(await names({ trailNameList: ['local', 'nobody'] })).toEqual(['local']);
    const { Trails } = await rig.cloudtrail.send(new ListTrailsCommand({}));
    expect(Trails!.map(({ Name }) => Name).sort()).toEqual(['closed', 'everywhere', 'local', 'ours']);
  });

  test('status tells whether it logs, since when, and what went wrong', async () => {
    const status = (Name: string) => rig.cloudtrail.send(new GetTrailStatusCommand({ Name }));
    expect(await status('local')).toMatchObject({
      IsLogging: true,
      StartLoggingTime: new Date(NOON - DAY),
      LatestDeliveryTime: new Date(NOON - HOUR),
    });
    const arn = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/everywhere`;
    expect(await status(arn)).toMatchObject({
      IsLogging: false,
      StopLoggingTime: new Date(NOON),
      LatestDeliveryError: 'AccessDenied',
    });
    // A shadow trail is named by its ARN alone.
    await expectRefusal(status('everywhere'), 400, 'TrailNotFoundException');
    await expectRefusal(status('foreign'), 400, 'TrailNotFoundException');
    await expectRefusal(status('closed'), 400, 'AccessDeniedException');
  });

  test('selectors come back as they were put, basic or advanced', async () => {
    const selectors = (TrailName: string) => rig.cloudtrail.send(new GetEventSelectorsCommand({ TrailName }));
    const basic = await selectors('local');
    expect(basic.EventSelectors).toEqual(rig.state.trails[0]!.eventSelectors);
    expect(basic.AdvancedEventSelectors).toBeUndefined();
    const advanced = await selectors(`arn:aws:cloudtrail:${REGION}:${OTHER}:trail/ours`);
    expect(advanced.AdvancedEventSelectors).toEqual(rig.state.trails[4]!.advancedEventSelectors);
    expect(advanced.EventSelectors).toBeUndefined();
    await expectRefusal(selectors('closed'), 400, 'AccessDeniedException');
  });
});

test('public keys are those of the Region that were valid in the window', async () => {
  const key = (fingerprint: string, from: number, to: number, region = REGION) => ({
    region,
    value: Buffer.from(fingerprint),
    fingerprint,
    validFrom: NOON + from * DAY,
    validTo: NOON + to * DAY,
  });
  rig.state.trailPublicKeys.push(
    key('old', -90, -30),
    key('current', -30, 30),
    key('far', -30, 30, 'us-east-1'),
  );
  const list = async (StartTime?: Date, EndTime?: Date) => {
    const input = { ...(StartTime ? { StartTime } : {}), ...(EndTime ? { EndTime } : {}) };
    const { PublicKeyList } = await rig.cloudtrail.send(new ListPublicKeysCommand(input));
    return PublicKeyList!.map(({ Fingerprint, Value }) => [Fingerprint, Buffer.from(Value!).toString()]);
  };
  expect(await list()).toEqual([['current', 'current']]);
  expect(await list(new Date(NOON - 60 * DAY), new Date(NOON))).toEqual([
    ['old', 'old'],
    ['current', 'current'],
  ]);
  expect(await list(new Date(NOON - 60 * DAY), new Date(NOON - 50 * DAY))).toEqual([['old', 'old']]);
  const reversed = new ListPublicKeysCommand({ StartTime: new Date(NOON), EndTime: new Date(NOON - DAY) });
  await expectRefusal(rig.cloudtrail.send(reversed), 400, 'InvalidTimeRangeException');
});

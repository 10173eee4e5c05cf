import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  ListPublicKeysCommand,
  ListTrailsCommand,
} from '@aws-sdk/client-cloudtrail';
import type { Trail } from '../../../lib/sandbox/state-services.ts';
import { ACCOUNT, DAY, expectRefusal, NOON, REGION, useSandbox } from '../sdk.ts';

const rig = useSandbox();
const HOUR = 3_600_000;

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

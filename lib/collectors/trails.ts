import {
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  ListPublicKeysCommand,
} from '@aws-sdk/client-cloudtrail';
import type {
  AdvancedEventSelector as SdkAdvancedSelector,
  CloudTrailClient,
  Trail,
} from '@aws-sdk/client-cloudtrail';
import { parseArn } from '../model/arn.ts';
import type { Observed } from '../model/observed.ts';
import type { AdvancedSelector, TrailEvidence, TrailSelectors, TrailStatus } from '../model/trail.ts';
import type { AwsClients } from './clients.ts';
import { MalformedAnswer, observe } from './observe.ts';

/**
 * The trails that an account's Region sees: its own, multi-Region ones of other Regions, the organization's. Unknown
 * when they cannot be listed; what one trail refuses is unknown in that trail alone.
 */
export async function readTrails(
  aws: Pick<AwsClients, 'cloudTrail'>,
  region: string,
): Promise<Observed<readonly TrailEvidence[]>> {
  const listed = await observe('cloudtrail:DescribeTrails', async () => {
    const answer = await aws
      .cloudTrail(region)
      .send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    return answer.trailList ?? [];
  });
  if (listed.state !== 'known') return listed;
  const trails = await Promise.all(
    listed.value.map(async (trail) => {
      // A trail answers in its home Region by ARN, wherever it was seen.
      const home = trail.HomeRegion ?? parseArn(trail.TrailARN ?? '')?.region ?? region;
      return readTrail(aws.cloudTrail(home), trail, home);
    }),
  );
  return { state: 'known', value: trails.sort((a, b) => (a.arn < b.arn ? -1 : 1)) };
}

async function readTrail(client: CloudTrailClient, trail: Trail, homeRegion: string): Promise<TrailEvidence> {
  const arn = trail.TrailARN ?? '';
  const [status, selectors] = await Promise.all([
    observe('cloudtrail:GetTrailStatus', async () => statusOf(client, arn)),
    observe('cloudtrail:GetEventSelectors', async () => selectorsOf(client, arn)),
  ]);
  return {
    name: trail.Name ?? arn,
    arn,
    accountId: parseArn(arn)?.account ?? '',
    homeRegion,
    multiRegion: trail.IsMultiRegionTrail ?? false,
    organization: trail.IsOrganizationTrail ?? false,
    validation: trail.LogFileValidationEnabled ?? false,
    bucket: trail.S3BucketName ?? '',
    prefix: trail.S3KeyPrefix ?? null,
    kmsKey: trail.KmsKeyId ?? null,
    status,
    selectors,
  };
}

async function statusOf(client: CloudTrailClient, arn: string): Promise<TrailStatus> {
  const status = await client.send(new GetTrailStatusCommand({ Name: arn }));
  if (status.IsLogging === undefined) throw new MalformedAnswer('GetTrailStatus did not say whether it logs');
  return {
    logging: status.IsLogging,
    latestDelivery: instant(status.LatestDeliveryTime),
    latestDeliveryError: status.LatestDeliveryError === '' ? null : (status.LatestDeliveryError ?? null),
    started: instant(status.StartLoggingTime),
    stopped: instant(status.StopLoggingTime),
    latestDigest: instant(status.LatestDigestDeliveryTime),
  };
}

async function selectorsOf(client: CloudTrailClient, arn: string): Promise<TrailSelectors> {
  const answer = await client.send(new GetEventSelectorsCommand({ TrailName: arn }));
  const advanced = answer.AdvancedEventSelectors ?? [];
  if (advanced.length > 0) return { kind: 'advanced', selectors: advanced.map(advancedSelector) };
  if (answer.EventSelectors === undefined) throw new MalformedAnswer('GetEventSelectors named no selectors');
  return {
    kind: 'classic',
    selectors: answer.EventSelectors.map((selector) => ({
      // What the API leaves out has these values (CloudTrail API reference, EventSelector).
      readWrite: selector.ReadWriteType ?? 'All',
      managementEvents: selector.IncludeManagementEvents ?? true,
      excluded: selector.ExcludeManagementEventSources ?? [],
      dataResources: (selector.DataResources ?? []).map(({ Type, Values }) => ({
        type: Type ?? '',
        values: Values ?? [],
      })),
    })),
  };
}

const advancedSelector = ({ Name, FieldSelectors }: SdkAdvancedSelector): AdvancedSelector => ({
  name: Name ?? null,
  fields: (FieldSelectors ?? []).map((field) => ({
    field: field.Field ?? '',
    equals: field.Equals ?? [],
    startsWith: field.StartsWith ?? [],
    endsWith: field.EndsWith ?? [],
    notEquals: field.NotEquals ?? [],
    notStartsWith: field.NotStartsWith ?? [],
    notEndsWith: field.NotEndsWith ?? [],
  })),
});

/** A public key that CloudTrail signed digests with: DER of a PKCS#1 RSA key (FACTS §4). */
export type ListedPublicKey = { readonly fingerprint: string; readonly der: Uint8Array };

/** The public keys that were valid in a Region at some time between two instants. */
export async function readPublicKeys(
  aws: Pick<AwsClients, 'cloudTrail'>,
  region: string,
  window: { readonly from: string; readonly to: string },
): Promise<Observed<readonly ListedPublicKey[]>> {
  return observe('cloudtrail:ListPublicKeys', async () => {
    const keys: ListedPublicKey[] = [];
    let token: string | undefined;
    do {
      const page = await aws.cloudTrail(region).send(
        new ListPublicKeysCommand({
          StartTime: new Date(window.from),
          EndTime: new Date(window.to),
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      for (const { Fingerprint, Value } of page.PublicKeyList ?? []) {
        if (Fingerprint !== undefined && Value !== undefined)
          keys.push({ fingerprint: Fingerprint, der: Value });
      }
      token = page.NextToken;
    } while (token !== undefined);
    return keys;
  });
}

const instant = (date: Date | undefined): string | null => date?.toISOString() ?? null;

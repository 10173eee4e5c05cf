import { bucketConfigItem } from '../services/config/bucket-item.ts';
import { keyConfigItem } from '../services/config/key-item.ts';
import type { ConfigItem, KmsKey } from '../state-services.ts';
import { emptyBucket, homeOf } from './add-buckets.ts';
import { timeOf } from './notation.ts';
import type { Instant } from './notation.ts';
import { keyArnOf } from './place.ts';
import type { Placing } from './place.ts';
import type { Estate, EstateBucket } from './schema.ts';

/** A recorder of the estate, its short form filled in. Times are milliseconds since the epoch. */
type Recorder = {
  readonly accountId: string;
  readonly region: string;
  readonly since: number;
  readonly stopped: number | null;
  /** Null records every type. */
  readonly types: readonly string[] | null;
};

/** What is recorded of one resource: its items, by when each began to be true, and when the resource was deleted. */
type Life = {
  readonly states: readonly { readonly from: number; readonly item: (at: number) => ConfigItem }[];
  readonly deleted: number | null;
};

/** Puts the estate's AWS Config into the sandbox: recorders, what they have recorded, and aggregators. */
export function addConfig(placing: Placing): void {
  const { estate, state } = placing;
  for (const given of estate['config-recorders']) {
    const recorder = recorderOf(placing, given);
    const { accountId, region, since, stopped, types } = recorder;
    state.configRecorders.push({
      accountId,
      region,
      name: 'default',
      roleArn: `arn:${state.partition}:iam::${accountId}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
      recording: stopped === null,
      startedAt: since,
      stoppedAt: stopped,
      allSupported: types === null,
      resourceTypes: types ?? [],
    });
    for (const life of livesOf(placing, recorder)) state.configItems.push(...recorded(recorder, life));
  }
  for (const { name, region, sources } of estate['config-aggregators']) {
    state.configAggregators.push({
      name,
      accountId: estate.account,
      region: region ?? estate.region,
      sources: sources.map(({ account, region: of, status }) => ({ accountId: account, region: of, status })),
    });
  }
}

/** A Region alone is a recorder that was started the day before, by the whole second. */
function recorderOf({ estate, now }: Placing, given: Estate['config-recorders'][number]): Recorder {
  if (typeof given === 'string') {
    const since = Math.floor((now - 86_400_000) / 1000) * 1000;
    return { accountId: estate.account, region: given, since, stopped: null, types: null };
  }
  return {
    accountId: given.account ?? estate.account,
    region: given.region,
    since: timeOf(given.since, now),
    stopped: given.stopped ? timeOf(given.stopped, now) : null,
    types: given['resource-types'] ?? null,
  };
}

function livesOf(placing: Placing, { accountId, region, types }: Recorder): Life[] {
  const { estate, state } = placing;
  const records = (type: string): boolean => types?.includes(type) ?? true;
  const buckets = Object.entries(estate.buckets).filter(
    ([, given]) =>
      (given.account ?? estate.account) === accountId && (given.region ?? estate.region) === region,
  );
  const keys = Object.entries(estate.keys).flatMap(([name, given]) => {
    const key = state.keys.get(keyArnOf(placing, name));
    return key?.accountId === accountId && key.region === region ? [{ key, given }] : [];
  });
  return [
    ...(records('AWS::S3::Bucket') ? buckets.map(([name, given]) => bucketLife(placing, name, given)) : []),
    ...(records('AWS::KMS::Key') ? keys.map(({ key, given }) => keyLife(placing, key, given)) : []),
  ];
}

function bucketLife(placing: Placing, name: string, given: EstateBucket): Life {
  const { now, state } = placing;
  const home = homeOf(placing, name, given);
  const states = backwards(given, given.earlier, home.createdAt, now).map(({ from, value }) => {
    const bucket = emptyBucket(placing, home, value);
    return { from, item: (at: number) => bucketConfigItem(bucket, at, state.partition) };
  });
  return { states, deleted: given.deleted ? timeOf(given.deleted, now) : null };
}

function keyLife({ now }: Placing, key: KmsKey, given: Estate['keys'][string]): Life {
  const states = backwards(given, given.earlier, key.createdAt, now).map(({ from, value }) => {
    const days = value['rotation-days'];
    const then: KmsKey = {
      ...key,
      state: value.state,
      deletionDate: value.state === 'PendingDeletion' ? key.deletionDate : null,
      rotation: { ...key.rotation, enabled: days !== null, periodInDays: days ?? 365 },
    };
    return { from, item: (at: number) => keyConfigItem(then, at) };
  });
  return { states, deleted: null };
}

/** Every state and when it began, newest first: what an earlier one leaves out was as in the one after it. */
function backwards<T extends object>(
  present: T,
  earlier: readonly ({ readonly until: Instant } & {
    readonly [Member in keyof T]?: T[Member] | undefined;
  })[],
  created: number,
  now: number,
): { readonly from: number; readonly value: T }[] {
  const states: { from: number; value: T }[] = [];
  let value = present;
  for (const { until, ...differs } of earlier) {
    states.push({ from: timeOf(until, now), value });
    const said = Object.entries(differs).filter(([, member]) => member !== undefined);
    value = { ...value, ...Object.fromEntries(said) };
  }
  return [...states, { from: created, value }];
}

/** Items that a recorder kept of a life: the state that it met when it was started, and every change from then on. */
function recorded({ since, stopped }: Recorder, { states, deleted }: Life): ConfigItem[] {
  const end = Math.min(stopped ?? Infinity, deleted ?? Infinity);
  const items: ConfigItem[] = [];
  let next = end;
  for (const { from, item } of states) {
    const at = Math.max(from, since);
    if (at < next) {
      items.push(item(at));
      next = at;
    }
  }
  const last = items[0];
  if (deleted === null || last === undefined || deleted > (stopped ?? Infinity)) return items;
  const gone = { ...last.item, configurationItemStatus: 'ResourceDeleted' };
  const captured = new Date(deleted).toISOString();
  return [
    { ...last, captureTime: deleted, item: { ...gone, configurationItemCaptureTime: captured } },
    ...items,
  ];
}

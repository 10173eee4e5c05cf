import type { ConfigServiceClient, Evaluation } from '@aws-sdk/client-config-service';
import { keyDirectory } from '../audit/key-directory.ts';
import type { KeyDirectory } from '../audit/key-directory.ts';
import { memoryStore } from '../audit/memory-store.ts';
import { scopeOf } from '../audit/scope.ts';
import { readBucket } from '../collectors/bucket.ts';
import { listBuckets, readBucketRegion } from '../collectors/buckets.ts';
import type { ListedBucket } from '../collectors/buckets.ts';
import type { AwsClients } from '../collectors/clients.ts';
import { bucketAsOf } from '../collectors/config-history.ts';
import { readConfigItem } from '../collectors/config-item.ts';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { RulePack } from '../model/requirement.ts';
import { completed } from './bucket-facts.ts';
import { toEvaluation } from './evaluation.ts';
import type { RuleEvent } from './event.ts';
import { askedRequirements, judgeBucket } from './judge-bucket.ts';
import type { RuleVerdict } from './judge-bucket.ts';
import { putEvaluations } from './put-evaluations.ts';

/** What the rule works with. `outOfTime` is asked before each bucket of a scheduled evaluation. */
export type RuleContext = {
  readonly aws: AwsClients;
  readonly config: ConfigServiceClient;
  readonly packs: readonly RulePack[];
  readonly partition: string;
  readonly outOfTime: () => boolean;
};

const BUCKET = 'AWS::S3::Bucket';
const ACCOUNT = 'AWS::::Account';

/** Buckets read at the same time in a scheduled evaluation, and how many are judged before they are handed in. */
const AT_ONCE = 8;
const HAND_IN = 100;

/**
 * Answers one event of AWS Config with evaluations, and says how many of each compliance there were.
 * Throws AuditError INPUT_INVALID when the rule's parameters ask for requirements that no pack has.
 */
export async function answerRule(
  context: RuleContext,
  event: RuleEvent,
): Promise<Readonly<Record<string, number>>> {
  assertRequirements(context.packs, event);
  const counts: Record<string, number> = {};
  const put = async (evaluations: readonly Evaluation[]): Promise<void> => {
    await putEvaluations(context.config, event.resultToken, evaluations);
    for (const { ComplianceType = '' } of evaluations)
      counts[ComplianceType] = (counts[ComplianceType] ?? 0) + 1;
  };
  const { asks } = event;
  if (asks.kind === 'scheduled') await answerAll(context, event, asks.at, put);
  else await put([toEvaluation(asks.resource, asks.at, await verdictOnOne(context, event, asks))]);
  return counts;
}

function assertRequirements(packs: readonly RulePack[], { parameters }: RuleEvent): void {
  const known = new Set(packs.flatMap((pack) => pack.requirements.map(({ id }) => `${pack.pack}/${id}`)));
  const missing = (parameters.requirements ?? []).filter((name) => !known.has(name));
  if (missing.length === 0) return;
  throw new AuditError(
    'INPUT_INVALID',
    `ruleParameters asks for ${missing.join(', ')}, which no rule pack of this rule has.`,
  );
}

async function verdictOnOne(
  context: RuleContext,
  event: RuleEvent,
  asks: Exclude<RuleEvent['asks'], { kind: 'scheduled' }>,
): Promise<RuleVerdict> {
  if (asks.kind === 'gone') return { status: 'NOT_APPLICABLE', reason: asks.why };
  if (asks.resource.type !== BUCKET) {
    return { status: 'NOT_APPLICABLE', reason: `This rule is about ${BUCKET}, not ${asks.resource.type}.` };
  }
  const keys = keyDirectory(context.aws, memoryStore(), { caller: event });
  if (asks.kind === 'changed') {
    const item = readConfigItem(asks.item);
    return typeof item === 'string' ? unread(`the AWS Config item ${item}`) : judgeItem(item.evidence);
  }
  const item = await bucketAsOf(context.config, asks.resource.id, new Date(asks.at));
  switch (item.state) {
    case 'known':
      return item.value.recorded
        ? judgeItem(item.value.evidence)
        : { status: 'NOT_APPLICABLE', reason: `AWS Config reports the resource as ${item.value.status}.` };
    case 'absent':
      return unread('AWS Config has no item of it, though it sent a notice of one too large for an event');
    case 'unknown':
      return unread(describeReason(item.reason));
  }

  async function judgeItem(evidence: BucketEvidence): Promise<RuleVerdict> {
    if (!isConcerned(context, event, evidence)) return judge(context, event, evidence, keys, asks.at);
    return judge(context, event, await completed(context.aws, evidence), keys, asks.at);
  }
}

const unread = (why: string): RuleVerdict => ({
  status: 'INSUFFICIENT_DATA',
  reason: `The bucket's configuration could not be read: ${why}.`,
});

/** Whether some asked requirement may be about this bucket: nothing is read of one that is nobody's concern. */
function isConcerned({ packs }: RuleContext, { parameters }: RuleEvent, bucket: BucketEvidence): boolean {
  const { memberships } = scopeOf(packs, bucket);
  return askedRequirements(packs, parameters).some(
    ({ dataClass }) => (memberships[dataClass] ?? 'no') !== 'no',
  );
}

async function judge(
  { packs }: RuleContext,
  { parameters }: RuleEvent,
  bucket: BucketEvidence,
  keys: KeyDirectory,
  at: string,
): Promise<RuleVerdict> {
  const region = valueOf(bucket.region);
  const byDefault = valueOf(bucket.defaultEncryption);
  if (region !== undefined && byDefault?.algorithm.startsWith('aws:kms')) {
    await keys.get(byDefault.kmsKey ?? 'alias/aws/s3', region, bucket.accountId);
  }
  return judgeBucket({ packs, parameters, bucket, keyOf: keys.lookupIn(bucket.accountId), asOf: at });
}

/** Every bucket of this Region, since AWS Config knows a bucket only where it lies. */
async function answerAll(
  context: RuleContext,
  event: RuleEvent,
  at: string,
  put: (evaluations: readonly Evaluation[]) => Promise<void>,
): Promise<void> {
  const { aws, partition } = context;
  const keys = keyDirectory(aws, memoryStore(), { caller: event });
  const listing = await listBuckets(aws);
  const here: ListedBucket[] = [];
  for (const bucket of listing.buckets) {
    const region = bucket.region ?? valueOf(await readBucketRegion(aws, bucket.name)) ?? null;
    if (region === null || region === aws.options.region) here.push({ ...bucket, region });
  }
  const evaluate = async (bucket: ListedBucket): Promise<Evaluation> => {
    const evidence = await readBucket(aws, bucket, { accountId: event.accountId, partition });
    return toEvaluation(
      { type: BUCKET, id: bucket.name },
      at,
      await judge(context, event, evidence, keys, at),
    );
  };
  let done = 0;
  let pending: Evaluation[] = [];
  while (done < here.length && !context.outOfTime()) {
    const some = here.slice(done, done + AT_ONCE);
    pending.push(...(await Promise.all(some.map(evaluate))));
    done += some.length;
    if (pending.length >= HAND_IN) {
      await put(pending);
      pending = [];
    }
  }
  const left = here.length - done;
  const gaps = [
    ...(listing.incomplete
      ? [`The buckets could not all be listed: ${describeReason(listing.incomplete)}.`]
      : []),
    ...(left > 0
      ? [`The function ran out of time with ${left} of ${here.length} buckets not looked at.`]
      : []),
  ];
  // What was not looked at is told about the account, as AWS Config has no other place for it.
  if (gaps.length > 0 || here.length === 0) {
    const reason = gaps.length > 0 ? gaps.join(' ') : 'There is no bucket in this Region.';
    const status = gaps.length > 0 ? 'INSUFFICIENT_DATA' : 'NOT_APPLICABLE';
    pending.push(toEvaluation({ type: ACCOUNT, id: event.accountId }, at, { status, reason }));
  }
  if (pending.length > 0) await put(pending);
}

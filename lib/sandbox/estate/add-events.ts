import type { CloudTrailEvent } from '../state-services.ts';
import { kmsRecords } from '../services/cloudtrail/kms-record.ts';
import type { KmsCall } from '../services/cloudtrail/kms-record.ts';
import { s3EncryptionContext } from '../services/cloudtrail/record-kms-call.ts';
import type { Caller } from '../services/cloudtrail/user-identity.ts';
import { derivedUuid } from '../services/kms/managed-key.ts';
import { within } from './object-versions.ts';
import { keyArnOf, principalArn } from './place.ts';
import type { Placing } from './place.ts';
import { randomStream } from './random.ts';
import type { Random } from './random.ts';
import type { EstateEvent, EstatePrincipal } from './schema.ts';

/** Puts the estate's KMS calls into event history; buckets must be there already. */
export function addEvents(placing: Placing): void {
  placing.estate.events.forEach((event, i) => {
    const targets = targetsOf(placing, event);
    for (let n = 1; n <= event.count; n += 1) {
      const label = `events/${i}/${n}`;
      const random = randomStream(placing.estate.seed, label);
      placing.state.events.push(...eventsOf(placing, event, random.pick(targets), random, label));
    }
  });
}

/** What a call can be about: a key, with the encryption context it is called with. */
type Target = { readonly keyArn: string; readonly context: Readonly<Record<string, string>> };

/** Through S3 the current KMS objects under the prefix, otherwise the one key that the event names. */
function targetsOf(placing: Placing, event: EstateEvent): Target[] {
  if (event.key !== undefined) return [{ keyArn: keyArnOf(placing, event.key), context: event.context }];
  const bucket = placing.state.buckets.get(event.bucket ?? '');
  const targets: Target[] = [];
  for (const [key, [current]] of bucket?.objects ?? []) {
    if (!current?.seal.kmsKeyId || !key.startsWith(event.prefix)) continue;
    targets.push({
      keyArn: current.seal.kmsKeyId,
      context: s3EncryptionContext(placing.state.partition, bucket?.name ?? '', key, current.seal.bucketKey),
    });
  }
  return targets;
}

function eventsOf(
  placing: Placing,
  event: EstateEvent,
  target: Target,
  random: Random,
  label: string,
): CloudTrailEvent[] {
  const time = within(event.when, placing.now, random);
  const principal = placing.estate.principals[event.by];
  const caller = principal === undefined ? null : callerOf(placing, principal, random, time);
  const [, , , region = '', accountId = ''] = target.keyArn.split(':');
  let ids = 0;
  const newId = (): string =>
    derivedUuid(`${placing.estate.estate}/${placing.estate.seed}/${label}/${(ids += 1)}`);
  return kmsRecords(
    {
      eventName: event.call,
      time,
      region,
      requestId: newId(),
      caller,
      invokedBy:
        principal !== undefined && 'service' in principal
          ? principal.service
          : event.bucket === undefined
            ? null
            : 'fas.s3.amazonaws.com',
      sourceIp: event['source-ip'],
      userAgent: 'aws-sdk-java/2.40.1',
      key: { arn: target.keyArn, accountId },
      encryptionContext: target.context,
      refusal: refusalOf(event, caller, target.keyArn),
    },
    newId,
  );
}

/** Null for an AWS service that acts by itself. */
function callerOf(placing: Placing, principal: EstatePrincipal, random: Random, time: number): Caller | null {
  const { estate, state } = placing;
  if ('service' in principal) return null;
  const accountId = principal.account ?? estate.account;
  const sessionStart = time - random.between(60, 3000) * 1000;
  const caller = (arn: string): Caller => ({ arn, accountId, accessKeyId: null, sessionStart });
  if (!('role' in principal)) return caller(principalArn(placing, principal) ?? '');
  const role = principal.role.slice(principal.role.lastIndexOf('/') + 1);
  const session = random.pick(principal.sessions);
  return caller(`arn:${state.partition}:sts::${accountId}:assumed-role/${role}/${session}`);
}

function refusalOf(event: EstateEvent, caller: Caller | null, keyArn: string): KmsCall['refusal'] {
  if (event.refused === undefined) return null;
  const messages = {
    AccessDenied: `User: ${caller?.arn ?? ''} is not authorized to perform: kms:${event.call} on the resource associated with this ciphertext because no identity-based policy allows the kms:${event.call} action`,
    DisabledException: `${keyArn} is disabled.`,
    KMSInvalidStateException: `${keyArn} is pending deletion.`,
  };
  return { code: event.refused, message: messages[event.refused] };
}

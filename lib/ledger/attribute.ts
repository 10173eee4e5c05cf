import { parseArn } from '../model/arn.ts';
import type { DecryptVia, Precision } from '../model/ledger.ts';
import { asInstant, asObject, asText } from './json.ts';
import { principalOf } from './principal.ts';
import type { Principal } from './principal.ts';

/** One kms:Decrypt, read: who, with which key, for what, and whether KMS did it. */
export type DecryptEvent = {
  /** What copies of one call have in common; null when the record has no id. */
  readonly id: string | null;
  /** True: copies lie in two accounts, and one of them may tell less of the caller. */
  readonly shared: boolean;
  readonly eventId: string | null;
  /** ISO 8601 UTC, whole seconds. */
  readonly time: string;
  readonly principal: Principal;
  readonly via: DecryptVia;
  readonly purpose: string | null;
  readonly keyArn: string | null;
  readonly bucket: string | null;
  readonly object: string | null;
  readonly precision: Precision;
  readonly outcome: 'opened' | 'denied' | 'failed';
};

/** A Decrypt, a record of something else, or a Decrypt that cannot be placed, with the reason. */
export type Attribution =
  | { readonly kind: 'decrypt'; readonly event: DecryptEvent }
  | { readonly kind: 'other' }
  | { readonly kind: 'bad'; readonly id: string | null; readonly reason: string };

/** Reads one CloudTrail record. Total: any JSON value gets an answer. */
export function attribute(record: unknown): Attribution {
  const fields = asObject(record);
  if (fields?.['eventSource'] !== 'kms.amazonaws.com' || fields['eventName'] !== 'Decrypt') {
    return { kind: 'other' };
  }
  const eventId = asText(fields['eventID']);
  const sharedId = asText(fields['sharedEventID']);
  const time = asInstant(fields['eventTime']);
  if (time === null) {
    return { kind: 'bad', id: eventId, reason: 'its eventTime is missing or is no instant' };
  }
  const event: DecryptEvent = {
    id: sharedId ?? eventId,
    shared: sharedId !== null,
    eventId,
    time,
    principal: principalOf(fields['userIdentity']),
    ...purposeOf(fields),
    keyArn: keyOf(fields),
    outcome: outcomeOf(asText(fields['errorCode'])),
  };
  return { kind: 'decrypt', event };
}

type Purpose = Pick<DecryptEvent, 'via' | 'purpose' | 'bucket' | 'object' | 'precision'>;

/** What services put into the encryption context of their own calls: each names itself by a key of its own. */
const SERVICE_CONTEXTS: readonly (readonly [key: string, purpose: string])[] = [
  ['PARAMETER_ARN', 'SSM Parameter Store'],
  ['SecretARN', 'Secrets Manager'],
  ['aws:ebs:id', 'EBS'],
  ['aws:lambda:FunctionArn', 'Lambda'],
  ['aws:cloudtrail:arn', 'CloudTrail'],
  ['aws:logs:arn', 'CloudWatch Logs'],
  ['aws:sqs:arn', 'SQS'],
  ['aws:sns:topicArn', 'SNS'],
  ['aws:dynamodb:tableName', 'DynamoDB'],
  ['aws:kinesis:arn', 'Kinesis'],
  ['aws:rds:db-id', 'RDS'],
  ['aws:elasticfilesystem:filesystem:id', 'EFS'],
];

/**
 * S3's calls are known by `aws:s3:arn` in the encryption context and by nothing else: invokedBy and its likes have
 * changed over the years (FACTS §5).
 */
function purposeOf(fields: Readonly<Record<string, unknown>>): Purpose {
  const context = asObject(asObject(fields['requestParameters'])?.['encryptionContext']) ?? {};
  const s3Arn = context['aws:s3:arn'];
  if (typeof s3Arn === 'string') {
    const place = parseS3Arn(s3Arn);
    return place
      ? { via: 's3', purpose: null, ...place }
      : elsewhere('service', 'S3, with an unreadable aws:s3:arn');
  }
  const service = SERVICE_CONTEXTS.find(([key]) => Object.hasOwn(context, key));
  if (service) return elsewhere('service', service[1]);
  const keys = Object.keys(context).sort();
  const note = keys.length === 0 ? null : asText(`context ${keys.slice(0, 8).join(', ')}`);
  const caller = serviceCaller(fields);
  return caller === null ? elsewhere('direct', note) : elsewhere('service', note ?? caller);
}

const elsewhere = (via: DecryptVia, purpose: string | null): Purpose => ({
  via,
  purpose,
  bucket: null,
  object: null,
  precision: 'none',
});

/** The service that called for the principal, or null when the principal called KMS itself. */
function serviceCaller(fields: Readonly<Record<string, unknown>>): string | null {
  const invokedBy = asText(asObject(fields['userIdentity'])?.['invokedBy']);
  if (invokedBy !== null) return invokedBy;
  const source = asText(fields['sourceIPAddress']);
  return source !== null && (source === 'AWS Internal' || source.endsWith('.amazonaws.com')) ? source : null;
}

/** Bucket and object of `arn:aws:s3:::bucket/key`; with a bucket key S3 gives the bucket alone (FACTS §1.6). */
export function parseS3Arn(arn: string): Pick<DecryptEvent, 'bucket' | 'object' | 'precision'> | null {
  const [, bucket, object] = /^arn:[a-z0-9-]+:s3:::([A-Za-z0-9._-]{1,255})(?:\/([^]+))?$/.exec(arn) ?? [];
  if (bucket === undefined) return null;
  return object === undefined
    ? { bucket, object: null, precision: 'bucket' }
    : { bucket, object: asText(object), precision: 'object' };
}

/**
 * The key from `resources`: S3's calls have no keyId (FACTS §5). A direct call's keyId stands in only where it is
 * itself a key ARN, since an id or alias says nothing about whose it is.
 */
function keyOf(fields: Readonly<Record<string, unknown>>): string | null {
  const resources = fields['resources'];
  for (const resource of Array.isArray(resources) ? resources : []) {
    const arn = asText(asObject(resource)?.['ARN']);
    if (arn !== null && isKeyArn(arn)) return arn;
  }
  const keyId = asText(asObject(fields['requestParameters'])?.['keyId']);
  return keyId !== null && isKeyArn(keyId) ? keyId : null;
}

function isKeyArn(text: string): boolean {
  const arn = parseArn(text);
  return arn?.service === 'kms' && arn.resource.startsWith('key/');
}

/** CloudTrail's spelling of a denial is not settled: both are met (FACTS §5.3). */
function outcomeOf(errorCode: string | null): DecryptEvent['outcome'] {
  if (errorCode === null) return 'opened';
  return /^AccessDenied(Exception)?$/.test(errorCode) ? 'denied' : 'failed';
}

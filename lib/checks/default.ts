import type { DefaultEncryption } from '../model/evidence.ts';
import type { ServerSideEncryption } from '../model/object-encryption.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import { dontKnow, fail, pass, reasonsOf, worst } from './check.ts';
import type { Check, CheckInput, Judgement } from './check.ts';
import { AWS_MANAGED_S3 } from './key-identity.ts';
import { judgeServerSide } from './seal.ts';

/** What does an upload that names no encryption get, and does the bucket refuse SSE-C where it must? */
export const bucketDefault: Check = {
  id: 'default',
  question: 'What does an upload get that names no encryption?',
  judge: (input) => {
    const judgements = judgeDefault(input);
    const status = worst(judgements);
    return {
      status,
      reasons: reasonsOf(judgements),
      remediation: status === 'NON_COMPLIANT' ? remedy(input) : null,
    };
  },
};

function judgeDefault({ requirement, bucket, keyOf }: CheckInput): readonly Judgement[] {
  const { encryption: wanted } = requirement;
  const observed = bucket.defaultEncryption;
  if (observed.state === 'unknown') {
    return [dontKnow(`The default encryption could not be read: ${describeReason(observed.reason)}.`)];
  }
  if (observed.state === 'absent') {
    // AWS itself always answers since January 2023; elsewhere an upload without a header may stay in the clear.
    return wanted.allow.includes('SSE-S3')
      ? [
          dontKnow(
            'The endpoint reports no default encryption; Amazon S3 would apply SSE-S3, this one has not said so.',
          ),
        ]
      : [fail(`No default encryption is configured; the requirement asks for ${wanted.allow.join(' or ')}.`)];
  }
  const region = valueOf(bucket.region) ?? '';
  const seal = sealOf(observed.value, (reference) => {
    const metadata = keyOf(reference, region)?.metadata;
    return metadata?.state === 'known' ? metadata.value.arn : null;
  });
  // The default is met through its reference, which may be an alias; the verdict is about the key behind it.
  const reference = observed.value.kmsKey ?? AWS_MANAGED_S3;
  const clauses = judgeServerSide(wanted, seal, () => keyOf(reference, region), region);
  const what = describeDefault(observed.value);
  return [
    ...clauses.map((clause) => ({ ...clause, reason: `The default is ${what}: ${clause.reason}.` })),
    ...judgeBlockedSseC(wanted.sseC, observed.value, bucket.capturedAt !== undefined),
  ];
}

function judgeBlockedSseC(
  wanted: 'blocked' | 'any',
  { blocked }: DefaultEncryption,
  recorded: boolean,
): readonly Judgement[] {
  if (wanted === 'any') return [];
  if (blocked === null) {
    const why = recorded
      ? 'AWS Config does not record blocked encryption types'
      : 'S3 did not report blocked encryption types';
    return [dontKnow(`Whether SSE-C is blocked is not known: ${why}.`)];
  }
  return blocked.includes('SSE-C')
    ? [pass('SSE-C is blocked for new objects.')]
    : [fail('SSE-C is not blocked: a writer may still upload under a key that only the writer holds.')];
}

/** What S3 stores for an upload without an encryption header (FACTS §1.2). */
function sealOf(
  config: DefaultEncryption,
  arnOf: (reference: string) => string | null,
): ServerSideEncryption {
  const reference = config.kmsKey ?? AWS_MANAGED_S3;
  const keyArn =
    arnOf(reference) ??
    (reference.startsWith('arn:') && reference.includes(':key/')
      ? reference
      : reference === AWS_MANAGED_S3
        ? AWS_MANAGED_S3
        : null);
  switch (config.algorithm) {
    case 'AES256':
      return { type: 'SSE-S3' };
    case 'aws:kms':
      return { type: 'SSE-KMS', keyArn, bucketKey: config.bucketKey };
    case 'aws:kms:dsse':
      return { type: 'DSSE-KMS', keyArn };
    default:
      return { type: 'OTHER', header: config.algorithm };
  }
}

function describeDefault({ algorithm, kmsKey, bucketKey }: DefaultEncryption): string {
  if (algorithm === 'AES256') return 'SSE-S3';
  const type = algorithm === 'aws:kms' ? 'SSE-KMS' : algorithm === 'aws:kms:dsse' ? 'DSSE-KMS' : algorithm;
  return `${type} under ${kmsKey ?? `${AWS_MANAGED_S3} (no key is configured)`}${bucketKey ? ' with an S3 Bucket Key' : ''}`;
}

function remedy({ requirement }: CheckInput): string {
  const { allow, key, sseC } = requirement.encryption;
  const algorithm = allow.includes('SSE-KMS')
    ? 'aws:kms'
    : allow.includes('DSSE-KMS')
      ? 'aws:kms:dsse'
      : 'AES256';
  const under =
    algorithm === 'AES256'
      ? ''
      : key?.manager === 'AWS'
        ? ' under alias/aws/s3'
        : ' under the full ARN of a key the requirement accepts';
  const block = sseC === 'blocked' ? ', and BlockedEncryptionTypes to SSE-C' : '';
  return `Set the bucket's default encryption (PutBucketEncryption) to ${algorithm}${under}${block}.`;
}

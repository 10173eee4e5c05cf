import { parseArn } from '../model/arn.ts';
import { valueOf } from '../model/observed.ts';
import { KEY_PLACEHOLDER } from '../model/remedy.ts';
import type { PolicyDocument } from '../policy/document.ts';
import { quote } from '../policy/prove/command.ts';
import { keyArnsIn } from '../policy/prove/key-arns.ts';
import type { DefaultSeal, KnownKey, Question } from '../policy/prove/question.ts';
import type { CheckInput } from './check.ts';
import { AWS_MANAGED_S3, isAwsManagedAlias, judgeKeyIdentity } from './key-identity.ts';

/** Names that `sealcheck policy` takes. */
const BUCKET_NAME = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i;

/** The question that a requirement puts to a bucket's policy. */
export function enforcedQuestion(input: CheckInput, document: PolicyDocument): Question {
  const { requirement, bucket, keyPrefixes, asOf, organization } = input;
  const { allow, key, sseC } = requirement.encryption;
  return {
    bucket: {
      name: bucket.name,
      partition: parseArn(bucket.arn)?.partition ?? 'aws',
      account: /^\d{12}$/.test(bucket.accountId) ? bucket.accountId : null,
      region: valueOf(bucket.region) ?? null,
    },
    prefixes: keyPrefixes !== null && keyPrefixes.length > 0 ? keyPrefixes : null,
    documents: [document, ...(organization?.documents ?? [])],
    ...(organization === undefined ? {} : { organization: { bound: organization.bound } }),
    allow: allow.filter((type) => type !== 'SSE-C' || sseC === 'any'),
    key,
    tls: requirement.transport?.tls ?? null,
    default: defaultSeal(input),
    sseC: sseCBlock(input),
    keys: knownKeys(input, document),
    from: asOf,
  };
}

function defaultSeal({ bucket, keyOf, requirement }: CheckInput): DefaultSeal {
  const { defaultEncryption: observed } = bucket;
  switch (observed.state) {
    case 'unknown':
      return { state: 'unknown', why: 'it could not be read' };
    case 'absent':
      // S3 itself would answer SSE-S3; another endpoint may store such uploads in the clear. Neither is allowed here.
      return requirement.encryption.allow.includes('SSE-S3')
        ? { state: 'unknown', why: 'the endpoint reports none' }
        : { state: 'known', algorithm: 'AES256', key: null };
    case 'known': {
      const { algorithm, kmsKey } = observed.value;
      if (kmsKey === null || isAwsManagedAlias(kmsKey)) {
        return { state: 'known', algorithm, key: algorithm === 'AES256' ? null : AWS_MANAGED_S3 };
      }
      const metadata = keyOf(kmsKey, valueOf(bucket.region) ?? '')?.metadata;
      return { state: 'known', algorithm, key: metadata?.state === 'known' ? metadata.value.arn : kmsKey };
    }
  }
}

function sseCBlock({ bucket }: CheckInput): Question['sseC'] {
  const blocked = valueOf(bucket.defaultEncryption)?.blocked ?? null;
  if (blocked === null) return 'unknown';
  return blocked.includes('SSE-C') ? 'blocked' : 'open';
}

/** Every key that the default, the requirement or the policy spells out, as it spells it. */
export function keysAsked(
  { bucket, requirement }: Pick<CheckInput, 'bucket' | 'requirement'>,
  document: PolicyDocument,
): ReadonlySet<string> {
  const byDefault = valueOf(bucket.defaultEncryption)?.kmsKey ?? null;
  const exact = (requirement.encryption.key?.arns ?? []).filter((arn) => !/[*?]/.test(arn));
  return new Set([...exact, ...keyArnsIn(document), ...(byDefault === null ? [] : [byDefault])]);
}

/** What the run knows of those keys. */
function knownKeys(input: CheckInput, document: PolicyDocument): readonly KnownKey[] {
  const region = valueOf(input.bucket.region) ?? '';
  const known = [...keysAsked(input, document)].flatMap((reference): KnownKey[] => {
    const evidence = input.keyOf(reference, region);
    const metadata = evidence === undefined ? undefined : valueOf(evidence.metadata);
    const arn =
      metadata?.arn ?? (reference.startsWith('arn:') && !reference.includes(':alias/') ? reference : null);
    if (evidence === undefined || arn === null) return [];
    return [{ arn, manager: metadata?.manager ?? null, aliases: valueOf(evidence.aliases) ?? null }];
  });
  return [...new Map(known.map((key) => [key.arn, key])).values()];
}

/**
 * The command line that writes a policy for a requirement, ready to paste; null where there is none: S3 can store no
 * type that is left, or the bucket's name is none that S3 gives out.
 */
export function policyCommandFor(
  input: Pick<CheckInput, 'requirement' | 'bucket' | 'keyPrefixes' | 'keyOf'>,
): string | null {
  const { requirement, bucket, keyPrefixes } = input;
  const { allow, sseC } = requirement.encryption;
  const types = allow.filter((type) => type !== 'SSE-C' || sseC === 'any');
  if (types.length === 0 || !BUCKET_NAME.test(bucket.name)) return null;
  const option = (name: string, values: readonly string[]): readonly string[] =>
    values.length === 0 ? [] : [name, ...values];
  const words = [
    'sealcheck',
    'policy',
    ...option('--bucket', [bucket.name]),
    ...option('--require', types),
    ...option('--key', types.some((type) => type.endsWith('KMS')) ? keyWords(input) : []),
    ...option('--tls', requirement.transport === null ? [] : [requirement.transport.tls]),
    ...option('--paths', requirement.paths),
    // In one word each: a prefix may begin with a dash.
    ...(keyPrefixes ?? []).map((prefix) => `--prefix=${prefix}`),
  ];
  return words.map(quote).join(' ');
}

/**
 * The keys as `sealcheck policy` takes them. A policy sees the ARN of a key alone: where the requirement asks for more,
 * it has to name keys, and they are those that the requirement names or the bucket default's; never one that we chose.
 */
function keyWords({
  requirement,
  bucket,
  keyOf,
}: Pick<CheckInput, 'requirement' | 'bucket' | 'keyOf'>): readonly string[] {
  const { key } = requirement.encryption;
  if (key === null) return [];
  const manager =
    key.manager === 'CUSTOMER' ? ['customer-managed'] : key.manager === 'AWS' ? ['aws-managed'] : [];
  if (manager.length + key.aliases.length === 0) return [...key.arns, ...key.accounts];
  const exact = key.arns.filter((arn) => !/[*?]/.test(arn));
  const reference = valueOf(bucket.defaultEncryption)?.kmsKey ?? null;
  const evidence = reference === null ? undefined : keyOf(reference, valueOf(bucket.region) ?? '');
  const byDefault = evidence === undefined ? undefined : valueOf(evidence.metadata)?.arn;
  const meets =
    byDefault !== undefined &&
    judgeKeyIdentity(key, byDefault, evidence).every(({ status }) => status === 'COMPLIANT');
  const named =
    exact.length > 0 && key.aliases.length === 0 ? exact : meets ? [byDefault] : [KEY_PLACEHOLDER];
  return [...named, ...key.accounts, ...manager];
}

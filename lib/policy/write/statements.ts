import type { AllowableType } from '../../model/object-encryption.ts';
import type { WritePath } from '../../model/proof.ts';
import { SSE, SSE_C, SSE_KEY_ID } from '../keys/s3-keys.ts';
import type { Question } from '../prove/question.ts';
import { PATH_ACTIONS } from '../space/modes.ts';

/** A statement as JSON text holds it. */
export type StatementJson = {
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Principal: '*';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
};

/**
 * How uploads that name no encryption are treated: `spared` leaves them to a bucket default that is right by itself,
 * as AWS log delivery sends no header; `refused` stops them.
 */
export type Headerless = 'spared' | 'refused';

const HEADERS: Readonly<Partial<Record<AllowableType, string>>> = {
  'SSE-S3': 'AES256',
  'SSE-KMS': 'aws:kms',
  'DSSE-KMS': 'aws:kms:dsse',
};

/** Deny statements that let nothing through but what a question allows. */
export function statementsFor(
  question: Question,
  paths: readonly WritePath[],
  headerless: Headerless,
): readonly StatementJson[] {
  const arn = `arn:${question.bucket.partition}:s3:::${question.bucket.name}`;
  const prefixes = question.prefixes ?? [''];
  const objects = oneOrMany(prefixes.map((prefix) => `${arn}/${prefix}*`));
  const deny = (
    sid: string,
    on: readonly WritePath[],
    Condition: StatementJson['Condition'],
  ): readonly StatementJson[] => {
    const actions = on.filter((path) => paths.includes(path)).map((path) => PATH_ACTIONS[path]);
    if (actions.length === 0) return [];
    const fixed = { Sid: sid, Effect: 'Deny', Principal: '*' } as const;
    return [{ ...fixed, Action: oneOrMany(actions), Resource: objects, Condition }];
  };
  return [
    ...encryption(question, headerless, deny),
    ...keys(question, deny),
    ...transport(question.tls, [arn, `${arn}/*`]),
  ];
}

type Deny = (
  sid: string,
  on: readonly WritePath[],
  condition: StatementJson['Condition'],
) => readonly StatementJson[];

const ALL: readonly WritePath[] = ['put', 'replicate', 'update'];
/** S3 refuses a policy whose condition keys its actions do not have; an update in place knows no SSE-C. */
const WITH_SSE_C: readonly WritePath[] = ['put', 'replicate'];

function encryption({ allow, sseC }: Question, headerless: Headerless, deny: Deny): readonly StatementJson[] {
  const headers = allow.flatMap((type) => HEADERS[type] ?? []);
  const customer = allow.includes('SSE-C');
  const wrong = { [SSE]: oneOrMany(headers) };
  const named = { [SSE]: 'false' };
  if (headers.length === 0) {
    return [
      ...deny('DenyAllButSseC', WITH_SSE_C, { Null: { [SSE_C]: 'true' } }),
      ...deny('DenyUpdates', ['update'], { Null: named }),
    ];
  }
  const lenient = headerless === 'spared' ? { Null: named } : customer ? { Null: { [SSE_C]: 'true' } } : {};
  const strict = customer && headerless === 'refused';
  return [
    ...deny('DenyWrongEncryption', strict ? WITH_SSE_C : ALL, { StringNotEquals: wrong, ...lenient }),
    ...(strict ? deny('DenyWrongUpdates', ['update'], { StringNotEquals: wrong }) : []),
    ...(customer || sseC === 'blocked' || headerless === 'refused'
      ? []
      : deny('DenySseC', WITH_SSE_C, { Null: { [SSE_C]: 'false' } })),
  ];
}

function keys({ allow, key, bucket }: Question, deny: Deny): readonly StatementJson[] {
  if (key === null || !allow.some((type) => type === 'SSE-KMS' || type === 'DSSE-KMS')) return [];
  const kms = { [SSE]: 'aws:kms*' };
  const pin = (sid: string, arns: readonly string[]): readonly StatementJson[] => {
    const operator = arns.some((arn) => /[*?]/.test(arn)) ? 'ArnNotLike' : 'StringNotEquals';
    return deny(sid, ALL, { StringLike: kms, [operator]: { [SSE_KEY_ID]: oneOrMany(arns) } });
  };
  const owned = key.accounts.map((account) => `arn:${bucket.partition}:kms:*:${account}:key/*`);
  return [
    ...(key.arns.length > 0 ? pin('DenyWrongKey', key.arns) : []),
    ...(owned.length > 0 ? pin('DenyKeysOfOtherAccounts', owned) : []),
  ];
}

/** Neither condition holds for calls between AWS services, which do not show how they travel. */
function transport(tls: string | null, resources: readonly string[]): readonly StatementJson[] {
  if (tls === null) return [];
  const all = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: resources } as const;
  return [
    { Sid: 'DenyPlainHttp', ...all, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    { Sid: 'DenyOldTls', ...all, Condition: { NumericLessThan: { 's3:TlsVersion': tls } } },
  ];
}

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 && values[0] !== undefined ? values[0] : values;

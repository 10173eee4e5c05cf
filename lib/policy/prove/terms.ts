import { AuditError } from '../../model/errors.ts';
import { ALLOWABLE_TYPES } from '../../model/object-encryption.ts';
import type { AllowableType } from '../../model/object-encryption.ts';
import { didYouMean } from '../../model/spelling.ts';
import type { PolicyDocument, Template } from '../document.ts';
import type { DefaultSeal, KnownKey, Question } from './question.ts';

/** A question as people type it. */
export type ProofTerms = {
  /** Types that may be stored, such as SSE-KMS. */
  readonly require: readonly string[];
  /** Key ARNs, `alias/…`, accounts, `customer-managed` or `aws-managed`. */
  readonly key?: readonly string[];
  /** `AES256`, `aws:kms[:KEY]` or `aws:kms:dsse[:KEY]`; S3's own default is AES256. */
  readonly default?: string;
  /** Blocked encryption types: SSE-C. */
  readonly block?: readonly string[];
  readonly tls?: string;
  readonly bucket?: string;
  readonly account?: string;
  readonly region?: string;
  readonly prefix?: readonly string[];
};

/**
 * The question that terms and documents ask.
 * @param from ISO 8601; only requests at this moment or later count
 * @throws AuditError USAGE
 */
export function questionOf(terms: ProofTerms, documents: readonly PolicyDocument[], from: string): Question {
  const allow = allowOf(terms.require);
  const { key, keys } = keyOf(terms.key ?? []);
  if (key !== null && !allow.includes('SSE-KMS') && !allow.includes('DSSE-KMS')) {
    throw usage('--key asks for a KMS key, but neither SSE-KMS nor DSSE-KMS is required');
  }
  const bucket = terms.bucket ?? bucketOf(documents);
  if (terms.account !== undefined && !/^\d{12}$/.test(terms.account))
    throw usage('--account takes 12 digits');
  return {
    bucket: {
      name: bucket,
      partition: partitionOf(documents),
      account: terms.account ?? null,
      region: terms.region ?? null,
    },
    prefixes: terms.prefix ?? null,
    documents,
    allow,
    key,
    tls: tlsOf(terms.tls),
    default: defaultOf(terms.default),
    sseC: blocks(terms.block ?? []) ? 'blocked' : 'open',
    keys,
    from,
  };
}

const usage = (message: string): AuditError => new AuditError('USAGE', `${message}.`);

function allowOf(names: readonly string[]): readonly AllowableType[] {
  if (names.length === 0) throw usage(`--require names what may be stored: ${ALLOWABLE_TYPES.join(', ')}`);
  return names.map((name) => {
    const found = ALLOWABLE_TYPES.find((type) => type === name.toUpperCase());
    if (found) return found;
    const near = didYouMean(name, ALLOWABLE_TYPES) || `; choose from ${ALLOWABLE_TYPES.join(', ')}`;
    throw usage(`--require ${JSON.stringify(name)} is no encryption type${near}`);
  });
}

function keyOf(names: readonly string[]): Pick<Question, 'key' | 'keys'> {
  if (names.length === 0) return { key: null, keys: [] };
  const arns = names.filter((name) => name.startsWith('arn:'));
  const aliases = names.filter((name) => name.startsWith('alias/'));
  const accounts = names.filter((name) => /^\d{12}$/.test(name));
  const managers = names
    .filter((name) => /^(customer|aws)-managed$/i.test(name))
    .map((name) => name.toLowerCase());
  const stray = names.find(
    (name) => ![...arns, ...aliases, ...accounts].includes(name) && !/-managed$/i.test(name),
  );
  if (stray !== undefined || managers.length > 1) {
    throw usage(
      `--key takes key ARNs, alias/…, 12-digit accounts, and one of customer-managed and aws-managed${stray === undefined ? '' : `, not ${JSON.stringify(stray)}`}`,
    );
  }
  for (const arn of arns) {
    if (!/^arn:[^:]+:kms:[^:]*:[^:]*:(key\/|[*?])/.test(arn)) {
      throw usage(
        `--key ${JSON.stringify(arn)} names no KMS key; write arn:aws:kms:<region>:<account>:key/<id>`,
      );
    }
  }
  const manager =
    managers[0] === 'customer-managed' ? 'CUSTOMER' : managers[0] === 'aws-managed' ? 'AWS' : 'any';
  // Whoever writes a key out and says who manages it has told us.
  const keys = arns
    .filter((arn) => !/[*?]/.test(arn))
    .map((arn): KnownKey => ({ arn, manager: manager === 'any' ? null : manager, aliases: null }));
  return { key: { manager, arns, aliases, accounts }, keys };
}

function tlsOf(version: string | undefined): string | null {
  if (version === undefined) return null;
  if (/^1\.[0-3]$/.test(version)) return version;
  throw usage(`--tls ${JSON.stringify(version)} is no TLS version; write 1.2 or 1.3`);
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  'sse-s3': 'AES256',
  'sse-kms': 'aws:kms',
  'dsse-kms': 'aws:kms:dsse',
};

/** `ALGORITHM[:KEY]`; both parts may hold colons, so the longest algorithm is tried first. */
function defaultOf(text: string | undefined): DefaultSeal {
  if (text === undefined) return { state: 'known', algorithm: 'AES256', key: null };
  const match = /^(aws:kms:dsse|aws:kms|AES256|SSE-S3|SSE-KMS|DSSE-KMS)(?::(.+))?$/i.exec(text);
  const [, name = '', key = null] = match ?? [];
  const algorithm = ALGORITHMS[name.toLowerCase()] ?? name;
  if (!match || (algorithm === 'AES256' && key !== null)) {
    throw usage(`--default ${JSON.stringify(text)} is not AES256, aws:kms[:KEY] or aws:kms:dsse[:KEY]`);
  }
  return { state: 'known', algorithm, key };
}

function blocks(types: readonly string[]): boolean {
  const stray = types.find((type) => !/^(SSE-C|NONE)$/i.test(type));
  if (stray !== undefined)
    throw usage(`--block ${JSON.stringify(stray)}: S3 can block SSE-C, and nothing else`);
  return types.some((type) => /^SSE-C$/i.test(type));
}

/** The one bucket that the bucket policy names. */
function bucketOf(documents: readonly PolicyDocument[]): string {
  const names = new Set(
    documents
      .filter(({ kind }) => kind === 'bucket')
      .flatMap(({ statements }) => statements.flatMap(({ resource }) => resource.entries))
      .flatMap((template) => {
        const name = /^arn:[\w-]+:s3:::([^/*?$]+)(\/|$)/.exec(beginning(template))?.[1];
        return name === undefined ? [] : [name];
      }),
  );
  if (names.size > 1) {
    throw usage(
      `the policy names several buckets (${[...names].slice(0, 3).join(', ')}); say which with --bucket`,
    );
  }
  return [...names][0] ?? 'amzn-s3-demo-bucket';
}

/** The literal text before the first wildcard or variable, with a mark where one follows. */
function beginning(template: Template): string {
  const [first, ...rest] = template;
  return first?.kind === 'text' ? first.text + (rest.length > 0 ? '*' : '') : '';
}

function partitionOf(documents: readonly PolicyDocument[]): string {
  for (const { statements } of documents) {
    for (const { resource } of statements) {
      for (const template of resource.entries) {
        const partition = /^arn:(aws[\w-]*):/.exec(beginning(template))?.[1];
        if (partition !== undefined) return partition;
      }
    }
  }
  return 'aws';
}

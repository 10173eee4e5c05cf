import { matchesGlob } from '../model/glob.ts';

/** Each function answers why a text of a rule pack cannot do what it is meant to, and the fix; null when it can. */
type FaultFinder = (text: string) => string | null;

const KEY_ID = /^(mrk-)?[0-9a-f]{8}-?[0-9a-f-]{20,}$/i;

/** A glob over bucket names, where only `*` and `?` are special. */
export const bucketGlobFault: FaultFinder = (glob) => {
  if (/^(arn:|s3:\/\/)/.test(glob))
    return 'is a glob over bucket names; write the name alone, for example "*-phi-*"';
  if (glob.includes('/'))
    return 'is a glob over bucket names, which hold no /; for a part of a bucket use key-prefix';
  if (/[[\]{}!^|()]/.test(glob))
    return 'is not a glob we read: only * (any run) and ? (one character) are wildcards';
  if (!/^[A-Za-z0-9._*?-]{1,255}$/.test(glob)) {
    return 'matches no bucket; names hold letters, digits, dots, hyphens and underscores';
  }
  return null;
};

/** A literal beginning of object keys. */
export const keyPrefixFault: FaultFinder = (prefix) => {
  if (prefix === '') return 'is empty and would match every key; for whole buckets write bucket-name: "*"';
  if (/^(arn:|s3:\/\/)/.test(prefix))
    return 'is a prefix of object keys; leave out the bucket, for example phi/';
  if (/[*?]/.test(prefix)) return 'is literal, not a glob; end it before the wildcard, for example phi/';
  return null;
};

/** The largest rate that a pack may tolerate, in per cent: above it a sample assures nobody of anything. */
const MAX_TOLERABLE_PERCENT = 20;

/** A rate in per cent, with three decimals at most. */
export const rateFault: FaultFinder = (text) => {
  if (!/^\d{1,2}(\.\d{1,3})?%$/.test(text))
    return 'is not a rate; write a percentage with at most three decimals, for example 0.1%';
  const percent = Number(text.slice(0, -1));
  if (percent === 0)
    return 'tolerates nothing, which no sample can show; write more, for example 0.1%, or leave sampling out';
  return percent > MAX_TOLERABLE_PERCENT
    ? `is more than the ${MAX_TOLERABLE_PERCENT}% that a pack may tolerate`
    : null;
};

/** `alias/name`, perhaps with wildcards. */
export const aliasFault: FaultFinder = (alias) => {
  if (alias.startsWith('arn:')) return 'is an ARN; write the alias alone, for example alias/ehr-*';
  if (!alias.startsWith('alias/')) return 'lacks its alias/ prefix; write it as alias/<name>';
  return /^alias\/[A-Za-z0-9/_*?-]{1,250}$/.test(alias)
    ? null
    : 'is not an alias KMS would accept; letters, digits, /, _ and - follow alias/, and * or ? as wildcards';
};

/** A 12-digit account. */
export const accountFault: FaultFinder = (account) => {
  if (/^\d{12}$/.test(account)) return null;
  return /[*?]/.test(account)
    ? 'takes no wildcard; list the accounts, or use arns, for example "arn:aws:kms:*:1111*:key/*"'
    : 'is not an account; write its 12 digits in quotes, for example "111122223333"';
};

/** An ARN pattern for KMS keys. */
export const keyArnFault: FaultFinder = (text) => {
  if (text.startsWith('alias/')) return 'is an alias; S3 records key ARNs, so move it to aliases';
  if (KEY_ID.test(text)) return `is a bare key id; write arn:aws:kms:*:*:key/${text}`;
  return arnFault(text, {
    services: ['kms'],
    example: 'arn:aws:kms:*:111122223333:key/*',
    regional: true,
    accounts: true,
    resource: (resource) => {
      if (resource.startsWith('alias/'))
        return 'names an alias; S3 records key ARNs, so write alias/… under aliases';
      return canBeginWith(resource, 'key/') ? null : 'does not name a key; its last segment begins with key/';
    },
  });
};

/** An ARN pattern for the principals of IAM and STS. */
export const principalFault: FaultFinder = (text) =>
  arnFault(text, {
    services: ['iam', 'sts'],
    example: 'arn:aws:iam::111122223333:role/ehr-*',
    regional: false,
    accounts: true,
    resource: (resource) =>
      ['role/', 'user/', 'assumed-role/', 'federated-user/', 'root'].some((kind) =>
        canBeginWith(resource, kind),
      )
        ? null
        : 'does not name a principal; its last segment is role/…, user/…, assumed-role/… or root',
  });

/** An ARN pattern for a bucket, or for objects below one. */
export const bucketArnFault: FaultFinder = (text) => {
  if (text.startsWith('s3://')) return `is a URL; write arn:aws:s3:::${text.slice('s3://'.length)}`;
  return arnFault(text, {
    services: ['s3'],
    example: 'arn:aws:s3:::legacy-archive/*',
    regional: false,
    accounts: false,
    resource: (resource) => {
      const fault = bucketGlobFault(resource.split('/')[0] ?? '');
      return fault === null ? null : `names no bucket, as the name ${fault}`;
    },
  });
};

type ArnShape = {
  readonly services: readonly string[];
  readonly example: string;
  readonly regional: boolean;
  readonly accounts: boolean;
  readonly resource: FaultFinder;
};

/** Patterns are matched colon segment by colon segment, so each segment can be judged alone. */
function arnFault(text: string, shape: ArnShape): string | null {
  const [prefix, partition = '', service = '', region = '', account = '', ...rest] = text.split(':');
  const like = `for example ${shape.example}`;
  if (prefix !== 'arn') return `is not an ARN; write the whole of it, ${like}`;
  if (rest.length === 0)
    return `has fewer than an ARN's six colon segments, and * does not cross a colon; write all six, ${like}`;
  if (!canBeginWith(partition, 'aws')) return `has no AWS partition; write aws, or * for every one, ${like}`;
  if (!shape.services.some((name) => matchesGlob(service, name))) {
    return `is an ARN of another service; write ${shape.services.join(' or ')}, ${like}`;
  }
  if (shape.regional ? !/^[a-z0-9*?-]+$/.test(region) : !matchesGlob(region, '')) {
    return shape.regional
      ? `has no Region; write one, or * for every one, ${like}`
      : `names a Region, which such ARNs leave empty, ${like}`;
  }
  if (shape.accounts ? !canBeAccount(account) : !matchesGlob(account, '')) {
    return shape.accounts
      ? `has no 12-digit account; write one, or * for every one, ${like}`
      : `names an account, which such ARNs leave empty, ${like}`;
  }
  const fault = shape.resource(rest.join(':'));
  return fault === null ? null : `${fault}, ${like}`;
}

function canBeAccount(pattern: string): boolean {
  if (!/^[\d*?]+$/.test(pattern)) return false;
  const fixed = pattern.replaceAll('*', '').length;
  return pattern.includes('*') ? fixed <= 12 : fixed === 12;
}

/** Whether some text that the glob matches begins with `beginning`, judged by what stands before the first wildcard. */
export function canBeginWith(glob: string, beginning: string): boolean {
  const literal = /^[^*?]*/.exec(glob)?.[0] ?? '';
  if (literal.length === glob.length) return glob.startsWith(beginning);
  return beginning.startsWith(literal) || literal.startsWith(beginning);
}

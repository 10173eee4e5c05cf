import type { Request } from '../evaluate/request.ts';
import { SSE, SSE_C, SSE_KEY_ID } from '../keys/s3-keys.ts';
import type { Mode } from '../space/modes.ts';

/** Condition keys that are headers of the upload, and how the command line spells them. */
const OPTIONS: Readonly<Record<string, string>> = {
  's3:x-amz-acl': '--acl',
  's3:x-amz-grant-full-control': '--grant-full-control',
  's3:x-amz-grant-read': '--grant-read',
  's3:x-amz-grant-read-acp': '--grant-read-acp',
  's3:x-amz-grant-write-acp': '--grant-write-acp',
  's3:x-amz-storage-class': '--storage-class',
  's3:x-amz-website-redirect-location': '--website-redirect-location',
  's3:x-amz-metadata-directive': '--metadata-directive',
  's3:if-match': '--if-match',
  's3:if-none-match': '--if-none-match',
  's3:object-lock-mode': '--object-lock-mode',
  's3:object-lock-retain-until-date': '--object-lock-retain-until-date',
  's3:object-lock-legal-hold': '--object-lock-legal-hold-status',
};

/**
 * The request as an `aws s3api` line that a shell reads back exactly, whatever the policy had in it.
 * Replication has no request of its own: its line sets up the rule that makes S3 write.
 */
export function commandOf(mode: Mode, request: Request): string {
  const [bucket, key] = splitResource(request.resource);
  const words = [...wordsOf(mode, request, bucket, key)];
  if (request.context['aws:securetransport']?.[0] === 'false')
    words.push('--endpoint-url', 'http://s3.amazonaws.com');
  return words.map(quote).join(' ');
}

function wordsOf(mode: Mode, { context }: Request, bucket: string, key: string): readonly string[] {
  const target = ['--bucket', bucket, '--key', key];
  const keyId =
    mode.keyForm === 'named' || mode.keyForm === 'arn' ? (context[SSE_KEY_ID]?.[0] ?? null) : null;
  switch (mode.operation) {
    case 'UpdateObjectEncryption': {
      const encryption = JSON.stringify({ SSEKMS: { KMSKeyArn: keyId ?? '' } });
      return ['aws', 's3api', 'update-object-encryption', ...target, '--object-encryption', encryption];
    }
    case 'ReplicateObject':
      return replication(mode, bucket, keyId);
    case 'PutObject':
    case 'CreateMultipartUpload': {
      const source = context['s3:x-amz-copy-source']?.[0];
      const name =
        mode.operation === 'CreateMultipartUpload'
          ? 'create-multipart-upload'
          : source
            ? 'copy-object'
            : 'put-object';
      return [
        'aws',
        's3api',
        name,
        ...target,
        ...(name === 'put-object' ? ['--body', '/dev/null'] : []),
        ...(name === 'copy-object' ? ['--copy-source', source ?? ''] : []),
        ...(mode.sse === null ? [] : ['--server-side-encryption', mode.sse]),
        ...(keyId === null ? [] : ['--ssekms-key-id', keyId]),
        ...(mode.customerKey
          ? ['--sse-customer-algorithm', 'AES256', '--sse-customer-key', 'fileb://key.bin']
          : []),
        ...options(context),
      ];
    }
  }
}

function options(context: Request['context']): readonly string[] {
  const plain = Object.entries(OPTIONS).flatMap(([key, option]) => {
    const value = context[key]?.[0];
    return value === undefined ? [] : [option, value];
  });
  const tags = Object.entries(context)
    .filter(([key]) => key.startsWith('s3:requestobjecttag/'))
    .map(
      ([key, values]) =>
        `${encodeURIComponent(key.slice(key.indexOf('/') + 1))}=${encodeURIComponent(values[0] ?? '')}`,
    );
  return tags.length === 0 ? plain : [...plain, '--tagging', tags.join('&')];
}

function replication(mode: Mode, bucket: string, keyId: string | null): readonly string[] {
  const destination = {
    Bucket: `arn:aws:s3:::${bucket}`,
    ...(keyId === null ? {} : { EncryptionConfiguration: { ReplicaKmsKeyID: keyId } }),
  };
  const selection =
    mode.sse?.startsWith('aws:kms') === true
      ? { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } } }
      : {};
  const rule = {
    ID: 'r',
    Status: 'Enabled',
    Priority: 1,
    Filter: {},
    DeleteMarkerReplication: { Status: 'Disabled' },
  };
  const configuration = {
    Role: 'REPLICATION_ROLE_ARN',
    Rules: [{ ...rule, ...selection, Destination: destination }],
  };
  return [
    'aws',
    's3api',
    'put-bucket-replication',
    '--bucket',
    'SOURCE_BUCKET',
    '--replication-configuration',
    JSON.stringify(configuration),
  ];
}

function splitResource(resource: string): readonly [string, string] {
  const path = resource.split(':').slice(5).join(':');
  const slash = path.indexOf('/');
  return [path.slice(0, slash), path.slice(slash + 1)];
}

/** A word for a POSIX shell; control characters in `$'…'`, so that a line stays a line and a terminal unharmed. */
export function quote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = Array.from(word, (char) => {
    if (char === '\\' || char === "'") return `\\${char}`;
    if (!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(char)) return char;
    return Array.from(
      new TextEncoder().encode(char),
      (byte) => `\\x${byte.toString(16).padStart(2, '0')}`,
    ).join('');
  });
  return `$'${escaped.join('')}'`;
}

/** The headers of the request, as S3 spells them. */
export function headersOf(mode: Mode, { context }: Request): Readonly<Record<string, string>> {
  const keyId = context[SSE_KEY_ID]?.[0];
  const named = mode.keyForm === 'named' || mode.keyForm === 'arn';
  const plain: Record<string, string> = {};
  for (const [key, values] of Object.entries(context)) {
    if (/^s3:x-amz-(acl|grant|copy-source|metadata|storage|website|content)/.test(key))
      plain[key.slice(3)] = values[0] ?? '';
  }
  return {
    ...(mode.sse === null ? {} : { [SSE.slice(3)]: mode.sse }),
    ...(named && keyId !== undefined ? { [SSE_KEY_ID.slice(3)]: keyId } : {}),
    ...(mode.customerKey ? { [SSE_C.slice(3)]: 'AES256' } : {}),
    ...plain,
  };
}

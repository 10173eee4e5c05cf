import type { WritePath } from '../../model/proof.ts';

/** The operations that put an object's encryption in place. Parts of an upload carry no encryption header. */
export type Operation = 'PutObject' | 'CreateMultipartUpload' | 'ReplicateObject' | 'UpdateObjectEncryption';

/** How a request names the key, and which key that ends in. */
export type KeyForm = 'none' | 'default' | 'aws-managed' | 'named' | 'arn';

/** One way of asking for encryption; S3 itself refuses every other combination of headers. */
export type Mode = {
  readonly id: string;
  readonly operation: Operation;
  readonly sse: 'AES256' | 'aws:kms' | 'aws:kms:dsse' | null;
  readonly customerKey: boolean;
  readonly keyForm: KeyForm;
  /** Headers it takes: the fewest win. */
  readonly cost: number;
};

/** The action that authorises each path. */
export const PATH_ACTIONS: Readonly<Record<WritePath, string>> = {
  put: 's3:PutObject',
  replicate: 's3:ReplicateObject',
  update: 's3:UpdateObjectEncryption',
};

const OPERATIONS: Readonly<Record<WritePath, readonly Operation[]>> = {
  put: ['PutObject', 'CreateMultipartUpload'],
  replicate: ['ReplicateObject'],
  update: ['UpdateObjectEncryption'],
};

const HEADERS: readonly Omit<Mode, 'operation' | 'id'>[] = [
  { sse: null, customerKey: false, keyForm: 'default', cost: 0 },
  { sse: 'AES256', customerKey: false, keyForm: 'none', cost: 10 },
  { sse: 'aws:kms', customerKey: false, keyForm: 'aws-managed', cost: 10 },
  { sse: 'aws:kms:dsse', customerKey: false, keyForm: 'aws-managed', cost: 11 },
  { sse: 'aws:kms', customerKey: false, keyForm: 'named', cost: 20 },
  { sse: 'aws:kms:dsse', customerKey: false, keyForm: 'named', cost: 21 },
  { sse: null, customerKey: true, keyForm: 'none', cost: 30 },
];

/**
 * Every mode of a path, smallest first. UpdateObjectEncryption takes a full key ARN and always ends as SSE-KMS
 * (FACTS §1.5); replicas keep a key that the rule names by its ARN.
 */
export function modesOf(path: WritePath): readonly Mode[] {
  return OPERATIONS[path]
    .flatMap((operation, index) =>
      HEADERS.flatMap((headers): Mode[] => {
        const mode = { ...headers, operation, cost: headers.cost + index };
        const id = `${operation}|${headers.sse ?? ''}|${headers.keyForm}|${headers.customerKey}`;
        if (path === 'put') return [{ ...mode, id }];
        if (headers.keyForm === 'aws-managed') return [];
        const keyForm = headers.keyForm === 'named' ? 'arn' : headers.keyForm;
        if (path === 'update' && !(headers.sse === 'aws:kms' && keyForm === 'arn')) return [];
        return [{ ...mode, keyForm, id }];
      }),
    )
    .sort((a, b) => a.cost - b.cost);
}

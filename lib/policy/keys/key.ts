/** Who can send a request: a principal with credentials, an AWS service by itself, or nobody in particular. */
export type Caller = 'client' | 'service' | 'anonymous';

/**
 * What is known about one condition key of an S3 write.
 * Source: IAM User Guide, global condition keys; Service Authorization Reference, Amazon S3.
 */
export type KeyTerms = {
  /** As AWS spells it. */
  readonly name: string;
  readonly type: 'string' | 'arn' | 'numeric' | 'date' | 'bool' | 'ip' | 'binary';
  /** Holds a list. */
  readonly multi: boolean;
  /** On a write by one of `callers`; on any other it is missing. */
  readonly presence: 'always' | 'sometimes' | 'never';
  readonly callers: readonly Caller[];
  /** All the values it can take; null when they cannot be listed. */
  readonly values: readonly string[] | null;
  /** It tells who is calling: a clause on it may carve out principals. */
  readonly aboutCaller: boolean;
  /** A value that reads well, where any will do. */
  readonly example: string;
  /** How the request reaches S3; each route has its own keys. */
  readonly route: 'internet' | 'endpoint' | null;
};

const EVERYBODY: readonly Caller[] = ['client', 'service', 'anonymous'];

/** A key with what is usual filled in. */
export function key(name: string, type: KeyTerms['type'] = 'string', rest: Partial<KeyTerms> = {}): KeyTerms {
  return {
    name,
    type,
    multi: false,
    presence: 'sometimes',
    callers: EVERYBODY,
    values: type === 'bool' ? ['true', 'false'] : null,
    aboutCaller: false,
    example: 'x',
    route: null,
    ...rest,
  };
}

import fc from 'fast-check';

/** Policies drawn from a small world, so that their clauses meet each other and everything in it can be listed. */
export type PolicyJson = { readonly Version: '2012-10-17'; readonly Statement: readonly StatementJson[] };
export type StatementJson = Readonly<Record<string, unknown>>;

export const SSE = 's3:x-amz-server-side-encryption';
export const KID = `${SSE}-aws-kms-key-id`;
export const SSEC = `${SSE}-customer-algorithm`;
export const OWNER = '111122223333';
export const OTHER = '444455556666';
export const keyArn = (id: string, account = OWNER): string => `arn:aws:kms:us-east-1:${account}:key/${id}`;

type Clause = readonly [operator: string, key: string, values: readonly string[]];

const some = (values: readonly string[], max = 3) =>
  fc.subarray([...values], { minLength: 1, maxLength: Math.min(max, values.length) });
const clause = (operators: readonly string[], key: string, values: readonly string[]): fc.Arbitrary<Clause> =>
  fc.tuple(fc.constantFrom(...operators), fc.constant(key), some(values));

const EQUALITY = ['StringEquals', 'StringNotEquals', 'StringEqualsIfExists', 'StringNotEqualsIfExists'];
const STRINGS = [
  ...EQUALITY,
  'StringLike',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'ForAllValues:StringEquals',
  'ForAnyValue:StringNotEquals',
];
const ARNS = [
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'ArnNotLikeIfExists',
  'StringLike',
  'StringNotLike',
];
const LISTS = ['ForAllValues', 'ForAnyValue'].flatMap((set) =>
  ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'].map((name) => `${set}:${name}`),
);
const NUMBERS = [
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEqualsIfExists',
];
const nullOf = (key: string) =>
  clause(['Null'], key, ['true', 'false']).map(([op, k, v]): Clause => [op, k, v.slice(0, 1)]);

const headerClauses = fc.oneof(
  {
    weight: 5,
    arbitrary: clause(STRINGS, SSE, ['AES256', 'aws:kms', 'aws:kms:dsse', 'aws:*', 'aws:kms*', 'AWS:KMS']),
  },
  { weight: 2, arbitrary: nullOf(SSE) },
  { weight: 2, arbitrary: nullOf(SSEC) },
  { weight: 1, arbitrary: clause(EQUALITY, SSEC, ['AES256']) },
);
const keyClauses = fc.oneof(
  clause([...STRINGS, ...ARNS], KID, [
    keyArn('k1'),
    keyArn('k2'),
    keyArn('k3', OTHER),
    'arn:aws:kms:*:111122223333:key/*',
    '*:key/k?',
    'alias/ours',
    'k1',
  ]),
  nullOf(KID),
);
const otherClauses = fc.oneof(
  clause(['Bool', 'BoolIfExists', 'StringEquals'], 'aws:SecureTransport', ['true', 'false']).map(
    ([op, key, v]): Clause => [op, key, v.slice(0, 1)],
  ),
  clause(NUMBERS, 's3:TlsVersion', ['1.0', '1.1', '1.2', '1.3']),
  clause(['Bool', 'BoolIfExists'], 's3:ObjectCreationOperation', ['true', 'false']).map(
    ([op, key, v]): Clause => [op, key, v.slice(0, 1)],
  ),
  clause(STRINGS, 's3:x-amz-acl', ['private', 'bucket-owner-full-control', 'p*']),
  clause(STRINGS, 's3:x-amz-storage-class', ['STANDARD', 'GLACIER', 'S*', '?LACIER']),
  nullOf('s3:x-amz-storage-class'),
  clause(NUMBERS, 's3:object-lock-remaining-retention-days', ['5', '6', '8']),
  clause(LISTS, 'aws:CalledVia', ['a.amazonaws.com', 'b.amazonaws.com', 'a*']),
  clause(['IpAddress', 'NotIpAddress', 'NotIpAddressIfExists'], 'aws:SourceIp', [
    '203.0.113.0/24',
    '203.0.113.0/28',
    '198.51.100.0/24',
    '2001:db8::/32',
  ]),
  clause(EQUALITY, 'aws:SourceVpce', ['vpce-1', 'vpce-2']),
);
const callerClauses = fc.oneof(
  clause(ARNS, 'aws:PrincipalArn', [
    'arn:aws:iam::111122223333:user/ann',
    'arn:aws:iam::*:role/ops/*',
    'arn:aws:iam::444455556666:*',
    '*:root',
  ]),
  clause(STRINGS, 'aws:PrincipalAccount', [OWNER, OTHER, '4*']),
  clause(EQUALITY, 'aws:PrincipalTag/exempt', ['yes', 'no']),
  nullOf('aws:PrincipalTag/exempt'),
  clause(STRINGS, 'aws:userid', ['AROAOPS:*', 'AROAOPS:one', 'AIDAANN', '111122223333']),
  clause(EQUALITY, 'aws:PrincipalOrgID', ['o-1', 'o-2']),
  clause(['Bool', 'BoolIfExists'], 'aws:PrincipalIsAWSService', ['true', 'false']).map(
    ([op, key, v]): Clause => [op, key, v.slice(0, 1)],
  ),
);

const principal = fc.oneof(
  { weight: 6, arbitrary: fc.constant<unknown>('*') },
  {
    weight: 2,
    arbitrary: some([
      OWNER,
      'arn:aws:iam::444455556666:root',
      'arn:aws:iam::111122223333:user/ann',
      'arn:aws:iam::111122223333:role/ops/deploy',
      'arn:aws:sts::111122223333:assumed-role/deploy/one',
    ]).map((AWS): unknown => ({ AWS })),
  },
);
const action = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Record<string, unknown>>({ Action: 's3:PutObject' }) },
  fc.constantFrom<Record<string, unknown>>(
    { Action: 's3:*' },
    { Action: ['s3:GetObject', 's3:Put*'] },
    { NotAction: 's3:Get*' },
    { Action: 's3:PutObject?' },
    { Action: ['s3:PutObject', 's3:ReplicateObject', 's3:UpdateObjectEncryption'] },
  ),
);
const resource = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Record<string, unknown>>({ Resource: 'arn:aws:s3:::b/*' }) },
  fc.constantFrom<Record<string, unknown>>(
    { Resource: '*' },
    { Resource: 'arn:aws:s3:::b' },
    { Resource: 'arn:aws:s3:::b/phi/*' },
    { Resource: ['arn:aws:s3:::b/phi/*', 'arn:aws:s3:::b/*.tmp'] },
    { NotResource: 'arn:aws:s3:::b/tmp/*' },
    { Resource: 'arn:aws:s3:::b/???' },
  ),
);

function statement(clauses: fc.Arbitrary<Clause>): fc.Arbitrary<StatementJson> {
  return fc
    .record({
      effect: fc.constantFrom('Deny', 'Deny', 'Deny', 'Deny', 'Allow'),
      principal,
      action,
      resource,
      clauses: fc.array(clauses, { maxLength: 3 }),
    })
    .map((drawn) => {
      const Condition: Record<string, Record<string, readonly string[]>> = {};
      for (const [operator, key, values] of drawn.clauses) (Condition[operator] ??= {})[key] = values;
      return {
        Effect: drawn.effect,
        Principal: drawn.principal,
        ...drawn.action,
        ...drawn.resource,
        ...(drawn.clauses.length === 0 ? {} : { Condition }),
      };
    });
}

const clauses = (withKeys: boolean): fc.Arbitrary<Clause> =>
  fc.oneof(
    { weight: 5, arbitrary: headerClauses },
    { weight: withKeys ? 4 : 0, arbitrary: keyClauses },
    { weight: 2, arbitrary: otherClauses },
    { weight: 2, arbitrary: callerClauses },
  );

/** Statements of sound policies: with some of them a random policy is nearly a proof, where mistakes would show. */
const SOUND: readonly StatementJson[] = [
  { Condition: { StringNotEquals: { [SSE]: 'aws:kms' } } },
  { Condition: { StringNotEquals: { [SSE]: 'AES256' } } },
  { Condition: { StringNotEquals: { [SSE]: ['aws:kms', 'aws:kms:dsse'] } } },
  { Condition: { Null: { [SSEC]: 'false' } } },
  { Condition: { Bool: { 'aws:SecureTransport': 'false' } }, Action: 's3:*' },
  { Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } }, Action: 's3:*' },
].map((rest) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::b/*',
  ...rest,
}));

/** A random policy. Without key-id clauses AWS leaves nothing open, so that every answer must be yes or no. */
export const randomPolicy = (withKeys: boolean): fc.Arbitrary<PolicyJson> =>
  fc
    .tuple(
      fc.array(statement(clauses(withKeys)), { minLength: 1, maxLength: 5 }),
      fc.oneof(fc.constant<StatementJson[]>([]), fc.subarray([...SOUND])),
    )
    .map(([statements, sound]) => ({ Version: '2012-10-17', Statement: [...sound, ...statements] }));

import { isDenied } from '../../lib/policy/evaluate/evaluate.ts';
import type { Principal } from '../../lib/policy/evaluate/request.ts';
import type { Question } from '../../lib/policy/prove/question.ts';
import { KID, OTHER, OWNER, SSE, SSEC, keyArn } from './random-policy.ts';

type Choice = Readonly<Record<string, readonly string[]>>;
const one = (key: string, ...values: readonly string[]): Choice[] =>
  values.map((value) => ({ [key]: [value] }));

/** Every value that the small world has for a key, none among them. */
const WORLD: Readonly<Record<string, readonly Choice[]>> = {
  's3:x-amz-acl': [{}, ...one('s3:x-amz-acl', 'private', 'bucket-owner-full-control', 'public-read')],
  's3:x-amz-storage-class': [
    {},
    ...one('s3:x-amz-storage-class', 'STANDARD', 'GLACIER', 'SLOW', 'XLACIER', 'x'),
  ],
  's3:object-lock-remaining-retention-days': [
    {},
    ...one('s3:object-lock-remaining-retention-days', '0', '4', '5', '6', '7', '8', '9'),
  ],
  'aws:calledvia': [
    {},
    ...['a.amazonaws.com', 'b.amazonaws.com', 'ax', 'x'].map((name) => ({ 'aws:calledvia': [name] })),
    { 'aws:calledvia': ['a.amazonaws.com', 'b.amazonaws.com'] },
    { 'aws:calledvia': ['a.amazonaws.com', 'x'] },
    { 'aws:calledvia': ['a.amazonaws.com', 'ax'] },
    { 'aws:calledvia': ['b.amazonaws.com', 'ax'] },
    { 'aws:calledvia': ['a.amazonaws.com', 'b.amazonaws.com', 'x'] },
    { 'aws:calledvia': ['a.amazonaws.com', 'b.amazonaws.com', 'ax'] },
  ],
};
const ROUTES: readonly Choice[] = [
  ...one(
    'aws:sourceip',
    '203.0.113.3',
    '203.0.113.99',
    '198.51.100.1',
    '192.0.2.1',
    '2001:db8:0:0:0:0:0:1',
    '2a00:0:0:0:0:0:0:1',
  ),
  ...['vpce-1', 'vpce-2', 'vpce-3'].map((id) => ({ 'aws:sourcevpce': [id] })),
];
const WIRES: readonly Choice[] = [
  ...['1.3', '1.2', '1.1', '1.0'].map((version) => ({
    'aws:securetransport': ['true'],
    's3:tlsversion': [version],
  })),
  { 'aws:securetransport': ['false'] },
];

const base = { partition: 'aws' } as const;
const role = (account: string, path: string, id: string, session: string): Principal => ({
  ...base,
  kind: 'role',
  account,
  path,
  id,
  session,
  provider: null,
});
const CLIENTS: readonly Principal[] = [
  { ...base, kind: 'user', account: OWNER, path: 'ann', id: 'AIDAANN' },
  { ...base, kind: 'user', account: OWNER, path: 'bob', id: 'AIDABOB' },
  { ...base, kind: 'user', account: OTHER, path: 'eve', id: 'AIDAEVE' },
  role(OWNER, 'ops/deploy', 'AROAOPS', 'one'),
  role(OWNER, 'ops/deploy', 'AROAOPS', 'two'),
  role(OWNER, 'ops/deploy', 'AROAX', 'one'),
  role(OWNER, 'deploy', 'AROAX', 'one'),
  role(OTHER, 'ops/x', 'AROAOPS', 'one'),
  role('777788889999', 'x', 'AROAX', 'two'),
  role('777788889999', 'ops/x', 'AROAX', 'two'),
  { ...base, kind: 'root', account: OWNER },
  { ...base, kind: 'root', account: OTHER },
  { ...base, kind: 'root', account: '777788889999' },
];
const TAGS: readonly Choice[] = [{}, ...one('aws:principaltag/exempt', 'yes', 'no', 'x')];
const ORGS: readonly Choice[] = [{}, ...one('aws:principalorgid', 'o-1', 'o-2', 'o-3')];
const OBJECTS = ['x', 'abc', 'phi/1', 'tmp/x', 'tmp/1.tmp', 'phi/1.tmp', '1.tmp', 'a.t'];

type Key = {
  readonly header: string | null;
  readonly resolved: string | null;
  readonly effective: string | null;
};
const none: Key = { header: null, resolved: null, effective: null };
const named = (header: string, arn: string): Key => ({ header, resolved: arn, effective: arn });
const KEYS: readonly Key[] = [
  ...[keyArn('k1'), keyArn('k2'), keyArn('k3', OTHER), keyArn('k9'), keyArn('long')].map((arn) =>
    named(arn, arn),
  ),
  named('k1', keyArn('k1')),
  named('k1', keyArn('k1', OTHER)),
  named('k9', keyArn('k9')),
  ...['k1', 'k2', 'k9', 'long'].map((id) => named('alias/ours', keyArn(id))),
  named('alias/x', keyArn('k1')),
  named('alias/x', keyArn('k2')),
  named('alias/x', keyArn('k9')),
  named('alias/x', keyArn('long')),
  named('alias/x', keyArn('k3', OTHER)),
  named('alias/x', keyArn('long', OTHER)),
];
const MANAGED: readonly Key[] = [
  keyArn('k1'),
  keyArn('k2'),
  keyArn('k9'),
  keyArn('k3', OTHER),
  keyArn('long'),
  keyArn('long', OTHER),
].map((arn) => ({ header: null, resolved: null, effective: arn }));

/**
 * Whether some request of the small world gets through, and does so under every reading. Everything is listed; what
 * the policy does not mention is left out, since it can make no difference.
 * @param evaluations where to stop looking
 */
export function bruteForce(question: Question, policyText: string, evaluations: number): boolean {
  let left = evaluations;
  const text = policyText.toLowerCase();
  const vary = <T>(mentioned: string, all: readonly T[], otherwise: readonly T[]): readonly T[] =>
    text.includes(mentioned) ? all : otherwise;
  const objects = text.includes('b/*"') && !/phi|tmp|\?\?\?/.test(text) ? ['x'] : OBJECTS;
  for (const sent of sealsOf(question, text.includes('kms-key-id'))) {
    for (const creation of vary<string>('objectcreation', ['true', 'false'], ['true'])) {
      for (const caller of callers(text)) {
        const client = caller.principal.kind !== 'service';
        const wires = client
          ? question.tls !== null || /securetransport|tlsversion/.test(text)
            ? WIRES
            : WIRES.slice(0, 1)
          : [{}];
        for (const wire of wires) {
          const routes = client ? (/sourceip|sourcevpce/.test(text) ? ROUTES : ROUTES.slice(0, 1)) : [{}];
          for (const route of routes) {
            for (const extra of product(
              Object.entries(WORLD)
                .filter(([key]) => text.includes(key))
                .map(([, all]) => all),
            )) {
              const context = {
                ...caller.context,
                ...wire,
                ...route,
                ...extra,
                's3:objectcreationoperation': [creation],
              };
              const insecure = question.tls !== null && client && isInsecure(wire, question.tls);
              if (!sent.breaks && !insecure) continue;
              if (caller.principal.kind === 'anonymous' && sent.kms) continue;
              for (const object of objects) {
                left -= sent.contexts.length;
                if (left < 0) return false;
                const passes = sent.contexts.every(
                  (seal) =>
                    isDenied(question.documents, {
                      action: 's3:PutObject',
                      resource: `arn:aws:s3:::b/${object}`,
                      principal: caller.principal,
                      context: { ...context, ...seal },
                      boundByScp: true,
                    }) === 'no',
                );
                if (passes) return true;
              }
            }
          }
        }
      }
    }
  }
  return false;
}

function isInsecure(wire: Choice, least: string): boolean {
  return wire['aws:securetransport']?.[0] === 'false' || Number(wire['s3:tlsversion']?.[0]) < Number(least);
}

function callers(text: string): readonly { readonly principal: Principal; readonly context: Choice }[] {
  const about = /principal|userid|aws:iam|aws:sts/.test(text.replaceAll('"principal":"*"', ''));
  const principals = about ? CLIENTS : CLIENTS.slice(1, 2);
  const tags = text.includes('principaltag') ? TAGS : [{}];
  const orgs = text.includes('orgid') ? ORGS : [{}];
  const clients = principals.flatMap((principal) =>
    tags.flatMap((tag) => orgs.map((org) => ({ principal, context: { ...tag, ...org } }))),
  );
  return [
    ...clients,
    { principal: { kind: 'service', service: 'logging.s3.amazonaws.com' }, context: {} },
    { principal: { kind: 'anonymous' }, context: {} },
  ];
}

type Seal = { readonly contexts: readonly Choice[]; readonly breaks: boolean; readonly kms: boolean };

function sealsOf(question: Question, readsKeys: boolean): readonly Seal[] {
  const seal = (sse: string | null, customer: boolean, key: Key, type: string): Seal => {
    const kms = type.includes('KMS');
    const accepted = question.key === null || !kms || question.key.arns.some((arn) => key.effective === arn);
    const headers: Choice = {
      ...(sse === null ? {} : { [SSE]: [sse] }),
      ...(customer ? { [SSEC]: ['AES256'] } : {}),
    };
    const readings = readsKeys ? [key.header, key.resolved, key.effective] : [null];
    return {
      contexts: readings.map((id) => (id === null ? headers : { ...headers, [KID]: [id] })),
      breaks: !question.allow.some((allowed) => allowed === type) || !accepted,
      kms,
    };
  };
  const byDefault =
    question.default.state === 'known' ? question.default : { algorithm: 'AES256', key: null };
  const types: Readonly<Record<string, string>> = {
    AES256: 'SSE-S3',
    'aws:kms': 'SSE-KMS',
    'aws:kms:dsse': 'DSSE-KMS',
  };
  const defaultKey = byDefault.key === null ? none : { ...none, effective: byDefault.key };
  const kms = (['aws:kms', 'aws:kms:dsse'] as const).flatMap((sse) =>
    [...KEYS, ...MANAGED].map((key) => seal(sse, false, key, types[sse] ?? '')),
  );
  return [
    seal(null, false, defaultKey, types[byDefault.algorithm] ?? ''),
    seal('AES256', false, none, 'SSE-S3'),
    ...kms,
    ...(question.sseC === 'blocked' ? [] : [seal(null, true, none, 'SSE-C')]),
  ];
}

function product(lists: readonly (readonly Choice[])[]): readonly Choice[] {
  return lists.reduce<readonly Choice[]>(
    (all, list) => all.flatMap((left) => list.map((right) => ({ ...left, ...right }))),
    [{}],
  );
}

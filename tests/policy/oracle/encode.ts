import type { Condition, Listed, PrincipalEntry, Statement, Template } from '../../../lib/policy/document.ts';
import { termsOfKey } from '../../../lib/policy/keys/catalogue.ts';
import type { Question } from '../../../lib/policy/prove/question.ts';

/** A question that this encoding cannot put: lists, IPv6, NotPrincipal, SCPs and what AWS leaves open. */
export class NotEncodable extends Error {}

const SSE = 's3:x-amz-server-side-encryption';
const KID = `${SSE}-aws-kms-key-id`;
const SSEC = `${SSE}-customer-algorithm`;
const READINGS = ['header', 'resolved', 'effective'] as const;
type Reading = (typeof READINGS)[number];

/** What z3 may take for one question before it counts as unanswered. */
export const TIME_LIMIT_MS = 2_000;

/**
 * The put path of a question as SMT-LIB: satisfiable when a request gets through under every reading of the key-id
 * condition and breaks the requirement. Written from POLICY's semantics, not from the prover, to be its oracle.
 */
export function encode(question: Question): string {
  const denies = question.documents.flatMap(({ kind, statements }) => {
    if (kind === 'scp') throw new NotEncodable('SCP');
    return statements.filter(({ effect, action }) => effect === 'Deny' && covers(action));
  });
  const keys = new Map<string, Kind>();
  for (const { conditions } of denies)
    for (const condition of conditions) keys.set(condition.keyId, kindOf(condition));
  const denied = denies.flatMap((statement) =>
    READINGS.map((reading) => statementTerm(statement, question, reading)),
  );
  const lines = [
    '(reset)',
    `(set-option :timeout ${TIME_LIMIT_MS})`,
    ...declarations(question),
    ...[...keys].flatMap(([key, kind]) => declareKey(key, kind)),
    ...routes(keys),
    ...[...new Set(denied)].map((term) => `(assert (not ${term}))`),
    `(assert (or ${goals(question).join(' ')}))`,
    '(check-sat)',
  ];
  return lines.join('\n');
}

type Kind = 'string' | 'numeric' | 'date' | 'ip' | 'given';
const GIVEN = [
  SSE,
  KID,
  SSEC,
  's3:objectcreationoperation',
  'aws:securetransport',
  's3:tlsversion',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:userid',
  'aws:principalisawsservice',
];

function kindOf({ keyId, operator }: Condition): Kind {
  if (GIVEN.includes(keyId)) return 'given';
  const terms = termsOfKey(keyId);
  if (!terms || terms.multi || /^aws:(username|principaltype|federated|principalservice|vpce)/.test(keyId)) {
    throw new NotEncodable(keyId);
  }
  if (terms.type === 'date' || terms.type === 'numeric' || terms.type === 'ip') return terms.type;
  if (operator.family === 'numeric' || operator.family === 'date' || operator.family === 'ip')
    throw new NotEncodable(keyId);
  return 'string';
}

const name = (key: string): string => `|${key}|`;
const there = (key: string): string => `|has ${key}|`;
const text = (value: string): string =>
  `"${value.replaceAll('"', '""').replace(/[^\x20-\x7e]|\\/g, (c) => `\\u{${c.charCodeAt(0).toString(16)}}`)}"`;

function declarations(question: Question): readonly string[] {
  const { bucket, prefixes } = question;
  const strings = [
    SSE,
    SSEC,
    'kid header',
    'kid resolved',
    'kid effective',
    'kid account',
    'resource',
    'aws:principalarn',
    'aws:principalaccount',
    'aws:userid',
    'rest',
  ];
  const flags = [
    there(SSE),
    there(SSEC),
    there('kid header'),
    there('kid resolved'),
    there('kid effective'),
    there('tls'),
    'http',
    'creation',
    'service',
    'anonymous',
  ];
  const start = `arn:aws:s3:::${bucket.name}/`;
  const seals = modes(question).map(({ holds }) => holds);
  const arn = (kind: string): string =>
    `(and (= |aws:principalarn| (str.++ "arn:aws:iam::" |aws:principalaccount| ":${kind}/" |rest|)) (str.in_re |rest| (re.+ (re.union (re.range "0" "9") (re.range "A" "Z") (re.range "a" "z") (str.to_re "/") (str.to_re "-") (str.to_re "_")))) (not (str.prefixof "/" |rest|)) (not (str.suffixof "/" |rest|)))`;
  const account = '(str.in_re |aws:principalaccount| ((_ re.loop 12 12) (re.range "0" "9")))';
  const word = '(re.+ (re.union (re.range "0" "9") (re.range "A" "Z")))';
  return [
    ...strings.map((one) => `(declare-const |${one}| String)`),
    ...flags.map((flag) => `(declare-const ${flag.startsWith('|') ? flag : `|${flag}|`} Bool)`),
    '(declare-const |s3:tlsversion| Real)',
    `(assert (or ${(prefixes ?? ['']).map((prefix) => `(and (str.prefixof ${text(start + prefix)} |resource|) (> (str.len |resource|) ${start.length}))`).join(' ')}))`,
    `(assert (or ${seals.join(' ')}))`,
    '(assert (not (and |service| |anonymous|)))',
    '(assert (= |has tls| (and (not |http|) (not |service|))))',
    '(assert (=> |service| (not |http|)))',
    '(assert (or (= |s3:tlsversion| 1.0) (= |s3:tlsversion| 1.1) (= |s3:tlsversion| 1.2) (= |s3:tlsversion| 1.3)))',
    `(assert (=> |anonymous| (and (= |aws:principalaccount| "anonymous") (= |aws:userid| "anonymous"))))`,
    `(assert (=> (not (or |service| |anonymous|)) (and ${account} (or
      (and ${arn('user')} (str.in_re |aws:userid| (re.++ (str.to_re "AIDA") ${word})))
      (and ${arn('role')} (str.in_re |aws:userid| (re.++ (str.to_re "AROA") ${word} (str.to_re ":") (re.+ (re.range "a" "z")))))
      (and (= |aws:principalarn| (str.++ "arn:aws:iam::" |aws:principalaccount| ":root")) (= |aws:userid| |aws:principalaccount|))))))`,
  ];
}

type Mode = { readonly type: string; readonly holds: string };

function modes(question: Question): readonly Mode[] {
  const { default: seal, bucket } = question;
  if (seal.state === 'unknown') throw new NotEncodable('default');
  const keyRegex = (tail: string): string =>
    `(re.++ (str.to_re "arn:aws:kms:") ${bucket.region === null ? '(re.+ (re.union (re.range "a" "z") (re.range "0" "9") (str.to_re "-")))' : `(str.to_re ${text(bucket.region)})`} (str.to_re ":") ((_ re.loop 12 12) (re.range "0" "9")) (str.to_re ":${tail}/") (re.+ (re.union (re.range "a" "z") (re.range "0" "9") (str.to_re "-") (str.to_re "/"))))`;
  const anyKey = `(and |has kid effective| (str.in_re |kid effective| ${keyRegex('key')}) (str.contains |kid effective| (str.++ ":" |kid account| ":")) (= (str.len |kid account|) 12))`;
  const none = '(and (not |has kid header|) (not |has kid resolved|))';
  const noKey = `(and ${none} (not |has kid effective|))`;
  const named = `(and |has kid header| |has kid resolved| ${anyKey} (= |kid resolved| |kid effective|) (or (= |kid header| |kid effective|) (str.suffixof (str.++ ":key/" |kid header|) |kid effective|) (str.prefixof "alias/" |kid header|)))`;
  const managed = `(and ${none} ${anyKey})`;
  const mode = (type: string, sse: string | null, customer: boolean, key: string): Mode => ({
    type,
    holds: `(and (= ${there(SSE)} ${sse !== null}) (= |${SSE}| ${text(sse ?? '')}) (= ${there(SSEC)} ${customer}) (= |${SSEC}| "AES256") ${type.includes('KMS') ? '(not |anonymous|)' : 'true'} ${key})`,
  });
  const types: Readonly<Record<string, string>> = {
    AES256: 'SSE-S3',
    'aws:kms': 'SSE-KMS',
    'aws:kms:dsse': 'DSSE-KMS',
  };
  const byDefault =
    seal.key?.startsWith('arn:') === true
      ? `(and ${none} |has kid effective| (= |kid effective| ${text(seal.key)}) (= |kid account| ${text(seal.key.split(':')[4] ?? '')}))`
      : seal.algorithm === 'AES256'
        ? noKey
        : managed;
  if (seal.key?.includes('alias/') === true) throw new NotEncodable('default by alias');
  return [
    mode(types[seal.algorithm] ?? '', null, false, byDefault),
    mode('SSE-S3', 'AES256', false, noKey),
    ...(['aws:kms', 'aws:kms:dsse'] as const).flatMap((sse) => [
      mode(types[sse] ?? '', sse, false, managed),
      mode(types[sse] ?? '', sse, false, named),
    ]),
    ...(question.sseC === 'blocked' ? [] : [mode('SSE-C', null, true, noKey)]),
  ];
}

function goals(question: Question): readonly string[] {
  const { allow, key, tls } = question;
  if (key !== null && (key.manager !== 'any' || key.aliases.length > 0))
    throw new NotEncodable('key manager');
  const wrongKey: string[] = [];
  if (key !== null && key.arns.length > 0) {
    wrongKey.push(
      `(not (or ${key.arns.map((arn) => inRe('|kid effective|', regexOf(globTemplate(arn), true, false))).join(' ')}))`,
    );
  }
  if (key !== null && key.accounts.length > 0) {
    wrongKey.push(`(not (or ${key.accounts.map((one) => `(= |kid account| ${text(one)})`).join(' ')}))`);
  }
  const seals = modes(question).flatMap(({ type, holds }) => {
    if (!allow.some((allowed) => allowed === type)) return [holds];
    return type.includes('KMS') ? wrongKey.map((wrong) => `(and ${holds} ${wrong})`) : [];
  });
  const wire = tls === null ? [] : [`|http|`, `(and |has tls| (< |s3:tlsversion| ${tls}))`];
  return ['false', ...seals, ...wire.map((term) => `(and (not |service|) ${term})`)];
}

function declareKey(key: string, kind: Kind): readonly string[] {
  if (kind === 'given') return [];
  const terms = termsOfKey(key);
  const sort = kind === 'string' ? 'String' : kind === 'numeric' ? 'Int' : 'Int';
  const lines = [`(declare-const ${name(key)} ${sort})`, `(declare-const ${there(key)} Bool)`];
  if (terms?.presence === 'never') lines.push(`(assert (not ${there(key)}))`);
  if (terms && !terms.callers.includes('anonymous'))
    lines.push(`(assert (=> |anonymous| (not ${there(key)})))`);
  if (terms && !terms.callers.includes('service')) lines.push(`(assert (=> |service| (not ${there(key)})))`);
  if (terms && !terms.callers.includes('client'))
    lines.push(`(assert (=> ${there(key)} (not (and (not |service|) (not |anonymous|)))))`);
  if (terms?.presence === 'always' && terms.route === null) {
    lines.push(
      `(assert (=> (and ${terms.callers.includes('service') ? 'true' : '(not |service|)'}) ${there(key)}))`,
    );
  }
  if (terms?.values)
    lines.push(`(assert (or ${terms.values.map((value) => `(= ${name(key)} ${text(value)})`).join(' ')}))`);
  if (kind === 'numeric') lines.push(`(assert (>= ${name(key)} 0))`);
  if (kind === 'ip') lines.push(`(assert (and (>= ${name(key)} -1) (< ${name(key)} 4294967296)))`);
  if (key === 'aws:currenttime')
    lines.push(`(assert (>= ${name(key)} ${Date.parse('2026-11-01T00:00:00Z') / 1000}))`);
  return lines;
}

/** A request of a client comes by the internet or through an endpoint, and has the keys of its way. */
function routes(keys: ReadonlyMap<string, Kind>): readonly string[] {
  const by = (route: string): readonly string[] =>
    [...keys.keys()].filter(
      (key) => termsOfKey(key)?.route === route && termsOfKey(key)?.presence === 'always',
    );
  const all = (list: readonly string[], value: boolean): string =>
    `(and true ${list.map((key) => `(= ${there(key)} ${value})`).join(' ')})`;
  const [internet, endpoint] = [by('internet'), by('endpoint')];
  return [
    `(assert (=> (not |service|) (or (and ${all(internet, true)} ${all(endpoint, false)}) (and ${all(internet, false)} ${all(endpoint, true)}))))`,
  ];
}

function covers({ negated, entries }: Listed<string>): boolean {
  const listed = entries.some((entry) =>
    new RegExp(
      `^${entry
        .toLowerCase()
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    ).test('s3:putobject'),
  );
  return listed !== negated;
}

function statementTerm(statement: Statement, question: Question, reading: Reading): string {
  const parts = [
    statement.principal === null ? 'true' : principalTerm(statement.principal),
    resourceTerm(statement.resource),
    ...statement.conditions.map((condition) => conditionTerm(condition, question, reading)),
  ];
  return `(and true ${parts.join(' ')})`;
}

function principalTerm({ negated, entries }: Listed<PrincipalEntry>): string {
  if (negated) throw new NotEncodable('NotPrincipal');
  const terms = entries.map((entry) => {
    switch (entry.kind) {
      case 'everyone':
        return 'true';
      case 'account':
        return `(and (not |service|) (= |aws:principalaccount| ${text(entry.account)}))`;
      case 'user':
      case 'role':
        return `(and (not (or |service| |anonymous|)) (= |aws:principalarn| ${text(entry.text)}))`;
      case 'deleted':
      case 'canonical':
        return 'false';
      case 'session':
      case 'federated-user':
      case 'origin-identity':
      case 'service':
      case 'provider':
        throw new NotEncodable(entry.kind);
    }
  });
  return `(or ${terms.join(' ')})`;
}

function resourceTerm({ negated, entries }: Listed<Template>): string {
  const terms = entries.map((entry) => {
    const head = entry[0]?.kind === 'text' ? entry[0].text : '';
    const whole = entry.every(({ kind }) => kind === 'run');
    if (!whole && head.split(':').length < 6) throw new NotEncodable('wildcards before the last part');
    return inRe('|resource|', regexOf(entry, false, false));
  });
  const matched = `(or ${terms.join(' ')})`;
  return negated ? `(not ${matched})` : matched;
}

/** Where a key's value and presence are found under a reading. */
function place(
  keyId: string,
  reading: Reading,
): { readonly value: string; readonly has: string; readonly real: boolean } {
  if (keyId === KID) return { value: `|kid ${reading}|`, has: `|has kid ${reading}|`, real: false };
  if (keyId === 'aws:securetransport')
    return { value: '(ite |http| "false" "true")', has: '(not |service|)', real: false };
  if (keyId === 's3:tlsversion') return { value: '|s3:tlsversion|', has: '|has tls|', real: true };
  if (keyId === 's3:objectcreationoperation')
    return { value: '(ite |creation| "true" "false")', has: 'true', real: false };
  if (keyId === 'aws:principalisawsservice')
    return { value: '(ite |service| "true" "false")', has: '(not |anonymous|)', real: false };
  if (keyId === 'aws:principalarn')
    return { value: name(keyId), has: '(not (or |service| |anonymous|))', real: false };
  if (keyId === 'aws:principalaccount' || keyId === 'aws:userid')
    return { value: name(keyId), has: '(not |service|)', real: false };
  return { value: name(keyId), has: there(keyId), real: false };
}

function conditionTerm(condition: Condition, question: Question, reading: Reading): string {
  const { operator, values, ifExists, quantifier, keyId } = condition;
  const { value, has, real } = place(keyId, reading);
  if (operator.family === 'null') {
    return `(or ${values.map((one) => (one.text.toLowerCase() === 'true' ? `(not ${has})` : has)).join(' ')})`;
  }
  if (keyId === 'aws:resourceaccount' && question.bucket.account !== null) throw new NotEncodable(keyId);
  const matched = `(or ${values.map((one) => valueTerm(condition, one.text, one.template, value, real)).join(' ')})`;
  const passes = operator.negated ? `(not ${matched})` : matched;
  const missing = ifExists || quantifier === 'all' || (operator.negated && quantifier === null);
  return missing ? `(or (not ${has}) ${passes})` : `(and ${has} ${passes})`;
}

function valueTerm(
  { operator, keyId }: Condition,
  wanted: string,
  template: Template,
  value: string,
  real: boolean,
): string {
  switch (operator.family) {
    case 'string':
    case 'arn':
    case 'bool': {
      if (real) {
        if (operator.wildcards) return wanted === '1.*' ? 'true' : 'false';
        return `(= ${value} ${wanted})`;
      }
      const type = termsOfKey(keyId)?.type;
      if (type === 'date' || type === 'ip' || type === 'numeric') throw new NotEncodable('text of a number');
      return inRe(
        value,
        regexOf(template, operator.family === 'arn', operator.ignoreCase || operator.family === 'bool'),
      );
    }
    case 'numeric':
      return `(${order(operator.order)} ${value} ${real ? Number(wanted).toFixed(2) : wanted})`;
    case 'date':
      return `(${order(operator.order)} ${value} ${Date.parse(wanted) / 1000})`;
    case 'ip': {
      const [base = '', length = '32'] = wanted.split('/');
      // The one value below all IPv4 addresses stands for IPv6 as a whole.
      if (base.includes(':')) return length === '0' ? `(= ${value} (- 1))` : 'false';
      const first = base.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
      return `(and (>= ${value} ${first}) (< ${value} ${first + 2 ** (32 - Number(length))}))`;
    }
    case 'binary':
    case 'null':
      throw new NotEncodable(operator.name);
  }
}

const order = (of: Condition['operator']['order']): string =>
  ({ equal: '=', less: '<', 'less-or-equal': '<=', greater: '>', 'greater-or-equal': '>=' })[of];

const inRe = (value: string, regex: string | null): string =>
  regex === null
    ? 'false'
    : regex.startsWith('=')
      ? `(= ${value} ${regex.slice(1)})`
      : `(str.in_re ${value} ${regex})`;

/** A literal begins with `=`; anything else is a regular expression; null when nothing can match. */
function regexOf(template: Template, arn: boolean, ignoreCase: boolean): string | null {
  const parts: string[] = [];
  let colons = 0;
  for (const part of template) {
    if (part.kind === 'variable') throw new NotEncodable('variable');
    const any = arn && colons < 5 ? '(re.diff re.allchar (str.to_re ":"))' : 're.allchar';
    if (part.kind === 'run') parts.push(`(re.* ${any})`);
    else if (part.kind === 'one') parts.push(any);
    else {
      colons += part.text.split(':').length - 1;
      parts.push(
        ignoreCase
          ? part.text
              .split('')
              .map(
                (char) =>
                  `(re.union (str.to_re ${text(char.toLowerCase())}) (str.to_re ${text(char.toUpperCase())}))`,
              )
              .join(' ')
          : `(str.to_re ${text(part.text)})`,
      );
    }
  }
  if (arn && colons < 5) return null;
  const [first] = template;
  if (!ignoreCase && template.length === 1 && first?.kind === 'text') return `=${text(first.text)}`;
  return parts.length === 0 ? '(str.to_re "")' : `(re.++ ${parts.join(' ')} (str.to_re ""))`;
}

const globTemplate = (glob: string): Template =>
  (glob.match(/[*?]|[^*?]+/g) ?? []).map((piece) =>
    piece === '*' ? { kind: 'run' } : piece === '?' ? { kind: 'one' } : { kind: 'text', text: piece },
  );

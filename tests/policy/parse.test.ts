import { describe, expect, test } from '@jest/globals';
import { AuditError } from '../../lib/model/errors.ts';
import { parsePolicy } from '../../lib/policy/parse/document.ts';
import type { DocumentKind } from '../../lib/policy/document.ts';

const read = (text: string, kind: DocumentKind = 'bucket') => parsePolicy(text, kind, 'p.json');

function faultOf(text: string, kind: DocumentKind = 'bucket'): string {
  try {
    read(text, kind);
  } catch (error) {
    if (error instanceof AuditError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no fault';
}

const whole = (statement: string): string => `{"Version":"2012-10-17","Statement":[${statement}]}`;
const deny = (rest: string): string =>
  whole(`{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/*"${rest}}`);
const where = (condition: string): string => deny(`,"Condition":${condition}`);

describe('text that is no JSON is refused with its place', () => {
  test.each<[string, string, RegExp]>([
    ['nothing', '', /^INPUT_INVALID p\.json:1:1: expected a value, found end of text\.$/],
    ['a missing comma', '{"a":1\n "b":2}', /p\.json:2:2: expected "," or "}", found "\\""/],
    ['a trailing comma', '{"a":1,}', /p\.json:1:8: expected a key in quotes/],
    ['a second document', '{} {}', /p\.json:1:4: unexpected "{" after the end/],
    ['a text that never ends', '{"a":"x', /p\.json:1:6: this text is never closed/],
    ['a line break inside a text', '{"a":"x\ny"}', /p\.json:1:8: a control character/],
    ['an unknown escape', '{"a":"\\x"}', /p\.json:1:6: this text holds an escape/],
    ['a number JSON does not know', '{"a":01}', /p\.json:1:6: expected a value/],
    ['a word', '{"a":nul}', /p\.json:1:6: expected a value/],
    ['too deep', '['.repeat(40), /nested more than 32 deep/],
    [
      'a key written twice',
      '{\n  "Version": "2012-10-17",\n  "Version": "2008-10-17"\n}',
      /p\.json:3:3: the key "Version" is written twice, first at 2:3/,
    ],
  ])('%s', (_, text, words) => {
    expect(faultOf(text)).toMatch(words);
  });

  test('more than S3 accepts is not read', () => {
    expect(faultOf(`"${'x'.repeat(21_000)}"`)).toMatch(/21002 bytes; a policy may hold 20480/);
  });
});

describe('a policy that S3 would refuse says what is wrong and what was meant', () => {
  test.each<[string, string, RegExp]>([
    ['no statement', '{"Version":"2012-10-17"}', /1:1: the policy has no Statement/],
    ['an element spelled wrong', whole('{"Effects":"Deny"}'), /holds "Effects".*did you mean Effect\?/],
    ['a version nobody knows', '{"Version":"2024-01-01","Statement":[]}', /write 2012-10-17/],
    ['an effect in lower case', whole('{"Effect":"deny"}'), /needs an Effect: Allow or Deny/],
    ['no action', whole('{"Effect":"Deny","Principal":"*","Resource":"*"}'), /needs an Action or NotAction/],
    ['both forms', deny(',"NotAction":"s3:Get*"'), /holds both Action and NotAction/],
    ['no principal', whole('{"Effect":"Deny","Action":"*","Resource":"*"}'), /needs a Principal/],
    [
      'an unknown operator',
      where('{"StringNotEqual":{"s3:x-amz-acl":"x"}}'),
      /did you mean StringNotEquals\?/,
    ],
    ['an operator of another language', where('{"Matches":{"s3:x-amz-acl":"x"}}'), /no condition operator/],
    ['Null with a suffix', where('{"NullIfExists":{"s3:x-amz-acl":"true"}}'), /Null takes no qualifier/],
    [
      'a key spelled nearly right',
      where('{"StringNotEquals":{"s3:x-amz-server-side-encription":"AES256"}}'),
      /no condition key of an S3 write; did you mean s3:x-amz-server-side-encryption\?/,
    ],
    ['no value', where('{"StringEquals":{"s3:x-amz-acl":[]}}'), /is compared with nothing/],
    ['an object as a value', where('{"StringEquals":{"s3:x-amz-acl":{}}}'), /not an object/],
    [
      'a truth that is none',
      where('{"Bool":{"aws:SecureTransport":"no"}}'),
      /"no" is neither true nor false/,
    ],
    ['a number that is none', where('{"NumericLessThan":{"s3:TlsVersion":"1,2"}}'), /"1,2" is no number/],
    ['a date that is none', where('{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}'), /is no date/],
    ['a range that is none', where('{"IpAddress":{"aws:SourceIp":"ten"}}'), /is no address/],
    [
      'one operator twice in two cases',
      where('{"StringEquals":{"s3:x-amz-acl":"a","S3:X-AMZ-ACL":"b"}}'),
      /join them/,
    ],
    [
      'a principal with a wildcard',
      deny('').replace('"*"', '{"AWS":"arn:aws:iam::111122223333:role/*"}'),
      /use ArnLike/,
    ],
    ['a principal that is a name', deny('').replace('"*"', '{"AWS":"ann"}'), /is no principal/],
    [
      'an unknown kind of principal',
      deny('').replace('"*"', '{"Services":"s3.amazonaws.com"}'),
      /did you mean Service\?/,
    ],
    ['a resource that is a name', deny('').replace('arn:aws:s3:::b/*', 'b/*'), /is no resource/],
  ])('%s', (_, text, words) => {
    expect(faultOf(text)).toMatch(words);
    expect(faultOf(text)).toMatch(/^INPUT_INVALID p\.json:\d+:\d+: /);
  });

  test('an SCP holds no principal, and an RCP only everybody', () => {
    expect(faultOf(deny(''), 'scp')).toMatch(/an SCP may not hold/);
    expect(faultOf(deny('').replace('"*"', '{"AWS":"111122223333"}'), 'rcp')).toMatch(/always "\*"/);
  });

  test('a key that AWS may have added is read', () => {
    expect(faultOf(where('{"StringEquals":{"s3:brand-new-thing":"x"}}'))).toBe('no fault');
  });
});

describe('what is read', () => {
  test('a single statement, its name and both kinds of template', () => {
    const { statements, variables } = read(deny(',"Sid":"One"').replace('[', '').replace(']}', '}'));
    expect({ variables, names: statements.map(({ name }) => name) }).toEqual({
      variables: true,
      names: ['One'],
    });
    expect(statements[0]?.resource.entries).toEqual([
      [{ kind: 'text', text: 'arn:aws:s3:::b/' }, { kind: 'run' }],
    ]);
  });

  test('a statement without a Sid is named by its place', () => {
    const one = '{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}';
    const { statements } = read(whole(`${one},${one}`));
    expect(statements.map(({ name }) => name)).toEqual(['statement 1', 'statement 2']);
  });

  test('variables of the newer language, with defaults and escapes', () => {
    const [statement] = read(
      where('{"StringLike":{"s3:x-amz-acl":"a${*}${aws:username, \'me\'}*"}}'),
    ).statements;
    expect(statement?.conditions[0]?.values[0]?.template).toEqual([
      { kind: 'text', text: 'a*' },
      { kind: 'variable', key: 'aws:username', fallback: 'me' },
      { kind: 'run' },
    ]);
  });
});

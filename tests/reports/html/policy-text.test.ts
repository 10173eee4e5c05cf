import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { absent, known } from '../../../lib/model/observed.ts';
import { indentJson, policyBlock } from '../../../reports/html/policy-text.ts';
import { denied } from '../fixture-names.ts';
import { all, textOf } from './tree.ts';

describe('a policy is indented', () => {
  test.each([
    ['an object', '{"a":1,"b":[]}', '{\n  "a": 1,\n  "b": []\n}'],
    ['nesting', '{"a":[{"b":true}]}', '{\n  "a": [\n    {\n      "b": true\n    }\n  ]\n}'],
    ['an empty object', '{}', '{}'],
    ['braces and escapes in a text', '{"a":"}{\\"]"}', '{\n  "a": "}{\\"]"\n}'],
    ['a member twice, as it is', '{"a":1,"a":2}', '{\n  "a": 1,\n  "a": 2\n}'],
    ['a number as it is spelled', '{"a":1.0e2}', '{\n  "a": 1.0e2\n}'],
    ['what is indented already', '{\n"a" : 1 }', '{\n  "a": 1\n}'],
    ['no JSON, left alone', 'Version: 2012', 'Version: 2012'],
    ['nothing', '', ''],
  ])('%s', (_, text, indented) => expect(indentJson(text)).toBe(indented));

  test('without changing what it says', () => {
    fc.assert(
      fc.property(fc.json(), (text) => expect(JSON.parse(indentJson(text))).toEqual(JSON.parse(text))),
    );
  });

  test('and depth from outside does not square its size', () => {
    const deep = '['.repeat(5000) + ']'.repeat(5000);
    expect(indentJson(deep).length).toBeLessThan(deep.length * 30);
  });
});

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'First', Effect: 'Deny', Condition: { Null: { 's3:x': 'true' } } },
    { Sid: 'Second', Effect: 'Allow' },
    { Effect: 'Deny', Sid: 'Third' },
  ],
});

describe('beside a proof', () => {
  const marked = (policy: string, statements: string[]) =>
    all(policyBlock(known(policy), statements), 'mark').map((mark) => textOf(mark).replace(/\s+/g, ' '));

  test.each([
    ['one statement', ['Second'], ['{ "Sid": "Second", "Effect": "Allow" },']],
    [
      'a statement with its conditions',
      ['First'],
      ['{ "Sid": "First", "Effect": "Deny", "Condition": { "Null": { "s3:x": "true" } } },'],
    ],
    [
      'statements side by side, each for itself',
      ['Second', 'Third'],
      ['{ "Sid": "Second", "Effect": "Allow" },', '{ "Effect": "Deny", "Sid": "Third" }'],
    ],
    ['none that it does not have', ['Fourth'], []],
    ['none by a part of its name', ['Fir'], []],
    ['none', [], []],
  ])('marks %s', (_, statements, expected) => expect(marked(POLICY, statements)).toEqual(expected));

  test('the text is whole, whatever is marked', () => {
    for (const statements of [[], ['First'], ['First', 'Third'], ['First', 'Second', 'Third']]) {
      const [block] = all(policyBlock(known(POLICY), statements), 'pre');
      expect(JSON.parse(textOf(block!))).toEqual(JSON.parse(POLICY));
    }
  });

  test.each([
    ['a policy that is not there', absent, 'This bucket has no policy.'],
    ['a policy that was not read', denied('s3:GetBucketPolicy'), 'ACCESS_DENIED'],
    ['a bucket without evidence', undefined, 'Not in this run.'],
  ])('%s is said to be so', (_, policy, words) => {
    expect(textOf(policyBlock(policy, ['First']))).toContain(words);
  });
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../lib/seal/canonical-json.ts';
import type { Json } from '../../lib/seal/canonical-json.ts';
import { reversedKeys } from '../reports/shuffle.ts';

describe('canonical JSON (RFC 8785)', () => {
  test.each<[string, Json, string]>([
    ['nothing', null, 'null'],
    ['members out of order', { b: 1, a: 2 }, '{"a":2,"b":1}'],
    [
      'members whose order differs by code unit and by code point',
      { '\uFB33': 1, '\u{1F600}': 2 },
      '{"\u{1F600}":2,"\uFB33":1}',
    ],
    [
      'the members of RFC 8785 §3.2.3',
      { '€': 1, '\r': 2, '1': 3, '\u0080': 4, ö: 5 },
      '{"\\r":2,"1":3,"\u0080":4,"ö":5,"€":1}',
    ],
    [
      'numbers as ECMAScript writes them',
      [1e21, 1e-7, -0, 0.1, Number('333333333.33333329'), 1e30, 4.5],
      '[1e+21,1e-7,0,0.1,333333333.3333333,1e+30,4.5]',
    ],
    ['only the escapes that are needed', '\u20ac$\u000F\nA\'B"\\/<', '"€$\\u000f\\nA\'B\\"\\\\/<"'],
    ['nested lists', [[], {}, [null, true]], '[[],{},[null,true]]'],
    ['a member named __proto__', JSON.parse('{"__proto__":1}') as Json, '{"__proto__":1}'],
  ])('%s', (_, value, text) => expect(canonicalJson(value)).toBe(text));

  test.each<[string, unknown]>([
    ['NaN', NaN],
    ['an infinity', [Infinity]],
    ['undefined', { a: undefined }],
    ['a lone surrogate', '\uD800'],
    ['a lone surrogate as a name', { '\uDC00': 1 }],
    ['nesting without end', Array.from({ length: 100 }).reduce<unknown>((inner) => [inner], 1)],
  ])('%s is refused', (_, value) => expect(() => canonicalJson(value as Json)).toThrow(TypeError));

  test('says the same value, in one form, whatever order members were made in', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const well = JSON.parse(JSON.stringify(value).toWellFormed()) as Json;
        fc.pre(JSON.stringify(well).isWellFormed() && !/\\ud[89a-f]/i.test(JSON.stringify(well)));
        const text = canonicalJson(well);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(well)));
        expect(canonicalJson(reversedKeys(well))).toBe(text);
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
      }),
    );
  });
});

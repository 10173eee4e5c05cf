import { describe, expect, test } from '@jest/globals';
import { edited, refused, told } from './packs.ts';

const REQUIREMENT_KEYS =
  'Allowed: id, title, data-class, severity, rationale, encryption, transport, decrypt, sampling, paths, controls';
const ENCRYPTION_KEYS = 'Allowed: allow, key, bucket-key, sse-c, client-side, unfinished-uploads';

/** What is done to the pack, and what is told about it: `line:column path: message`. */
const ROWS: [behaviour: string, search: string, replacement: string, expected: string[]][] = [
  [
    'a misspelt key is told once, with the key that was meant',
    'severity: high',
    'severty: high',
    [
      `10:5 requirements[0].severty: is not a key that belongs here; did you mean severity? ${REQUIREMENT_KEYS}`,
    ],
  ],
  [
    'another spelling of a key is recognised',
    'data-class: phi',
    'dataClass: phi',
    [
      `9:5 requirements[0].dataClass: is not a key that belongs here; did you mean data-class? ${REQUIREMENT_KEYS}`,
    ],
  ],
  [
    'a key in the wrong place is sent to the right one',
    'severity: high',
    'severity: high\n    manager: CUSTOMER',
    [
      `11:5 requirements[0].manager: is not a key that belongs here; it belongs in requirements[].encryption.key. ${REQUIREMENT_KEYS}`,
    ],
  ],
  [
    'a key that nothing knows is to be removed',
    'allow: [SSE-KMS]',
    'allow: [SSE-KMS]\n      colour: red',
    [`13:7 requirements[0].encryption.colour: is not a key that belongs here; remove it. ${ENCRYPTION_KEYS}`],
  ],
  [
    'a merge key has no meaning here',
    'severity: high',
    'severity: high\n    <<: { rationale: why }',
    [`11:5 requirements[0]["<<"]: is not a key that belongs here; remove it. ${REQUIREMENT_KEYS}`],
  ],
  [
    'a missing key is told where its map begins, with what to write',
    '    severity: high\n',
    '',
    ['7:5 requirements[0]: severity is missing; add severity: high'],
  ],
  [
    'a waiver without an approver is an error',
    '    approver: Security officer\n',
    '',
    ['14:5 waivers[0]: approver is missing; add approver: who accepted the risk'],
  ],
  [
    'a waiver with a blank approver is an error',
    'Security officer',
    '" "',
    ['18:15 waivers[0].approver: " " is blank; write something'],
  ],
  [
    'a key written twice',
    'severity: high',
    'severity: high\n    severity: low',
    ['11:5 requirements[0].severity: is written twice, first on line 10; keep one'],
  ],
  [
    'a key without a value',
    'allow: [SSE-KMS]',
    'allow:',
    ['12:13 requirements[0].encryption.allow: has no value; write allow: [SSE-KMS, DSSE-KMS]'],
  ],
  [
    'an optional key without a value',
    'severity: high',
    'severity: high\n    controls:',
    ['11:14 requirements[0].controls: has no value; write one, or remove the key'],
  ],
  [
    'text where a list belongs',
    '[SSE-KMS]',
    'SSE-KMS',
    ['12:14 requirements[0].encryption.allow: is not a list; put it in brackets: ["SSE-KMS"]'],
  ],
  [
    'a map where a list belongs',
    '[SSE-KMS]',
    '{ SSE-KMS: true }',
    ['12:14 requirements[0].encryption.allow: is a map where a list belongs; begin each entry with "- "'],
  ],
  [
    'a list where a map belongs',
    'severity: high',
    'severity: high\n    controls: [hipaa]',
    ['11:15 requirements[0].controls: is a list where a map of "key: value" lines belongs'],
  ],
  [
    'a map where text belongs',
    'PHI is sealed',
    '{ en: PHI }',
    ['8:12 requirements[0].title: is a map where text belongs'],
  ],
  [
    'an empty list that is required',
    '[SSE-KMS]',
    '[]',
    ['12:14 requirements[0].encryption.allow: is empty; list at least one'],
  ],
  [
    'an empty list that is optional',
    'severity: high',
    'severity: high\n    paths: []',
    ['11:12 requirements[0].paths: is empty; list at least one, or remove the key'],
  ],
  [
    'an entry listed twice',
    '[SSE-KMS]',
    '[SSE-KMS, SSE-KMS]',
    ['12:24 requirements[0].encryption.allow[1]: "SSE-KMS" is listed twice; remove one'],
  ],
  [
    'a matcher of a kind that does not exist',
    'bucket-tag:',
    'bucket-tags:',
    [
      '5:9 data-classes.phi.any[0].bucket-tags: is not a key that belongs here; did you mean bucket-tag? Allowed: bucket-tag, bucket-name, key-prefix',
    ],
  ],
  [
    'a matcher with two conditions',
    '[phi] }',
    '[phi] }\n        key-prefix: phi/',
    ['5:9 data-classes.phi.any[0]: holds 2 conditions; give each its own "- ", as any of them is enough'],
  ],
  [
    'a matcher with none',
    'bucket-tag: { data-class: [phi] }',
    '{}',
    ['5:9 data-classes.phi.any[0]: is empty; write bucket-tag, bucket-name or key-prefix'],
  ],
  [
    'a bucket tag with two keys',
    '[phi] }',
    '[phi], env: prod }',
    [
      '5:21 data-classes.phi.any[0].bucket-tag: holds 2 tag keys; write exactly one, and another bucket-tag for another key',
    ],
  ],
  [
    'a key that is not text',
    'severity: high',
    'severity: high\n    ? [a]\n    : b',
    ['11:7 requirements[0]: has a key that is not plain text; write keys as words'],
  ],
  [
    'a key that would reach into the prototype',
    'severity: high',
    'severity: high\n    __proto__: { rationale: why }',
    ['11:5 requirements[0]: has a key that is not plain text; write keys as words'],
  ],
];

describe('a pack of the wrong shape is refused with place and fix', () => {
  test.each(ROWS)('%s', (_, search, replacement, expected) => {
    const text = edited(search, replacement);
    expect(told(text)).toEqual(expected);
    expect(refused(text)).toBe(true);
  });

  test.each([
    ['nothing at all', '', '1:1: is empty; a rule pack begins with "pack: <name>"'],
    ['comments alone', '# later\n', '1:1: is empty; a rule pack begins with "pack: <name>"'],
    ['a word', 'hello', '1:1: is "hello" where a map of "key: value" lines belongs'],
    ['a list', '- pack: p', '1:1: is a list where a map of "key: value" lines belongs'],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual([expected]);
  });

  test('every required key is missed with an example of it', () => {
    expect(told('description: x')).toEqual([
      '1:1: data-classes is missing; add data-classes: { phi: { any: [{ bucket-name: "*-phi-*" }] } }',
      '1:1: pack is missing; add pack: hipaa',
      '1:1: requirements is missing; add requirements: [{ id: …, title: …, data-class: …, severity: …, encryption: … }]',
    ]);
    for (const text of [
      edited('- id: sealed\n    title', '- rationale'),
      edited('requirement: sealed', 'checks: [keys]'),
    ]) {
      for (const line of told(text)) expect(line).not.toContain('…');
    }
  });

  test('all problems come at once, in reading order', () => {
    const text = edited('severity: high', 'severity: hihg')
      .replace('[SSE-KMS]', '[SSE-KSM]')
      .replace('data-class: phi\n', 'data-class: pih\n')
      .replace('requirement: sealed', 'requirement: seeled')
      .replace('pack: p', 'pack: P')
      .replace('expires: 2026-12-31', 'expires: 2025-12-31');
    expect(told(text)).toEqual([
      '1:7 pack: "P" is not an id: lower-case letters, digits, dots and hyphens, at most 64; write p',
      '9:17 requirements[0].data-class: "pih" is not a data class of this pack; did you mean phi? Defined: phi',
      '10:15 requirements[0].severity: "hihg" is not a severity; did you mean high? Allowed: critical, high, medium, low, informational',
      '12:15 requirements[0].encryption.allow[0]: "SSE-KSM" is not an encryption type; did you mean SSE-KMS? Allowed: SSE-S3, SSE-KMS, DSSE-KMS, SSE-C',
      '14:18 waivers[0].requirement: "seeled" is not a requirement of this pack; did you mean sealed? Defined: sealed',
      '20:14 waivers[0].expires: "2025-12-31" is before the day of approval, 2026-01-01; write a later day',
    ]);
  });
});

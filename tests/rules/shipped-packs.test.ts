import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { parse } from 'yaml';
import { FRAMEWORKS } from '../../lib/rules/frameworks.ts';
import { rulePackJsonSchema } from '../../lib/rules/json-schema.ts';
import { parseRulePack, parseRulePacks } from '../../lib/rules/parse.ts';
import type { RulePackFile } from '../../lib/rules/parse.ts';
import { formatProblems } from '../../lib/rules/problems.ts';
import { PACK, TODAY } from './packs.ts';

const rules = new URL('../../rules/', import.meta.url);
const read = (file: string): RulePackFile => {
  const text = readFileSync(new URL(file, rules), 'utf8');
  return { file, text, digest: createHash('sha256').update(text).digest('hex') };
};
const SHIPPED = readdirSync(rules).filter((name) => name.endsWith('.yml'));
const EXAMPLES = readdirSync(new URL('examples/', rules)).map((name) => `examples/${name}`);
const schema = JSON.parse(
  readFileSync(new URL('rule-pack.schema.json', rules), 'utf8'),
) as z.core.JSONSchema.JSONSchema;

/** The controls that encryption at rest, its enforcement, TLS, keys and decrypts speak to, as each framework writes them. */
const CONTROLS: Readonly<Record<string, string>> = {
  'nist-800-53':
    'SC-28 SC-28(1) SC-28(3) SC-13 SC-12 SC-12(2) CM-6 AC-3 AC-6 AC-6(3) AC-6(9) SC-8 SC-8(1) SC-23 AC-17(2) AU-2 AU-3 AU-6 AU-10 AU-12',
  'pci-4.0.1': '3.5.1 3.6.1 3.7.4 3.7.5 4.2.1 7.2.1 10.2.1 10.4.1',
  hipaa: '164.312(a)(1) 164.312(a)(2)(iv) 164.312(b) 164.308(a)(1)(ii)(D) 164.312(e)(1) 164.312(e)(2)(ii)',
  'cis-aws': '3.1.1 4.6',
  'cis-aws-v5': '2.1.1 3.6',
  'aws-fsbp': 'S3.5 S3.17 KMS.3 KMS.4',
  'soc-2': 'CC6.1 CC6.3 CC6.7 CC7.2',
  'iso-27001': 'A.8.24 A.8.15 A.8.16',
};

test('every framework is known by an example of its own spelling', () => {
  for (const { control, example } of Object.values(FRAMEWORKS)) expect(example).toMatch(control);
  for (const [framework, ids] of Object.entries(CONTROLS)) {
    for (const id of ids.split(' ')) expect(id).toMatch(FRAMEWORKS[framework]!.control);
  }
});

test('the packs of the documentation are shipped', () => {
  expect(SHIPPED).toEqual(['baseline.yml', 'hipaa.yml', 'pci.yml', 'pii.yml']);
  expect(EXAMPLES).toEqual(['examples/northwind.yml']);
});

describe.each(SHIPPED)('%s', (file) => {
  const parsed = parseRulePack({ ...read(file), today: TODAY });
  const pack = parsed.ok ? parsed.pack : null;

  test('loads without problems or warnings', () => {
    expect(formatProblems(parsed.ok ? parsed.warnings : parsed.problems)).toBe('');
    expect(pack?.pack).toBe(file.replace('.yml', ''));
  });

  test('names no account and no exception, so that it can be copied as it is', () => {
    expect(JSON.stringify(pack)).not.toMatch(/\d{12}/);
    expect(pack?.waivers).toEqual([]);
  });

  test('asks for a customer managed key that rotates wherever it asks for a key', () => {
    for (const { encryption } of pack?.requirements ?? []) {
      if (encryption.key !== null)
        expect(encryption.key).toMatchObject({ manager: 'CUSTOMER', rotation: 'required' });
    }
    expect(
      file === 'baseline.yml' || pack?.requirements.some(({ encryption }) => encryption.key !== null),
    ).toBe(true);
  });

  test('names only controls that speak to what the tool checks', () => {
    for (const { controls } of pack?.requirements ?? []) {
      expect(Object.keys(controls)).not.toEqual([]);
      for (const [framework, ids] of Object.entries(controls)) {
        expect({ framework, ids: ids.filter((id) => !CONTROLS[framework]?.split(' ').includes(id)) }).toEqual(
          { framework, ids: [] },
        );
      }
    }
  });
});

test('the shipped packs and the example run together', () => {
  const parsed = parseRulePacks([...SHIPPED, ...EXAMPLES].map(read), TODAY);
  expect(parsed.ok && parsed.packs.map(({ pack }) => pack)).toEqual([
    'baseline',
    'hipaa',
    'pci',
    'pii',
    'northwind',
  ]);
});

test('the example shows a waiver in force and a lapsed one, which is its only warning', () => {
  const parsed = parseRulePack({ ...read('examples/northwind.yml'), today: TODAY });
  expect(parsed.ok && parsed.warnings.map(({ path, message }) => `${path} ${message.slice(0, 21)}`)).toEqual([
    'waivers[1].expires expired on 2026-03-31',
  ]);
});

describe('the JSON Schema for editors', () => {
  // To renew it: node -e 'import("./lib/rules/json-schema.ts").then((m) => process.stdout.write(m.rulePackJsonSchema()))'
  // > rules/rule-pack.schema.json && npx prettier --write rules/rule-pack.schema.json
  test('is current', () => {
    expect(schema).toEqual(JSON.parse(rulePackJsonSchema()));
  });

  const validator = z.fromJSONSchema(schema);
  test.each([...SHIPPED, ...EXAMPLES])('accepts %s, which refers to it', (file) => {
    const { text } = read(file);
    const up = file.includes('/') ? '../' : '';
    expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${up}rule-pack.schema.json`);
    expect(validator.safeParse(parse(text)).error?.issues).toBeUndefined();
  });

  test.each([
    ['severity: high', 'severity: big'],
    ['severity: high', 'severty: high'],
    ['[SSE-KMS]', '[SSE-KSM]'],
    ['    title: PHI is sealed\n', ''],
    ['pack: p', 'pack: P'],
    ['[phi] }', '[phi], env: prod }'],
  ])('refuses %j replaced by %j', (search, replacement) => {
    expect(validator.safeParse(parse(PACK)).success).toBe(true);
    expect(validator.safeParse(parse(PACK.replace(search, replacement))).success).toBe(false);
  });
});

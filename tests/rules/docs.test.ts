import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { FRAMEWORKS } from '../../lib/rules/frameworks.ts';
import { rulePackJsonSchema } from '../../lib/rules/json-schema.ts';
import { told } from './packs.ts';

const doc = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
const [example] = [...doc.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml]) => yaml!);

/** Every key and every word that a schema knows, wherever it stands. */
function vocabulary(schema: unknown): { keys: string[]; words: string[] } {
  if (typeof schema !== 'object' || schema === null) return { keys: [], words: [] };
  const { properties = {}, enum: words = [] } = schema as { properties?: object; enum?: string[] };
  const inner = Object.values(schema).map(vocabulary);
  return {
    keys: [...Object.keys(properties), ...inner.flatMap(({ keys }) => keys)],
    words: [...words, ...inner.flatMap((part) => part.words)],
  };
}
const { keys, words } = vocabulary(JSON.parse(rulePackJsonSchema()));

describe('the reference of rule packs', () => {
  test('begins with a pack that loads without problems or warnings', () => {
    expect(told(example!)).toEqual([]);
  });

  test('explains every key', () => {
    expect(keys).toEqual(expect.arrayContaining(['pack', 'unfinished-uploads', 'max-days', 'compensating']));
    for (const key of keys) expect(doc).toContain(`\`${key}\``);
  });

  test('names every word that a pack may hold', () => {
    expect(words).toEqual(
      expect.arrayContaining(['DSSE-KMS', 'informational', 'replicate', '1.3', 'opened']),
    );
    for (const word of words) expect(doc).toMatch(new RegExp(`[\`"\\[ ]${word}[\`"\\]:, ]`));
  });

  test('lists every framework', () => {
    for (const id of Object.keys(FRAMEWORKS)) expect(doc).toContain(`\`${id}\``);
  });
});

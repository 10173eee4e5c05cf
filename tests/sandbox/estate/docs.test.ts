import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { LIMITS } from '../../../lib/sandbox/estate/limits.ts';
import { estateSchema } from '../../../lib/sandbox/estate/schema.ts';
import { told } from './small.ts';

const doc = readFileSync(new URL('../../../docs/estate.md', import.meta.url), 'utf8');
const [example = ''] = [...doc.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml = '']) => yaml);

test('the guide to estate files begins with an estate that loads', () => {
  expect(example).toContain('buckets:');
  expect(told(example)).toEqual([]);
});

test('it names every part of an estate, and its limits', () => {
  for (const part of Object.keys(estateSchema.shape))
    expect(doc).toMatch(new RegExp(`\`${part}\`|^${part}:`, 'm'));
  for (const limit of [LIMITS.buckets, LIMITS.versions, LIMITS.events]) {
    expect(doc).toContain(limit.toLocaleString('en'));
  }
  expect(doc).toContain(`${LIMITS.text / 1024} KiB`);
});

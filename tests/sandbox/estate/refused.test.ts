import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LIMITS } from '../../../lib/sandbox/estate/limits.ts';
import { loadEstate } from '../../../lib/sandbox/estate/load.ts';
import { EstateError } from '../../../lib/sandbox/estate/source.ts';
import { createState } from '../../../lib/sandbox/state.ts';
import { edited, SMALL, told } from './small.ts';

test('the small estate itself is accepted', () => {
  expect(told(SMALL)).toEqual([]);
});

describe('text that is no YAML is told with its line:', () => {
  test.each([
    ['a key written twice', edited(['seed: 1', 'seed: 1\nseed: 2']), 'line 3: the key seed is written twice'],
    ['a tab that indents', edited(['  app: {', '\tapp: {']), /^line 6: /],
    ['a bracket that is not closed', edited(['policy: [tls]', 'policy: [tls']), /^line \d+: /],
    ['a second document', `${SMALL}---\n{}\n`, /^line \d+: Source contains multiple documents/],
    ['a tag that means nothing', edited(['seed: 1', 'seed: !js 1']), /^line 2: Unresolved tag/],
    [
      'an alias',
      edited(['seed: 1', 'seed: &one 1\nx: *one']),
      'line 3: write it out: an estate has no aliases',
    ],
    [
      'an alias of what it is in',
      edited(['tls: { Effect: Deny', 'tls: &t { Effect: *t']),
      /^line 19: write it out/,
    ],
    [
      'an alias without its anchor',
      edited(['seed: 1', 'seed: *one']),
      'line 2: write it out: an estate has no aliases',
    ],
    ['a key that is no text', edited(['seed: 1', 'seed: 1\n? [a]\n: 1']), 'line 3: a key must be text'],
  ])('%s', (_behaviour, text, problem) => {
    expect(told(text)[0]).toEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem));
  });

  test.each([
    ['nothing', ''],
    ['a list', '[]'],
    ['a comment', '# nothing here'],
  ])('%s is no estate', (_what, text) => {
    expect(told(text)).not.toEqual([]);
  });
});

test('every problem of a kind is told at once, in the order of the file', () => {
  const text = edited(
    ['seed: 1', 'seed: one'],
    ['versioning: Enabled', 'versioning: On'],
    ['count: 2, when', 'when'],
  );
  expect(told(text).map((problem) => problem.replace(/:.*/, ''))).toEqual([
    'line 2, seed',
    'line 23, buckets.first.versioning',
  ]);
});

test('the error names the file, and nothing of a refused estate gets into the sandbox', () => {
  const state = createState();
  const before = JSON.stringify(state);
  const load = (): void => loadEstate(state, edited(['policy: [tls]', 'policy: [ssl]']), 'my.yaml');
  expect(load).toThrow(EstateError);
  expect(load).toThrow(/^my\.yaml is not an estate:\n {2}line 25, buckets\.first\.policy\.0: /);
  expect(JSON.stringify(state)).toBe(before);
});

describe('what is too much is refused before it costs anything:', () => {
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const groups = (count: number, each: number): string =>
    Array.from(
      { length: count },
      (_, i) => `      - { keys: 'g${i}/{n}', count: ${each}, written: 2024-02-01, seal: plain }`,
    ).join('\n');
  const many = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n');

  test.each([
    [
      'a file of megabytes',
      `${SMALL}${'# '.repeat(LIMITS.text / 2)}`,
      /^it has \d+ characters; an estate has 524288 at most$/,
    ],
    [
      'nesting without end',
      `${SMALL}roles: ${nested(50_000)}`,
      /^line 49: is nested too deeply; .* 16 levels$/,
    ],
    [
      'more levels than there are',
      `${SMALL}roles: ${nested(100)}`,
      /^line 49: is nested too deeply; .* 16 levels$/,
    ],
    [
      'more objects than a bucket can be asked for',
      edited(['count: 3', `count: ${LIMITS.versions + 1}`]),
      /buckets\.first\.objects\.0\.count: Too big: expected number to be <=100000/,
    ],
    [
      'groups that add up to more',
      edited(['    objects:\n', `    objects:\n${groups(3, 50_000)}\n`]),
      /^line 21, buckets: 150005 versions of objects in all; an estate has at most 100000$/,
    ],
    [
      'versions that add up to more',
      edited([
        'count: 3, written: 2024-02-01 .. 2024-03-01, seal: kms }',
        `count: 80000, written: 2024-02-01 .. 2024-03-01, seal: kms, older: [{ written: 2024-01-20, seal: kms }] }`,
      ]),
      /160002 versions of objects in all/,
    ],
    ['uploads without end', edited(['count: 2, seal: kms', 'count: 99999, seal: kms']), /Too big/],
    ['events without end', edited(['count: 2, when', 'count: 99999, when']), /Too big/],
    [
      'lines of events without end',
      edited([
        'organization:\n',
        `${many(1001, () => '  - { by: app, key: own, when: -1d }')}\norganization:\n`,
      ]),
      /events: Too big: expected array to have <=1000 items/,
    ],
    [
      'buckets without end',
      edited([
        '  second:',
        `${many(500, (i) => `  b-${i}: { created: 2020-01-01, default: { algorithm: AES256 } }`)}\n  second:`,
      ]),
      /buckets: an estate has at most 500 buckets/,
    ],
    [
      'a statement longer than a policy can be',
      edited(["Action: 's3:*'", `Action: ${'x'.repeat(20_000)}`]),
      /statements\.tls: a statement has at most 20000 characters/,
    ],
    [
      'a policy of one statement over and over',
      edited(['policy: [tls]', `policy: [${Array.from({ length: 51 }, () => 'tls').join(', ')}]`]),
      /buckets\.first\.policy: Too big/,
    ],
  ])('%s', (_what, text, problem) => {
    expect(told(text)).toEqual([expect.stringMatching(problem)]);
  });

  test('a billion laughs', () => {
    const line = (i: number): string =>
      `l${i}: &l${i} [${Array.from({ length: 9 }, () => (i === 0 ? 'ha' : `*l${i - 1}`)).join(', ')}]`;
    expect(told(`${SMALL}${many(9, line)}`)).toContain('line 50: write it out: an estate has no aliases');
  });

  test('problems without end are told as the first fifty and a number', () => {
    const problems = told(edited(['seed: 1', `seed: 1\n${many(80, (i) => `x${i}: 1`)}`]));
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toBe('and 30 more');
  });

  test('a long name is cut, and what would move the cursor is spelled out', () => {
    const [problem = ''] = told(edited(['seed: 1', `seed: 1\n"\\e[2J${'x'.repeat(1000)}": 1`]));
    expect(problem).toContain('\\u{1b}[2J');
    expect(problem).not.toContain('\u001b');
    expect(problem.length).toBeLessThan(700);
  });
});

test('whatever the text, the answer is an estate or an EstateError', () => {
  const lines = SMALL.split('\n');
  fc.assert(
    fc.property(
      fc.nat(lines.length - 1),
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom('', '{', '- *x', '<<: {}', '__proto__: 1'),
      ),
      (at, line) => {
        told(lines.toSpliced(at, 1, line).join('\n'));
      },
    ),
    { numRuns: 150 },
  );
});

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { formatProblems } from '../../lib/rules/problems.ts';
import { parseRulePack } from '../../lib/rules/parse.ts';
import { PACK, TODAY } from './packs.ts';

/** A pack, or at least one problem, each with a place inside the text; never an exception, never raw controls. */
function isTold(text: string): void {
  const parsed = parseRulePack({ file: 'f', text, digest: 'd', today: TODAY });
  const told = parsed.ok ? parsed.warnings : parsed.problems;
  if (!parsed.ok) expect(told.length).toBeGreaterThan(0);
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (const { file, line, column, message } of told) {
    expect(file).toBe('f');
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    expect(message).not.toBe('');
  }
  const sorted = told.toSorted((a, b) => a.line - b.line || a.column - b.column);
  expect(told.map(({ line, column }) => [line, column])).toEqual(
    sorted.map(({ line, column }) => [line, column]),
  );
  expect(formatProblems(told)).not.toMatch(/[^\P{C}\n]/u);
}

const WORDS = [
  ...new Set(PACK.split(/[\s,[\]{}]+/).filter((word) => word !== '')),
  ...[
    'key:',
    'arns:',
    '"*"',
    '*a',
    '&a',
    '!x',
    '|',
    '>',
    '? ',
    '- ',
    ': ',
    '#',
    '"',
    "'",
    '\t',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    'null',
    '1.2',
    '__proto__:',
    '<<:',
    '\u0000',
    '\u202e',
    '\ud800',
    '\ufeff',
    '---',
    '%YAML 1.1',
    '2026-02-30',
  ],
];

describe('whatever the text', () => {
  test('any characters are told about', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), isTold), { numRuns: 500 });
  });

  test('any sequence of the words of packs is told about', () => {
    const soup = fc.array(
      fc.tuple(fc.constantFrom(...WORDS), fc.constantFrom('', ' ', '\n', '\n  ', '\n    ', ', ')),
    );
    fc.assert(
      fc.property(soup, (parts) => isTold(parts.map((part) => part.join('')).join(''))),
      { numRuns: 500 },
    );
  });

  test('a valid pack with any passage cut or put in is told about', () => {
    const edit = fc.tuple(fc.nat(PACK.length), fc.nat(12), fc.constantFrom('', ...WORDS));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        isTold(
          edits.reduce((text, [at, cut, word]) => text.slice(0, at) + word + text.slice(at + cut), PACK),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('any data in the places of a pack is told about', () => {
    const keys = [...PACK.matchAll(/([\w-]+):/g)].map(([, key]) => key!);
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...WORDS),
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(value, (data) => isTold(stringify(data))),
      { numRuns: 500 },
    );
  });
});

describe('a pack made of valid parts', () => {
  const id = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);
  const text = fc.string({ minLength: 1, maxLength: 40 }).filter((some) => some.trim() !== '');
  const matcher = fc.oneof(
    fc.record({ 'bucket-name': fc.stringMatching(/^[a-z0-9*?.-]{1,20}$/) }),
    fc.record({ 'key-prefix': fc.stringMatching(/^[a-zA-Z0-9_=.-][a-zA-Z0-9/_=.-]{0,20}$/) }),
    fc.tuple(text, fc.array(text, { minLength: 1, maxLength: 3 })).map(([key, values]) => ({
      'bucket-tag': { [key]: [...new Set(values)] },
    })),
  );
  const made = fc.record({
    pack: id,
    classes: fc.uniqueArray(id, { minLength: 1, maxLength: 4 }),
    matchers: fc.array(matcher, { minLength: 1, maxLength: 4 }),
    title: text,
    allow: fc.uniqueArray(fc.constantFrom('SSE-S3', 'SSE-KMS', 'DSSE-KMS', 'SSE-C'), { minLength: 1 }),
    severity: fc.constantFrom('critical', 'high', 'medium', 'low', 'informational'),
  });

  test('is read back as it was written', () => {
    fc.assert(
      fc.property(made, ({ pack, classes, matchers, title, allow, severity }) => {
        const requirements = classes.map((name, index) => ({
          ...{ id: `r${index}`, title, 'data-class': name, severity, encryption: { allow } },
        }));
        const classMap = Object.fromEntries(classes.map((name) => [name, { any: matchers }]));
        const yaml = stringify(
          { pack, 'data-classes': classMap, requirements },
          { defaultStringType: 'QUOTE_DOUBLE' },
        );
        const parsed = parseRulePack({ file: 'f', text: yaml, digest: 'd', today: TODAY });
        if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
        expect(parsed.pack.dataClasses.map((one) => one.id).sort()).toEqual(
          classes.map((name) => `${pack}/${name}`).sort(),
        );
        for (const { any } of parsed.pack.dataClasses) expect(any).toHaveLength(matchers.length);
        parsed.pack.requirements.forEach((requirement, index) => {
          expect(requirement).toMatchObject({
            id: `r${index}`,
            pack,
            title: title.trim(),
            severity,
            encryption: { allow },
          });
          expect(requirement.dataClass).toBe(`${pack}/${classes[index]!}`);
        });
      }),
      { numRuns: 200 },
    );
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { unknown } from '../../lib/model/observed.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { findingsJson } from '../../reports/findings-json.ts';
import { assessment } from './fixture.ts';
import { runs, secondRun } from './fixture-history.ts';
import { validatorOf } from './validate.ts';

const FILE = 'reports/findings.schema.json';
const validate = validatorOf(FILE);
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
const read = (from: Assessment) => JSON.parse(findingsJson(from)) as Json;

/** Members whose names are data: any may be missing. */
const MAPS = [
  'controls',
  'excluded',
  'notAssessable',
  'headers',
  'context',
  'storedAs',
  'openSince',
  'proofs',
  'requests',
];
const OPTIONAL = ['history', 'report', 'spent'];

/** Every place in a document: its path, and the object or list that holds it. */
function* places(
  value: Json,
  path: string[] = [],
): Generator<{ path: string[]; holder: Json; name: string }> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    yield { path: [...path, name], holder: value, name };
    yield* places(member, [...path, name]);
  }
}

/** The path without which element of a list it is: places that the schema describes together. */
const kindOf = (path: readonly string[]): string =>
  path.map((name) => (/^\d+$/.test(name) ? '*' : name)).join('.');

/** One change at a time, undone afterwards. */
function withChange(holder: Json, name: string, value: Json | undefined, look: () => void): void {
  const object = holder as Record<string, Json>;
  const before = object[name]!;
  if (value === undefined) Reflect.deleteProperty(object, name);
  else object[name] = value;
  try {
    look();
  } finally {
    object[name] = before;
  }
}

/** The first place of each kind in a run that has everything. */
const document = read(secondRun);
const kinds = new Map([...places(document)].reverse().map((place) => [kindOf(place.path), place]));
const isData = (path: readonly string[]) => path.some((_, i) => i > 0 && MAPS.includes(path[i - 1]!));

describe('the schema of findings.json', () => {
  test.each([
    ...runs,
    [
      'a run whose predecessor could not be read',
      {
        ...secondRun,
        history: {
          ...secondRun.history!,
          counts: null,
          baseline: unknown({ code: 'MALFORMED', operation: 's3:GetObject', message: 'damaged' }),
        },
      } satisfies Assessment,
    ] as const,
    [
      'a run with a report bucket written in a way of its own',
      {
        ...assessment,
        run: {
          ...assessment.run,
          configuration: {
            ...assessment.run.configuration,
            report: { kmsKey: 'alias/reports', lockDays: 400 },
          },
        },
      } satisfies Assessment,
    ] as const,
  ])('%s is valid', (_, run) => expect(validate(read(run))).toEqual([]));

  test('every member that is always there is required', () => {
    expect(kinds.size).toBeGreaterThan(100);
    const missed: string[] = [];
    for (const [kind, { path, holder, name }] of kinds) {
      if (Array.isArray(holder) || isData(path) || OPTIONAL.includes(name)) continue;
      withChange(holder, name, undefined, () => {
        if (validate(document).length === 0) missed.push(kind);
      });
    }
    expect(missed).toEqual([]);
  });

  test('no member may be of another type', () => {
    const missed: string[] = [];
    for (const [kind, { holder, name }] of kinds) {
      withChange(holder, name, [[{ not: 'this' }]], () => {
        if (validate(document).length === 0) missed.push(kind);
      });
    }
    expect(missed).toEqual([]);
  });

  test('every member that a run writes is described', () => {
    const described = new Set<string>();
    const walk = (schema: Json): void => {
      if (typeof schema !== 'object' || schema === null) return;
      if (!Array.isArray(schema))
        Object.keys(schema['properties'] ?? {}).forEach((name) => described.add(name));
      Object.values(schema).forEach(walk);
    };
    walk(JSON.parse(readFileSync(FILE, 'utf8')) as Json);
    const written = [...kinds.values()]
      .filter(({ path, holder }) => !Array.isArray(holder) && !isData(path))
      .map(({ name }) => name);
    expect([...new Set(written)].filter((name) => !described.has(name))).toEqual([]);
  });

  test.each<[string, (value: Record<string, Json>) => void]>([
    ['a status that there is not', (finding) => (finding['status'] = 'PASS')],
    ['a check that there is not', (finding) => (finding['check'] = 'guessed')],
    ['a waiver without an approver', (finding) => (finding['waiver'] = { state: 'active' })],
    ['a proof without assumptions', (finding) => (finding['proofs'] = { put: { verdict: 'proved' } })],
    [
      'a negative count',
      (finding) =>
        (finding['counts'] = { compliant: -1, nonCompliant: 0, undetermined: 0, bytesNonCompliant: 0 }),
    ],
  ])('%s is refused', (_, change) => {
    const copy = read(assessment) as { findings: Record<string, Json>[] };
    change(copy.findings[0]!);
    expect(validate(copy)).not.toEqual([]);
  });

  test('members may be added within a version', () => {
    const copy = read(assessment) as { findings: Record<string, Json>[] };
    copy.findings[0]!['colour'] = 'red';
    expect(validate({ ...copy, more: true })).toEqual([]);
  });
});

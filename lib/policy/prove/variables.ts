import type { Condition, PolicyDocument, Statement, Template } from '../document.ts';
import { isKnownKey, termsOfKey } from '../keys/catalogue.ts';
import { SSE, SSE_C, SSE_KEY_ID } from '../keys/s3-keys.ts';
import { parsePolicy } from '../parse/document.ts';
import type { Budget } from '../search/budget.ts';
import { cellsOf } from '../search/cells.ts';
import { hasVariable, literal, patternOf } from '../search/pattern.ts';
import { addAtom, draft, fromShapes } from '../space/builder.ts';
import { CALLER_TRACKS } from '../space/caller-shapes.ts';
import { anyAccount, free, shape, TEXT } from '../space/shapes.ts';

/** More combinations than this are not tried: the answer is then what it is without knowing the values. */
const MOST_COMBINATIONS = 96;
const MOST_VALUES = 24;

/** The documents with every variable settled: each value it is tried with is pinned by statements of their own. */
export type Instance = readonly PolicyDocument[];

/**
 * Ways of settling the variables of some documents. Whether two values are equal depends on nothing but the joint
 * cell they lie in, so where every variable stands for a whole value one representative of each cell is enough:
 * `exact` says that the list is.
 */
export type Instances = { readonly list: readonly Instance[]; readonly exact: boolean };

export function instancesOf(documents: readonly PolicyDocument[], budget: Budget): Instances {
  const statements = documents.flatMap((document) => document.statements);
  const names = [...new Set(statements.flatMap(variablesIn))];
  if (names.length === 0) return { list: [], exact: false };
  const choices = names.map((name) => [null, ...valuesOf(name, statements, budget)]);
  const size = choices.reduce((product, { length }) => product * length, 1);
  const exact =
    size <= MOST_COMBINATIONS &&
    choices.every(({ length }) => length <= MOST_VALUES) &&
    statements.every((statement) => isExact(statement));
  const list: Instance[] = [];
  for (let index = 0; index < Math.min(size, MOST_COMBINATIONS); index += 1) {
    let rest = index;
    const values = new Map<string, string | null>();
    choices.forEach((choice, position) => {
      values.set(names[position] ?? '', choice[rest % choice.length] ?? null);
      rest = Math.floor(rest / choice.length);
    });
    list.push(settle(documents, values));
  }
  return { list, exact };
}

const templatesOf = (statement: Statement): readonly Template[] => [
  ...statement.resource.entries,
  ...statement.conditions.flatMap(({ values }) => values.map(({ template }) => template)),
];

const variablesIn = (statement: Statement): readonly string[] =>
  statement.effect === 'Deny'
    ? templatesOf(statement).flatMap((template) =>
        template.flatMap((part) => (part.kind === 'variable' && isKnownKey(part.key) ? [part.key] : [])),
      )
    : [];

/** Only whole values compared as they stand, between keys that are free of each other and of their callers' ARNs. */
function isExact(statement: Statement): boolean {
  if (statement.resource.entries.some(hasVariable)) return false;
  return statement.conditions.every((condition) =>
    condition.values.every(({ template }) => !hasVariable(template) || isRelation(condition, template)),
  );
}

function isRelation({ operator, keyId, quantifier }: Condition, template: Template): boolean {
  const [part, ...more] = template;
  if (part?.kind !== 'variable' || more.length > 0 || quantifier !== null) return false;
  const plain = operator.family === 'string' && !operator.wildcards && !operator.ignoreCase;
  return plain && part.key !== keyId && isFree(keyId) && isFree(part.key);
}

/** A text that depends on no other key. */
function isFree(keyId: string): boolean {
  const terms = termsOfKey(keyId);
  if (terms === null || terms.multi || keyId === SSE_KEY_ID) return false;
  return terms.type === 'string' && !(CALLER_TRACKS as readonly string[]).includes(keyId);
}

/** One representative of every joint cell of a variable and of the keys that are compared with it. */
function valuesOf(name: string, statements: readonly Statement[], budget: Budget): readonly string[] {
  const conditions = statements.flatMap((statement) => statement.conditions);
  const partners = conditions.filter(({ values }) =>
    values.some(({ template }) => template.some((part) => part.kind === 'variable' && part.key === name)),
  );
  const keys = [name, ...partners.map(({ keyId }) => keyId)];
  const joint = draft('joint', ['value']);
  const ask = (pattern: ReturnType<typeof patternOf>): void => {
    if (pattern === null) return;
    const atom = addAtom(joint, { track: 0, pattern });
    joint.clauses.push((view) => (view.holds(atom) ? 'yes' : 'no'));
  };
  for (const { keyId, operator, values } of conditions) {
    if (!keys.includes(keyId) || (operator.family !== 'string' && operator.family !== 'arn')) continue;
    const { ignoreCase, family } = operator;
    for (const { template } of values) {
      if (!hasVariable(template)) ask(patternOf(template, { arn: family === 'arn', ignoreCase }));
    }
  }
  for (const value of keys.flatMap(listedValues)) ask(literal(value));
  const shapes = [
    shape('text', [free('value', TEXT, 'x', [0], { min: 0, max: Infinity })]),
    shape('account', [anyAccount([0])], 1),
  ];
  const { cells } = cellsOf(fromShapes(joint, shapes), budget);
  return [...new Set(cells.map(({ witness }) => witness.values[0] ?? ''))].slice(0, MOST_VALUES + 1);
}

function listedValues(keyId: string): readonly string[] {
  if (keyId === SSE) return ['AES256', 'aws:kms', 'aws:kms:dsse'];
  if (keyId === SSE_C) return ['AES256'];
  return termsOfKey(keyId)?.values ?? [];
}

/** The documents with each variable's value in its place, and statements that refuse every other value. */
function settle(documents: readonly PolicyDocument[], values: ReadonlyMap<string, string | null>): Instance {
  const settled = documents.map((document) => ({
    ...document,
    statements: document.statements.map((statement): Statement => ({
      ...statement,
      resource: {
        ...statement.resource,
        entries: statement.resource.entries.flatMap((one) => fillIn(one, values)),
      },
      conditions: statement.conditions.map((condition) => ({
        ...condition,
        values: condition.values.flatMap((value) =>
          fillIn(value.template, values).map((template) => ({ ...value, template })),
        ),
      })),
    })),
  }));
  const pins = [...values].map(([key, value]) =>
    value === null ? { Null: { [key]: 'false' } } : { StringNotEquals: { [key]: value } },
  );
  const policy = {
    Statement: pins.map((Condition) => ({
      Effect: 'Deny',
      Principal: '*',
      Action: '*',
      Resource: '*',
      Condition,
    })),
  };
  return [...settled, parsePolicy(JSON.stringify(policy), 'bucket', 'variables')];
}

/** One template, or none where a variable has neither a value nor a default: such a value matches nothing. */
function fillIn(template: Template, values: ReadonlyMap<string, string | null>): readonly Template[] {
  const filled: Template[number][] = [];
  for (const part of template) {
    if (part.kind !== 'variable' || !values.has(part.key)) {
      filled.push(part);
      continue;
    }
    const text = values.get(part.key) ?? part.fallback;
    if (text === null) return [];
    if (text !== '') filled.push({ kind: 'text', text });
  }
  return [filled];
}

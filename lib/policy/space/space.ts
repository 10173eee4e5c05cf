import type { WritePath } from '../../model/proof.ts';
import type { Condition, DocumentKind, Listed, Statement, Template } from '../document.ts';
import { termsOfKey } from '../keys/catalogue.ts';
import type { KeyTerms } from '../keys/key.ts';
import { SSE_KEY_ID } from '../keys/s3-keys.ts';
import type { Question } from '../prove/question.ts';
import type { Budget } from '../search/budget.ts';
import type { Cell, Clause, Truth } from '../search/cells.ts';
import { either, not } from '../search/lists.ts';
import { hasVariable, isUniversal, patternOf } from '../search/pattern.ts';
import type { ClauseRef } from '../search/solve.ts';
import { draft, matcher } from './builder.ts';
import type { Draft } from './builder.ts';
import { CALLER_TRACKS, KEY_TRACKS } from './caller-shapes.ts';
import { principalClause } from './callers.ts';
import { conditionClause } from './conditions.ts';
import { keyBreaks } from './goal.ts';
import {
  CALLER,
  conditionText,
  HEADER,
  HEADER_TRACKS,
  KEY,
  OBJECT,
  placeOf,
  TRANSPORT,
  TRANSPORT_TRACKS,
  UNDOCUMENTED,
} from './places.ts';
import type { KeyReading } from './places.ts';
import { axisCells } from './sources.ts';

/** A statement as clauses over dimensions, once for each reading of the key-id condition. */
export type SpaceStatement = {
  readonly kind: DocumentKind;
  readonly statement: Statement;
  readonly byReading: Readonly<Record<KeyReading, readonly ClauseRef[]>>;
};

/** One dimension with its cells. */
export type Axis = {
  readonly name: string;
  readonly tracks: readonly string[];
  readonly terms: KeyTerms | null;
  readonly cells: readonly Cell[];
  /** Texts of the marks: the callers that the policy names. */
  readonly named: readonly string[];
};

export type Space = {
  readonly axes: readonly Axis[];
  readonly statements: readonly SpaceStatement[];
  /** Whether the readings differ at all. */
  readonly readsKeyId: boolean;
  /** False when a dimension has more outcomes than the limits let it list. */
  readonly complete: boolean;
};

export type SpaceOptions = { readonly path: WritePath; readonly nameEach: boolean };

/** All that a set of statements can tell about a write, cut into cells. */
export function spaceOf(
  question: Question,
  statements: readonly { readonly kind: DocumentKind; readonly statement: Statement }[],
  { path, nameEach }: SpaceOptions,
  budget: Budget,
): Space {
  const drafts = new Map<string, Draft>();
  const conditions = statements.flatMap(({ statement }) => statement.conditions);
  const draftOf = (name: string, tracks: readonly string[]): Draft => {
    const known = drafts.get(name);
    if (known) return known;
    const fresh = draft(name, tracks);
    drafts.set(name, fresh);
    return fresh;
  };
  const refTo = (to: Draft, clause: Clause): DraftRef => ({
    name: to.name,
    clause: to.clauses.push(clause) - 1,
  });
  /** Policies repeat themselves: the same clause on the same key is one clause. */
  const cached = new Map<string, DraftRef>();
  const once = (key: string, make: () => DraftRef): DraftRef => {
    const known = cached.get(key);
    if (known) return known;
    const ref = make();
    cached.set(key, ref);
    return ref;
  };

  const conditionRef = (condition: Condition, reading: KeyReading): DraftRef =>
    once(`${conditionText(condition)}|${condition.keyId === SSE_KEY_ID ? reading : ''}`, () => {
      const place = placeOf(condition, conditions, reading);
      if (place === null) return refTo(draftOf(UNDOCUMENTED, []), () => 'maybe');
      const to = draftOf(place.name, place.tracks);
      const before = to.atoms.length;
      const clause = conditionClause(to, condition, place.track, place.grain);
      nameCallers(to, condition, before);
      return refTo(to, clause);
    });
  const resourceRef = (resource: Listed<Template>): DraftRef | null => {
    if (!resource.negated && resource.entries.some(isEverything)) return null;
    return once(`resource|${JSON.stringify(resource)}`, () => {
      const to = draftOf(OBJECT, ['resource']);
      return refTo(to, resourceClause(to, resource));
    });
  };
  const principalRef = (statement: Statement): DraftRef | null => {
    const { principal } = statement;
    if (principal === null) return null;
    if (!principal.negated && principal.entries.some(({ kind }) => kind === 'everyone')) return null;
    return once(`principal|${JSON.stringify(principal)}`, () => {
      const to = draftOf(CALLER, CALLER_TRACKS);
      return refTo(to, principalClause(to, principal, question.bucket.partition));
    });
  };

  draftOf(CALLER, CALLER_TRACKS);
  draftOf(HEADER, HEADER_TRACKS);
  draftOf(KEY, KEY_TRACKS);
  draftOf(TRANSPORT, TRANSPORT_TRACKS);
  const drafted = statements.map(({ kind, statement }) => {
    const fixed = [principalRef(statement), resourceRef(statement.resource)].filter((ref) => ref !== null);
    const under = (reading: KeyReading): readonly DraftRef[] => [
      ...fixed,
      ...statement.conditions.map((condition) => conditionRef(condition, reading)),
    ];
    return {
      kind,
      statement,
      refs: { header: under('header'), resolved: under('resolved'), effective: under('effective') },
    };
  });
  const keyDraft = draftOf(KEY, KEY_TRACKS);
  keyDraft.marks.push(question.key === null ? () => 'no' : keyBreaks(keyDraft, question.key, question.keys));

  const names = [...drafts.keys()];
  let complete = true;
  const axes = [...drafts.values()].map((one): Axis => {
    const named = markNamed(one, nameEach);
    const { cells, complete: whole } = axisCells(one, question, path, conditions, budget);
    complete &&= whole;
    return { name: one.name, tracks: one.tracks, terms: termsOfKey(one.name), cells, named };
  });
  const resolve = ({ name, clause }: DraftRef): ClauseRef => ({ dimension: names.indexOf(name), clause });
  return {
    axes,
    complete,
    readsKeyId: conditions.some(({ keyId }) => keyId === SSE_KEY_ID),
    statements: drafted.map(({ kind, statement, refs }) => ({
      kind,
      statement,
      byReading: {
        header: refs.header.map(resolve),
        resolved: refs.resolved.map(resolve),
        effective: refs.effective.map(resolve),
      },
    })),
  };
}

type DraftRef = { readonly name: string; readonly clause: number };

const isEverything = (template: Template): boolean =>
  template.length > 0 && template.every(({ kind }) => kind === 'run');

/** Whether wildcards of a resource cross the colons before its last part is not documented; both are told apart. */
function resourceClause(to: Draft, { negated, entries }: Listed<Template>): Clause {
  const tests = entries.flatMap((entry) => {
    if (isEverything(entry)) return [(): Truth => 'yes'];
    const sure = matcher(to, 0, patternOf(entry, { arn: true, ignoreCase: false }), !hasVariable(entry));
    const wide = matcher(to, 0, patternOf(entry, { arn: false, ignoreCase: false }), false);
    return [sure, wide];
  });
  return (view) => {
    const matched = tests.reduce<Truth>((truth, test) => either(truth, test(view)), 'no');
    return negated ? not(matched) : matched;
  };
}

/** Remembers which tests name particular callers: those are what a carve-out is made of. */
function nameCallers(to: Draft, condition: Condition, before: number): void {
  const about =
    to.name === CALLER ? NAMING_TRACKS.includes(condition.keyId) : termsOfKey(condition.keyId)?.aboutCaller;
  if (about !== true) return;
  to.atoms.slice(before).forEach((atom, index) => {
    if (!('pattern' in atom) || isUniversal(atom.pattern)) return;
    const value = condition.values[index]?.text ?? '';
    const label = condition.keyId === 'aws:principalarn' ? value : `${condition.key} ${value}`;
    to.named.push({ atom: before + index, text: label });
  });
}

const NAMING_TRACKS: readonly string[] = CALLER_TRACKS.filter(
  (track) => track !== 'aws:principaltype' && track !== 'aws:principalisawsservice',
);

/** More are not told one by one. */
const MOST_NAMED = 100;

/** One mark for all named callers, or one for each. */
function markNamed(to: Draft, each: boolean): readonly string[] {
  if (to.name === KEY) return [];
  const { named } = to;
  if (!each) {
    to.marks.push((view) => (named.some(({ atom }) => view.holds(atom)) ? 'yes' : 'no'));
    return [];
  }
  const texts = [...new Set(named.map(({ text: label }) => label))].slice(0, MOST_NAMED);
  for (const label of texts) {
    const atoms = named.filter((one) => one.text === label).map(({ atom }) => atom);
    to.marks.push((view) => (atoms.some((atom) => view.holds(atom)) ? 'yes' : 'no'));
  }
  return texts;
}

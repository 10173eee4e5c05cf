import type { Counterexample, Proof, WritePath } from '../../model/proof.ts';
import { isDenied, contextOf } from '../evaluate/evaluate.ts';
import { principalArn } from '../evaluate/request.ts';
import type { Context, Principal, Request } from '../evaluate/request.ts';
import { termsOfKey } from '../keys/catalogue.ts';
import { budgetOf, LIMITS } from '../search/budget.ts';
import type { Budget, Limits } from '../search/budget.ts';
import { coversAction } from '../space/actions.ts';
import { modeBreaks } from '../space/goal.ts';
import { PATH_ACTIONS } from '../space/modes.ts';
import { KEY, KEY_READINGS } from '../space/places.ts';
import type { KeyReading } from '../space/places.ts';
import { spaceOf } from '../space/space.ts';
import { assumptionsOf } from './assumptions.ts';
import { attempt, cellAt, SPECIAL_KINDS } from './attempt.ts';
import type { Ask, Ground, Passage } from './attempt.ts';
import { commandOf, headersOf } from './command.ts';
import { doubtOf } from './doubts.ts';
import { nearMisses } from './near-misses.ts';
import type { Question } from './question.ts';
import type { Goal } from './scenarios.ts';
import { storedAs } from './stored.ts';
import { HEADER_KEYS, requestOf } from './witness.ts';

/**
 * Decides whether any write on one path can break the requirement. `proved` and `refuted` hold under every reading
 * of what AWS leaves undocumented; whatever does not, or runs into the limits, is `undecided`.
 */
export function prove(question: Question, path: WritePath, limits: Limits = LIMITS): Proof {
  const budget = budgetOf(limits);
  const ground = groundOf(question, path, budget, false);
  const assumptions = assumptionsOf(question, path, ground.space);
  const readings: readonly KeyReading[] = ground.space.readsKeyId ? KEY_READINGS : ['header'];
  const goals: readonly Goal[] = question.tls === null ? ['seal'] : ['seal', 'transport'];
  const certain = (rest: Partial<Ask> = {}, on = ground): Passage | null =>
    firstPassage(on, goals, { mood: 'certain', readings, ordinary: false, only: null, ...rest });

  const hole = certain({ ordinary: true });
  if (hole && isConfirmed(ground, hole, readings)) return refutation(ground, hole, assumptions, []);
  const exempt = certain();
  if (exempt && isConfirmed(ground, exempt, readings)) {
    const names = carveOuts(question, path, budget, (on, only) => certain({ only }, on));
    const others = possible(ground, goals, readings, true);
    return refutation(ground, exempt, assumptions, others.passage === null && others.complete ? names : []);
  }
  const doubt = possible(ground, goals, readings, false);
  if (doubt.passage) {
    // A request that only may get through is settled by evaluating it, where the evaluator can.
    if (isBreach(ground, doubt.passage) && isConfirmed(ground, doubt.passage, readings)) {
      return refutation(ground, doubt.passage, assumptions, []);
    }
    return { verdict: 'undecided', assumptions, reason: doubtOf(ground, doubt.passage, doubt.readings) };
  }
  if (hole ?? exempt) {
    const reason =
      'A request was found that the evaluator does not confirm, which is a fault of this program; please report it.';
    return { verdict: 'undecided', assumptions, reason };
  }
  if (!doubt.complete) return { verdict: 'undecided', assumptions, reason: overLimits(ground, budget) };
  return { verdict: 'proved', assumptions };
}

/** Every path. */
export function proveAll(question: Question, limits: Limits = LIMITS): Readonly<Record<WritePath, Proof>> {
  return {
    put: prove(question, 'put', limits),
    replicate: prove(question, 'replicate', limits),
    update: prove(question, 'update', limits),
  };
}

function groundOf(question: Question, path: WritePath, budget: Budget, nameEach: boolean): Ground {
  const action = PATH_ACTIONS[path];
  const relevant = question.documents.flatMap(({ kind, statements }) =>
    statements
      .filter((statement) => coversAction(statement.action, action, budget))
      .filter(({ effect }) => effect === 'Deny' || kind === 'bucket')
      .map((statement) => ({ kind, statement })),
  );
  const hasScp = question.documents.some(({ kind }) => kind === 'scp');
  const used = relevant.filter(({ statement }) => statement.effect === 'Deny' || hasScp);
  const space = spaceOf(question, used, { path, nameEach }, budget);
  return {
    question,
    path,
    space,
    denies: space.statements.filter(({ statement }) => statement.effect === 'Deny'),
    allows: space.statements.filter(({ statement }) => statement.effect === 'Allow'),
    hasScp,
    budget,
    memo: new Map(),
  };
}

function firstPassage(ground: Ground, goals: readonly Goal[], ask: Omit<Ask, 'goal'>): Passage | null {
  for (const goal of goals) {
    const { passage } = attempt(ground, { ...ask, goal });
    if (passage) return passage;
  }
  return null;
}

type Possibility = {
  readonly passage: Passage | null;
  readonly readings: readonly KeyReading[];
  readonly complete: boolean;
};

/** A request that gets through under at least one reading, and the readings under which one does. */
function possible(
  ground: Ground,
  goals: readonly Goal[],
  readings: readonly KeyReading[],
  ordinary: boolean,
): Possibility {
  let complete = true;
  let first: Passage | null = null;
  const under: KeyReading[] = [];
  for (const reading of readings) {
    for (const goal of goals) {
      const found = attempt(ground, { goal, mood: 'possible', readings: [reading], ordinary, only: null });
      complete &&= found.complete;
      if (!found.passage) continue;
      first ??= found.passage;
      under.push(reading);
      break;
    }
  }
  return { passage: first, readings: under, complete };
}

/** Whether the object would break the requirement for certain. */
function isBreach({ question, space }: Ground, { goal, mode, cells }: Passage): boolean {
  if (goal === 'transport') return true;
  const breaks = modeBreaks(mode, question);
  const key = cells[space.axes.findIndex(({ name }) => name === KEY)];
  return breaks === 'yes' || (breaks === 'by-key' && key?.marks[0] === 'yes');
}

/** The evaluator has the last word: under every reading, no Deny may apply. */
function isConfirmed(ground: Ground, passage: Passage, readings: readonly KeyReading[]): boolean {
  return readings.every(
    (reading) => isDenied(ground.question.documents, requestOf(ground, passage, reading)) === 'no',
  );
}

/** Everybody whom the policies single out and who gets through, by the name the policies use. */
function carveOuts(
  question: Question,
  path: WritePath,
  budget: Budget,
  find: (on: Ground, only: Ask['only']) => Passage | null,
): readonly string[] {
  const ground = groundOf(question, path, budget, true);
  const named = ground.space.axes.flatMap(({ named: texts }, axis) =>
    texts.filter((_, mark) => find(ground, { axis, mark }) !== null),
  );
  const kinds = SPECIAL_KINDS.filter((kind) => find(ground, { kind }) !== null);
  const words = kinds.map((kind) => KIND_WORDS[kind] ?? kind);
  return [...new Set([...named, ...words])].sort();
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  service: 'AWS services (aws:PrincipalIsAWSService)',
  anonymous: 'anonymous callers',
  'origin-identity': 'CloudFront origin access identities',
};

function refutation(
  ground: Ground,
  passage: Passage,
  assumptions: readonly string[],
  exempt: readonly string[],
): Proof {
  const { question, space } = ground;
  const request = requestOf(ground, passage, 'header');
  const refused =
    passage.goal === 'transport' &&
    request.context['aws:securetransport']?.[0] === 'false' &&
    (passage.mode.customerKey || passage.mode.sse?.startsWith('aws:kms') === true);
  const counterexample: Counterexample = {
    action: request.action,
    resource: request.resource,
    principal: principalText(request.principal),
    headers: headersOf(passage.mode, request),
    context: shownContext(ground, request),
    storedAs: storedAs(passage.mode, cellAt(space, passage, KEY), question),
    command: commandOf(passage.mode, request),
  };
  return {
    verdict: 'refuted',
    assumptions: refused
      ? [
          ...assumptions,
          'S3 documents that it refuses SSE-KMS and SSE-C over plain HTTP by itself; this answer counts on the policies alone.',
        ]
      : assumptions,
    counterexample,
    nearMisses: nearMisses(question.documents, request),
    carveOuts: exempt,
  };
}

/** How the caller is shown: a role session by the ARN it signs with. */
export function principalText(principal: Principal): string {
  switch (principal.kind) {
    case 'role': {
      const role = principal.path.slice(principal.path.lastIndexOf('/') + 1);
      return `arn:${principal.partition}:sts::${principal.account}:assumed-role/${role}/${principal.session}`;
    }
    case 'service':
      return principal.service;
    case 'anonymous':
      return 'anonymous';
    case 'root':
    case 'user':
    case 'federated-user':
    case 'origin-identity':
      return principalArn(principal) ?? '';
  }
}

/** The condition keys that a Deny of these policies looks at, headers aside, and a connection that is not encrypted. */
function shownContext({ denies }: Ground, request: Request): Counterexample['context'] {
  const asked = new Map(
    denies.flatMap(({ statement }) => statement.conditions.map(({ key, keyId }) => [keyId, key])),
  );
  if (request.context['aws:securetransport']?.[0] === 'false')
    asked.set('aws:securetransport', 'aws:SecureTransport');
  const context: Context = contextOf(request);
  const entries = [...asked]
    .filter(([keyId]) => !HEADER_KEYS.includes(keyId))
    .flatMap(([keyId, key]): [string, string | readonly string[]][] => {
      const values = context[keyId] ?? [];
      const [value] = values;
      if (value === undefined) return [];
      return [[key, termsOfKey(keyId)?.multi === true ? values : value]];
    });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function overLimits({ space }: Ground, budget: Budget): string {
  const large = space.complete ? 'the search over its clauses' : 'its patterns';
  const work = budget.work <= 0 || budget.nodes <= 0 ? 'steps' : 'distinct outcomes';
  return `The policies are too intricate to decide within the limits: ${large} took more ${work} than are allowed.`;
}

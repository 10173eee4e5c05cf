import type { WritePath } from '../../model/proof.ts';
import type { Caller, KeyTerms } from '../keys/key.ts';
import type { Cell } from '../search/cells.ts';
import { modeBreaks, sealOf } from '../space/goal.ts';
import type { KeyForm, Mode } from '../space/modes.ts';
import { CALLER, HEADER, KEY, TRANSPORT } from '../space/places.ts';
import type { Axis, Space } from '../space/space.ts';
import type { Question } from './question.ts';

/** What of a requirement a request breaks: how the object is sealed, or how it travels. */
export type Goal = 'seal' | 'transport';

/** Who sends a request, and by which way; it decides which keys the request has. */
export type Scenario = {
  readonly caller: Caller;
  readonly route: 'internet' | 'endpoint';
  /** False for callers that an SCP of the bucket's account does not bind. */
  readonly bound: boolean;
};

/** Every scenario that the policies can tell apart. */
export function scenariosOf(path: WritePath, space: Space, hasScp: boolean): readonly Scenario[] {
  const callers: readonly Caller[] = path === 'put' ? ['client', 'service', 'anonymous'] : ['client'];
  const routed = space.axes.some(({ terms }) => terms !== null && terms.route !== null);
  const routes = routed ? (['internet', 'endpoint'] as const) : (['internet'] as const);
  return callers.flatMap((caller) =>
    routes.flatMap((route): Scenario[] => {
      // Service principals and anonymous callers belong to no account that an SCP could be attached to.
      const bound = caller === 'client';
      if (!hasScp) return [{ caller, route, bound: true }];
      return bound
        ? [
            { caller, route, bound },
            { caller, route, bound: false },
          ]
        : [{ caller, route, bound }];
    }),
  );
}

/** What is asked of one search. */
export type Target = {
  readonly goal: Goal;
  readonly path: WritePath;
  readonly mode: Mode;
  readonly scenario: Scenario;
  /** Whether a request that only may break the requirement counts. */
  readonly maybe: boolean;
};

/** Whether a mode can serve a goal at all. */
export function isWorthwhile(question: Question, { goal, mode, scenario, maybe, path }: Target): boolean {
  const breaks = modeBreaks(mode, question);
  if (breaks === 'refused') return false;
  // Anonymous requests carry no credentials that KMS could ask about.
  const seal = sealOf(mode, question);
  if (scenario.caller === 'anonymous' && (seal === 'SSE-KMS' || seal === 'DSSE-KMS')) return false;
  if (goal === 'transport')
    return question.tls !== null && scenario.caller !== 'service' && path !== 'replicate';
  return breaks === 'yes' || breaks === 'by-key' || (maybe && breaks === 'maybe');
}

/** Whether a cell is possible in a target. */
export function isOpen(question: Question, target: Target, axis: Axis, cell: Cell): boolean {
  const { mode, scenario, path } = target;
  switch (axis.name) {
    case CALLER:
      return callerOf(cell.kind) === scenario.caller && (path !== 'replicate' || cell.kind === 'role');
    case HEADER:
      return cell.kind === mode.id;
    case KEY:
      return formsOf(mode.keyForm, question).includes(cell.kind) && servesGoal(question, target, cell);
    case TRANSPORT:
      return isOnTheWire(question, target, cell);
  }
  return axis.terms === null || isPresent(axis.terms, scenario, cell);
}

export function callerOf(kind: string): Caller {
  return kind === 'service' || kind === 'anonymous' ? kind : 'client';
}

function formsOf(form: KeyForm, { default: seal }: Question): readonly string[] {
  switch (form) {
    case 'named':
      return ['arn', 'id', 'alias', 'alias-arn'];
    case 'default':
      return seal.state === 'known' && seal.algorithm.startsWith('aws:kms') ? ['default'] : ['none'];
    case 'none':
    case 'aws-managed':
    case 'arn':
      return [form];
  }
}

function servesGoal(question: Question, { goal, mode, maybe }: Target, cell: Cell): boolean {
  if (goal === 'transport' || modeBreaks(mode, question) !== 'by-key') return true;
  return cell.marks[0] === 'yes' || (maybe && cell.marks[0] === 'maybe');
}

/** Calls between AWS services hide how they travel; S3 replicates by itself, so either may be seen there. */
function isOnTheWire({ tls }: Question, { goal, path, scenario }: Target, cell: Cell): boolean {
  if (path === 'replicate') return true;
  if (scenario.caller === 'service') return cell.kind === 'hidden';
  if (cell.kind === 'hidden') return false;
  if (goal === 'seal') return true;
  return cell.kind === 'plain' || Number(cell.witness.values[1]) < Number(tls);
}

function isPresent({ presence, callers, route }: KeyTerms, scenario: Scenario, { kind }: Cell): boolean {
  const possible =
    presence !== 'never' && callers.includes(scenario.caller) && (route === null || route === scenario.route);
  if (!possible) return kind === 'missing';
  return presence !== 'always' || kind !== 'missing';
}

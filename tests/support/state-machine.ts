import jsonata from 'jsonata';

type Json = unknown;
type Fields = Readonly<Record<string, Json>>;
type Retrier = {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts?: number;
  readonly IntervalSeconds?: number;
};
type Catcher = { readonly ErrorEquals: readonly string[]; readonly Output?: Json; readonly Next: string };
type State = {
  readonly Type: 'Task' | 'Map' | 'Parallel' | 'Choice' | 'Succeed' | 'Fail';
  readonly Resource?: string;
  readonly Arguments?: Json;
  readonly Output?: Json;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly { readonly Condition: string; readonly Next: string }[];
  readonly Default?: string;
  readonly ItemReader?: { readonly Resource: string; readonly Arguments: Json };
  readonly ItemSelector?: Json;
  readonly ItemProcessor?: Machine;
  readonly Branches?: readonly Machine[];
  readonly MaxConcurrency?: number;
  readonly Error?: Json;
  readonly Cause?: Json;
};
/** A state machine definition in Amazon States Language, query language JSONata. */
export type Machine = { readonly StartAt: string; readonly States: Readonly<Record<string, State>> };

/** The services that a definition calls, by resource. Throw `TaskError` to fail a call as AWS would. */
export type Services = Readonly<Record<string, (args: Fields) => Promise<Json>>>;

export class TaskError extends Error {
  readonly error: string;
  readonly detail: string;
  constructor(error: string, cause: string) {
    super(`${error}: ${cause}`);
    this.error = error;
    this.detail = cause;
  }
}

export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string };

export type Engine = {
  readonly services: Services;
  readonly context: Fields;
  /** States entered, in order; those of map items with their map's name before them. */
  readonly visited: string[];
};

/**
 * Executes a definition as Step Functions does, as far as ours goes: tasks, distributed maps over a JSON file,
 * parallel branches, choices, retries by error name (without waiting) and catchers. What it does not know it refuses, so that a definition
 * that outgrows it fails its test instead of being half run.
 */
export async function execute(machine: Machine, input: Json, engine: Engine): Promise<Outcome> {
  let name = machine.StartAt;
  let data = input;
  for (;;) {
    const state = machine.States[name];
    if (!state) throw new Error(`no state ${name}`);
    engine.visited.push(name);
    if (state.Type === 'Fail') {
      const scope = { input: data, context: engine.context };
      const [error, cause] = [await fill(state.Error, scope), await fill(state.Cause, scope)];
      return { status: 'FAILED', error: String(error), cause: String(cause) };
    }
    if (state.Type === 'Succeed') return { status: 'SUCCEEDED', output: data };
    if (state.Type === 'Choice') {
      name = await choose(state, data, engine);
      continue;
    }
    const step = await attempt(state, data, engine);
    if ('failed' in step) return step.failed;
    data = step.output;
    if (step.next === null) return { status: 'SUCCEEDED', output: data };
    name = step.next;
  }
}

type Step = { readonly output: Json; readonly next: string | null } | { readonly failed: Outcome };

async function attempt(state: State, data: Json, engine: Engine): Promise<Step> {
  const retries = new Map<Retrier, number>();
  for (;;) {
    try {
      const scope = { input: data, context: engine.context };
      const result = await resultOf(state, scope, engine);
      const output = 'Output' in state ? await fill(state.Output, { ...scope, result }) : result;
      if (state.Next === undefined && state.End !== true) throw new Error('a state ends nowhere');
      return { output, next: state.Next ?? null };
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      const retrier = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error.error));
      const used = retrier ? (retries.get(retrier) ?? 0) : 0;
      if (retrier && used < (retrier.MaxAttempts ?? 3)) {
        retries.set(retrier, used + 1);
        continue;
      }
      const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error.error));
      if (!catcher) return { failed: { status: 'FAILED', error: error.error, cause: error.detail } };
      const errorOutput = { Error: error.error, Cause: error.detail };
      const output = await fill(catcher.Output ?? errorOutput, {
        input: data,
        context: engine.context,
        errorOutput,
      });
      return { output, next: catcher.Next };
    }
  }
}

async function resultOf(state: State, scope: Fields, engine: Engine): Promise<Json> {
  if (state.Type === 'Map') return mapItems(state, scope['input'], engine);
  return state.Type === 'Parallel' ? branches(state, scope['input'], engine) : callTask(state, scope, engine);
}

/** One branch after the other, which is an order that the service may have them in too. */
async function branches({ Branches = [] }: State, data: Json, engine: Engine): Promise<Json> {
  const results: Json[] = [];
  for (const branch of Branches) {
    const outcome = await execute(branch, data, engine);
    if (outcome.status === 'FAILED') throw new TaskError(outcome.error, outcome.cause);
    results.push(outcome.output);
  }
  return results;
}

const matches = (names: readonly string[], error: string): boolean =>
  names.some(
    (name) =>
      name === error || name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout'),
  );

async function callTask(state: State, scope: Fields, { services }: Engine): Promise<Json> {
  const service = services[state.Resource ?? ''];
  if (!service) throw new Error(`no service ${state.Resource ?? ''}`);
  return service((await fill(state.Arguments, scope)) as Fields);
}

/** A distributed map: the items of a JSON file, each in an execution of its own that knows no outer variables. */
async function mapItems(state: State, data: Json, engine: Engine): Promise<Json> {
  const { ItemReader, ItemProcessor, ItemSelector } = state;
  if (!ItemReader || !ItemProcessor) throw new Error('a map without reader or processor');
  const scope = { input: data, context: engine.context };
  const read = engine.services[ItemReader.Resource];
  if (!read) throw new Error(`no service ${ItemReader.Resource}`);
  const items = JSON.parse(String(await read((await fill(ItemReader.Arguments, scope)) as Fields))) as Json[];
  const results: Json[] = [];
  const queue = items.map((value, index) => ({ value, index }));
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item; item = queue.shift()) {
      const context = { ...engine.context, Map: { Item: { Index: item.index, Value: item.value } } };
      const input = ItemSelector ? await fill(ItemSelector, { input: data, context }) : item.value;
      const outcome = await execute(ItemProcessor, input, { ...engine, context });
      if (outcome.status === 'FAILED') {
        throw new TaskError('States.ExceedToleratedFailureThreshold', `${outcome.error}: ${outcome.cause}`);
      }
      results.push(outcome.output);
    }
  };
  await Promise.all(Array.from({ length: Math.min(state.MaxConcurrency ?? 4, 4) }, worker));
  return results;
}

async function choose(state: State, data: Json, engine: Engine): Promise<string> {
  for (const { Condition, Next } of state.Choices ?? []) {
    if ((await fill(Condition, { input: data, context: engine.context })) === true) return Next;
  }
  if (state.Default === undefined) throw new Error('no choice');
  return state.Default;
}

/** Fills in every `{% … %}`. An expression without a value is an error, as it is in Step Functions. */
async function fill(template: Json, states: Fields): Promise<Json> {
  if (typeof template === 'string') {
    const [, expression] = /^\{%([\s\S]*)%\}$/.exec(template) ?? [];
    if (expression === undefined) return template;
    const value: Json = await jsonata(expression).evaluate({}, { states });
    if (value === undefined) throw new Error(`States.QueryEvaluationError: ${expression} has no value`);
    return JSON.parse(JSON.stringify(value)) as Json;
  }
  if (Array.isArray(template)) return Promise.all(template.map(async (each) => fill(each, states)));
  if (typeof template !== 'object' || template === null) return template;
  const entries = await Promise.all(
    Object.entries(template).map(async ([key, value]) => [key, await fill(value, states)] as const),
  );
  return Object.fromEntries(entries);
}

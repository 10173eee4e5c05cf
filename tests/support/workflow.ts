import { readFileSync } from 'node:fs';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { AwsClients } from '../../lib/collectors/clients.ts';
import { parse } from 'yaml';
import { inspectStage, lostStage } from '../../lib/audit/workflow/bucket-stages.ts';
import { censusStage } from '../../lib/audit/workflow/census-stages.ts';
import type { CutLimits } from '../../lib/audit/workflow/census-stages.ts';
import { stageEnvironment } from '../../lib/audit/workflow/environment.ts';
import type { StageCall, StageEnvironment } from '../../lib/audit/workflow/environment.ts';
import { ledgerStage } from '../../lib/audit/workflow/ledger-stages.ts';
import { judgeRunStage } from '../../lib/audit/workflow/judge-run.ts';
import { planStage } from '../../lib/audit/workflow/plan-stage.ts';
import { AuditError } from '../../lib/model/errors.ts';
import { silent } from '../../lib/audit/context.ts';
import type { Progress } from '../../lib/audit/context.ts';
import { NOW, REGION } from './sandbox.ts';
import type { TestSandbox } from './sandbox.ts';
import { execute, TaskError } from './state-machine.ts';
import type { Engine, Machine, Outcome } from './state-machine.ts';
import { MACHINE } from './step-functions.ts';
import type { StepFunctions } from './step-functions.ts';

/** A key in KMS to sign runs with, as the template makes one. */
export async function createSigningKey({ aws }: TestSandbox): Promise<string> {
  const { KeyMetadata } = await aws
    .kms(REGION)
    .send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
  return KeyMetadata?.Arn ?? '';
}

/** The definition that is deployed, with functions that are named after their stages. */
export const definition = parse(
  readFileSync(new URL('../../deploy/workflow.yml', import.meta.url), 'utf8')
    .replace(/\$\{(\w+)FunctionArn\}/g, (_, stage: string) => stage.toLowerCase())
    .replaceAll('${TopicArn}', 'topic'),
  { merge: true },
) as Machine;

export type Stage = 'plan' | 'inspect' | 'census' | 'ledger' | 'judge';
/** Called before a stage runs; what it throws is how Lambda fails instead. May also be called for its delay. */
export type Chaos = (stage: Stage, payload: Readonly<Record<string, unknown>>) => void;

export type WorkflowRun = {
  readonly outcome: Outcome;
  readonly visited: readonly string[];
  readonly published: readonly Readonly<Record<string, unknown>>[];
  readonly events: readonly Readonly<Record<string, unknown>>[];
};

/** Runs the deployed definition over the stages, in this process, against the sandbox. */
export async function runWorkflow(
  sandbox: TestSandbox,
  workflows: StepFunctions,
  input: object,
  options: {
    readonly name?: string;
    readonly chaos?: Chaos;
    readonly rules?: string;
    readonly rulesFolder?: string;
    readonly signal?: AbortSignal;
    readonly startTime?: string;
    /** Milliseconds since the epoch. */
    readonly now?: number;
    readonly signingKey?: string;
    /** Clients with more patience than those of the sandbox, which try twice. */
    readonly aws?: AwsClients;
    /** How long a call may take; undefined leaves it `signal`. */
    readonly signalOf?: (stage: Stage, payload: object) => AbortSignal | undefined;
    /** Called when a stage has done its work; what it throws is how its answer is lost. */
    readonly afterwards?: Chaos;
    readonly progress?: Progress;
    /** How buckets are cut; as deployed unless told otherwise. */
    readonly limits?: CutLimits;
    readonly variables?: Readonly<Record<string, string>>;
  } = {},
): Promise<WorkflowRun> {
  const environment: StageEnvironment = {
    ...stageEnvironment(
      {
        AWS_REGION: REGION,
        AWS_ENDPOINT_URL: sandbox.url,
        REPORT_BUCKET: 'reports',
        RULES: options.rules ?? 'baseline.yml,hipaa.yml',
        RULES_FOLDER: options.rulesFolder ?? 'rules',
        SIGNING_KEY: options.signingKey,
        ...options.variables,
      },
      options.progress ?? silent,
    ),
    aws: options.aws ?? sandbox.aws,
    clock: () => new Date(options.now ?? NOW),
  };
  const sfn = new SFNClient({
    region: REGION,
    endpoint: workflows.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const name = options.name ?? 'scheduled-1';
  const signal = options.signal ?? new AbortController().signal;
  let calls = 0;
  const callOf = (stage: Stage, event: unknown): StageCall => {
    calls += 1;
    return {
      signal: options.signalOf?.(stage, event as object) ?? signal,
      invocation: `call-${calls}`,
    };
  };
  const stages: Readonly<Record<Stage, (event: unknown) => Promise<unknown>>> = {
    plan: async (event) => planStage(environment, sfn, event),
    inspect: async (event) => inspectStage(environment, event),
    census: async (event) => censusStage(environment, event, callOf('census', event), options.limits),
    ledger: async (event) => ledgerStage(environment, event, callOf('ledger', event)),
    judge: async (event) =>
      'stage' in (event as object) ? lostStage(environment, event) : judgeRunStage(environment, event),
  };
  const published: Record<string, unknown>[] = [];
  const events: Record<string, unknown>[] = [];
  const engine: Engine = {
    visited: [],
    context: {
      Execution: {
        Id: `${MACHINE.replace(':stateMachine:', ':execution:')}:${name}`,
        Name: name,
        StartTime: options.startTime ?? '2026-11-25T12:00:00.000Z',
      },
      StateMachine: { Id: MACHINE },
    },
    services: {
      'arn:aws:states:::lambda:invoke': async (args) => {
        const stage = args['FunctionName'] as Stage;
        try {
          options.chaos?.(stage, args['Payload'] as Record<string, unknown>);
          const answer = await stages[stage](args['Payload']);
          options.afterwards?.(stage, args['Payload'] as Record<string, unknown>);
          return { StatusCode: 200, Payload: JSON.parse(JSON.stringify(answer)) as unknown };
        } catch (error) {
          if (error instanceof TaskError) throw error;
          // As the Lambda runtime tells Step Functions of an error.
          const { name: errorType, message } = error as Error;
          const type = error instanceof AuditError ? `Audit.${error.code}` : errorType;
          throw new TaskError(
            type,
            JSON.stringify({ errorType: type, errorMessage: message, trace: ['at /var/task/x.mjs'] }),
          );
        }
      },
      'arn:aws:states:::s3:getObject': async ({ Bucket, Key }) => {
        const found = await sandbox.aws
          .s3(REGION)
          .send(new GetObjectCommand({ Bucket: String(Bucket), Key: String(Key) }));
        return found.Body?.transformToString();
      },
      'arn:aws:states:::sns:publish': (args) => {
        published.push(args);
        return Promise.resolve({ MessageId: '1' });
      },
      'arn:aws:states:::events:putEvents': (args) => {
        events.push(...(args['Entries'] as Record<string, unknown>[]));
        return Promise.resolve({ FailedEntryCount: 0 });
      },
    },
  };
  workflows.executions.push({ name, status: 'RUNNING', input: JSON.stringify(input) });
  try {
    const outcome = await execute(definition, input, engine);
    return { outcome, visited: engine.visited, published, events };
  } finally {
    workflows.executions.splice(
      workflows.executions.findIndex((each) => each.name === name),
      1,
    );
    sfn.destroy();
  }
}

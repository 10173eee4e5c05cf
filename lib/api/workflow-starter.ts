import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { RunState, RunStarter } from './starter.ts';

/** Words of a failure that are passed on to auditors at most. */
const MAX_REASON = 300;

/** Runs as executions of the audit state machine, named by run id. */
export function workflowStarter(sfn: SFNClient, stateMachineArn: string): RunStarter {
  const running = async (): Promise<readonly string[]> => {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sfn.send(
        new ListExecutionsCommand({
          stateMachineArn,
          statusFilter: 'RUNNING',
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      names.push(...(page.executions ?? []).flatMap(({ name }) => (name ? [name] : [])));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return names;
  };
  return {
    running,
    // Two starts at one moment may both find nobody running: the workflow's own first step lets one of them go on.
    start: async (runId, { rules, buckets }) => {
      const [busy] = await running();
      if (busy !== undefined) return { started: false, runId: busy };
      const input = { runId, ...(rules ? { rules } : {}), ...(buckets ? { buckets } : {}) };
      await sfn.send(
        new StartExecutionCommand({ stateMachineArn, name: runId, input: JSON.stringify(input) }),
      );
      return { started: true, runId };
    },
    state: async (runId) =>
      stateOf(sfn, `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${runId}`),
  };
}

async function stateOf(sfn: SFNClient, executionArn: string): Promise<RunState | null> {
  try {
    const { status, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return { status: 'running' };
    // An execution that succeeded left a report; when that is gone, so is the run.
    if (status === 'SUCCEEDED') return null;
    const reason = [error ?? status ?? 'FAILED', plain(cause)].filter((part) => part !== '').join(': ');
    return { status: 'failed', reason: reason.slice(0, MAX_REASON) };
  } catch (failure) {
    if ((failure as Error).name === 'ExecutionDoesNotExist') return null;
    throw failure;
  }
}

/** Step Functions wraps a Lambda's error in JSON with its stack, which is nobody's business outside. */
function plain(cause: string | undefined): string {
  if (cause === undefined) return '';
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : '';
  } catch {
    return cause;
  }
}

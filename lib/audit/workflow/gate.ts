import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { ExecutionListItem, SFNClient } from '@aws-sdk/client-sfn';
import { AuditError } from '../../model/errors.ts';
import type { PlanEvent } from './events.ts';

/**
 * Lets one run at a time pass: the one that started first, by ARN where two started at one moment. Asked by the
 * run itself, so that it holds however a run was started.
 * Throws AuditError FAILED when an earlier run is still under way.
 */
export async function assertOnlyRun(sfn: SFNClient, { execution }: PlanEvent): Promise<void> {
  const mine = { at: Date.parse(execution.startTime), arn: execution.id };
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(
      new ListExecutionsCommand({
        stateMachineArn: execution.stateMachine,
        statusFilter: 'RUNNING',
        ...(nextToken === undefined ? {} : { nextToken }),
      }),
    );
    const earlier = (page.executions ?? []).find((other) => isEarlier(other, mine));
    if (earlier) {
      throw new AuditError('FAILED', `Another run, ${earlier.name ?? ''}, is under way; one runs at a time.`);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

function isEarlier(
  { executionArn = '', startDate }: ExecutionListItem,
  mine: { readonly at: number; readonly arn: string },
): boolean {
  if (executionArn === mine.arn) return false;
  const at = startDate?.getTime() ?? 0;
  return at < mine.at || (at === mine.at && executionArn < mine.arn);
}

import { PutEvaluationsCommand } from '@aws-sdk/client-config-service';
import type { ConfigServiceClient, Evaluation } from '@aws-sdk/client-config-service';
import { reasonOf } from '../collectors/observe.ts';
import { AuditError } from '../model/errors.ts';
import { describeReason } from '../model/observed.ts';

/** PutEvaluations takes this many at most. */
const BATCH = 100;

/** The token of a hand-made event, with which AWS Config checks a rule's answer and keeps nothing. */
const TEST_TOKEN = 'TESTMODE';

/**
 * Hands evaluations to AWS Config, 100 a call under the one result token.
 * Throws AuditError FAILED when Config refuses any: the rule then shows as failed instead of silently incomplete.
 */
export async function putEvaluations(
  config: ConfigServiceClient,
  resultToken: string,
  evaluations: readonly Evaluation[],
): Promise<void> {
  for (let from = 0; from < evaluations.length; from += BATCH) {
    const batch = evaluations.slice(from, from + BATCH);
    const failed = await put(config, resultToken, batch);
    if (failed.length > 0) {
      const ids = failed.map((each) => each.ComplianceResourceId ?? '?').join(', ');
      throw new AuditError(
        'FAILED',
        `AWS Config refused the evaluations of ${failed.length} resources: ${ids}.`,
      );
    }
  }
}

async function put(
  config: ConfigServiceClient,
  ResultToken: string,
  Evaluations: Evaluation[],
): Promise<readonly Evaluation[]> {
  try {
    const answer = await config.send(
      new PutEvaluationsCommand({ Evaluations, ResultToken, TestMode: ResultToken === TEST_TOKEN }),
    );
    return answer.FailedEvaluations ?? [];
  } catch (error) {
    const why = describeReason(reasonOf('config:PutEvaluations', error));
    throw new AuditError('FAILED', `AWS Config did not take the evaluations: ${why}.`, { cause: error });
  }
}

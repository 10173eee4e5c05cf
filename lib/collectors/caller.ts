import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { parseArn } from '../model/arn.ts';
import { AuditError } from '../model/errors.ts';
import type { AwsClients } from './clients.ts';
import { credentialsError, reasonOf } from './observe.ts';

/** Who the auditor is to AWS. */
export type Caller = { readonly arn: string; readonly accountId: string; readonly partition: string };

/**
 * GetCallerIdentity: needs no permission, so its failure means that nothing will work.
 * Throws AuditError NO_CREDENTIALS, EXPIRED_CREDENTIALS, ACCESS_DENIED or UNREACHABLE.
 */
export async function readCaller(aws: AwsClients): Promise<Caller> {
  try {
    const { Arn, Account } = await aws.sts().send(new GetCallerIdentityCommand({}));
    if (!Arn || !Account) throw new AuditError('FAILED', 'AWS STS answered without a caller identity.');
    return { arn: Arn, accountId: Account, partition: parseArn(Arn)?.partition ?? 'aws' };
  } catch (error) {
    const lost = credentialsError(error);
    if (lost) throw lost;
    const reason = reasonOf('sts:GetCallerIdentity', error);
    const where = aws.options.endpoint ?? `AWS in ${aws.options.region}`;
    if (reason.code === 'UNREACHABLE') {
      throw new AuditError('UNREACHABLE', `${where} cannot be reached: ${reason.message}.`, { cause: error });
    }
    const code = reason.code === 'ACCESS_DENIED' ? 'ACCESS_DENIED' : 'FAILED';
    throw new AuditError(code, `${where} refused the credentials: ${reason.message}.`, { cause: error });
  }
}

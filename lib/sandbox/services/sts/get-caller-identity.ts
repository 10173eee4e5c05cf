import type { QueryOperation } from '../../operation.ts';
import { userIdentity } from '../cloudtrail/user-identity.ts';

/** GetCallerIdentity: needs no permission and takes no input. */
export const getCallerIdentity: QueryOperation = {
  service: 'sts',
  name: 'GetCallerIdentity',
  version: '2011-06-15',
  action: 'sts:GetCallerIdentity',
  handle: (_state, _input, context) => {
    const { principalId } = userIdentity({
      arn: context.callerArn,
      accountId: context.accountId,
      accessKeyId: context.accessKeyId,
      sessionStart: context.now,
    });
    return { UserId: String(principalId), Account: context.accountId, Arn: context.callerArn };
  },
};

import { createHash } from 'node:crypto';

/** A caller as CloudTrail knows one. */
export type Caller = {
  readonly arn: string;
  readonly accountId: string;
  /** Null: one is made up from the ARN. */
  readonly accessKeyId: string | null;
  /** When the caller's session began, for assumed roles. */
  readonly sessionStart: number;
};

/**
 * `userIdentity` of a record, by the kind of ARN: assumed role, IAM user or root. Unique ids are derived from the
 * ARN, so that the same principal has the same id in every record.
 */
export function userIdentity(caller: Caller): Record<string, unknown> {
  const { arn, accountId } = caller;
  const [, partition, role, session] =
    /^arn:([^:]+):sts::\d{12}:assumed-role\/(.+)\/([^/]+)$/.exec(arn) ?? [];
  if (partition !== undefined && role !== undefined && session !== undefined) {
    const roleArn = `arn:${partition}:iam::${accountId}:role/${role}`;
    const roleId = uniqueId('AROA', roleArn);
    return {
      type: 'AssumedRole',
      principalId: `${roleId}:${session}`,
      arn,
      accountId,
      accessKeyId: caller.accessKeyId ?? uniqueId('ASIA', arn),
      sessionContext: {
        sessionIssuer: { type: 'Role', principalId: roleId, arn: roleArn, accountId, userName: role },
        attributes: { creationDate: instant(caller.sessionStart), mfaAuthenticated: 'false' },
      },
    };
  }
  if (arn.endsWith(':root')) {
    return {
      type: 'Root',
      principalId: accountId,
      arn,
      accountId,
      accessKeyId: caller.accessKeyId ?? uniqueId('AKIA', arn),
    };
  }
  return {
    type: 'IAMUser',
    principalId: uniqueId('AIDA', arn),
    arn,
    accountId,
    accessKeyId: caller.accessKeyId ?? uniqueId('AKIA', arn),
    userName: arn.slice(arn.lastIndexOf('/') + 1),
  };
}

/** An IAM unique id or access key id: four letters for its kind, then 16 derived from the text. */
export function uniqueId(prefix: string, text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  return prefix + [...bytes].map((byte) => alphabet.charAt(byte % 32)).join('');
}

/** CloudTrail's timestamps have whole seconds. */
export const instant = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

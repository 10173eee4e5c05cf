import { randomBytes } from 'node:crypto';
import { AwsFault } from '../../operation.ts';
import type { CallContext, QueryOperation } from '../../operation.ts';
import type { Role } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';
import { uniqueId } from '../cloudtrail/user-identity.ts';

/**
 * AssumeRole: new session credentials, which the sandbox then verifies like any registered ones. Refused with
 * AccessDenied when the role is not there, does not trust the caller, or asks for another external id: STS does
 * not tell these apart.
 */
export const assumeRole: QueryOperation = {
  service: 'sts',
  name: 'AssumeRole',
  version: '2011-06-15',
  action: 'sts:AssumeRole',
  handle: (state, input, context) => {
    const roleArn = required(input, 'RoleArn');
    const session = required(input, 'RoleSessionName');
    if (!/^[\w+=,.@-]{2,64}$/.test(session)) {
      throw invalid(
        `Value at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
      );
    }
    const role = state.roles.get(roleArn);
    if (
      !role ||
      !trusts(role, context) ||
      (role.externalId !== null && input.get('ExternalId') !== role.externalId)
    ) {
      throw new AwsFault(
        'AccessDenied',
        403,
        `User: ${context.callerArn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      );
    }
    const seconds = durationOf(input, role);
    return issue(state, role, session, context.now + seconds * 1000);
  },
};

function required(input: ReadonlyMap<string, string>, name: string): string {
  const value = input.get(name);
  if (value === undefined || value === '') {
    const member = name.charAt(0).toLowerCase() + name.slice(1);
    throw invalid(
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

const invalid = (message: string): AwsFault => new AwsFault('ValidationError', 400, message);

const trusts = (role: Role, context: CallContext): boolean =>
  role.trusts === null || role.trusts.includes(context.accountId) || role.trusts.includes(context.callerArn);

function durationOf(input: ReadonlyMap<string, string>, role: Role): number {
  const seconds = Number(input.get('DurationSeconds') ?? 3600);
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > role.maxSessionSeconds) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return seconds;
}

function issue(
  state: SandboxState,
  role: Role,
  session: string,
  expires: number,
): ReturnType<QueryOperation['handle']> {
  const [, partition, accountId, path] = /^arn:([^:]+):iam::(\d{12}):role\/(.+)$/.exec(role.arn) ?? [];
  // A role's path is no part of its sessions' ARNs.
  const name = path?.slice(path.lastIndexOf('/') + 1) ?? '';
  const arn = `arn:${partition ?? state.partition}:sts::${accountId ?? ''}:assumed-role/${name}/${session}`;
  const accessKeyId = uniqueId('ASIA', randomBytes(16).toString('hex'));
  const secret = randomBytes(30).toString('base64');
  const sessionToken = randomBytes(96).toString('base64');
  state.credentials.set(accessKeyId, {
    secret,
    sessionToken,
    expired: false,
    expiresAt: expires,
    accountId: accountId ?? state.accountId,
    arn,
  });
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secret,
      SessionToken: sessionToken,
      Expiration: new Date(expires).toISOString(),
    },
    AssumedRoleUser: { AssumedRoleId: `${uniqueId('AROA', role.arn)}:${session}`, Arn: arn },
  };
}

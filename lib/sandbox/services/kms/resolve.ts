import { jsonFault } from '../../operation.ts';
import type { AwsFault, CallContext } from '../../operation.ts';
import type { KmsKey } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';
import { awsS3Key } from './managed-key.ts';

/** What an operation accepts as a KeyId (KMS API reference, each operation's "Cross-account use" and KeyId). */
export type Accepts = {
  /** IAM action named in a refusal, such as `kms:DescribeKey`. */
  readonly action: string;
  /** Aliases as well as key ids and ARNs. */
  readonly alias?: boolean;
  /** Keys of other accounts, by ARN. */
  readonly crossAccount?: boolean;
};

/**
 * The key that a request means. Throws NotFoundException, or AccessDeniedException for a key that the caller may
 * not use: one flagged so, an AWS managed one of another account, or any foreign one where the operation is local.
 */
export function resolveKey(
  state: SandboxState,
  context: CallContext,
  reference: string,
  accepts: Accepts,
): KmsKey {
  const key = findKey(state, context, reference, accepts.alias ?? false);
  const foreign = key.accountId !== context.accountId;
  if (key.accessDenied || (foreign && (key.manager === 'AWS' || !accepts.crossAccount))) {
    throw accessDenied(context, accepts.action, key.arn);
  }
  return key;
}

/** The refusal of a key that the caller may not use. */
export const accessDenied = (context: CallContext, action: string, resource: string): AwsFault =>
  jsonFault(
    'AccessDeniedException',
    `User: ${context.callerArn} is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`,
  );

const KEY_ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/;

function findKey(
  state: SandboxState,
  context: CallContext,
  reference: string,
  aliasAllowed: boolean,
): KmsKey {
  const [, region, accountId, resource] = /^arn:[^:]+:kms:([^:]*):(\d{12}):(.+)$/.exec(reference) ?? [];
  if (region !== undefined && region !== context.region) throw notFound(`Invalid arn ${region}`);
  const name = resource ?? reference;
  const owner = accountId ?? context.accountId;
  if (name.startsWith('alias/')) {
    if (!aliasAllowed) throw notFound(`Invalid keyId ${reference}`);
    return findAlias(state, context.region, owner, name);
  }
  const keyId = resource === undefined ? name : name.replace(/^key\//, '');
  if (!KEY_ID.test(keyId)) throw notFound(`Invalid keyId '${reference}'`);
  const arn = `arn:${state.partition}:kms:${context.region}:${owner}:key/${keyId}`;
  const key = state.keys.get(arn);
  if (!key) throw notFound(`Key '${arn}' does not exist`);
  return key;
}

function findAlias(state: SandboxState, region: string, accountId: string, name: string): KmsKey {
  if (name === 'alias/aws/s3') return awsS3Key(state, accountId, region);
  const aliasArn = `arn:${state.partition}:kms:${region}:${accountId}:${name}`;
  const key = state.keys.get(state.aliases.get(aliasArn) ?? '');
  if (!key) throw notFound(`Alias ${aliasArn} is not found.`);
  return key;
}

const notFound = (message: string): AwsFault => jsonFault('NotFoundException', message);

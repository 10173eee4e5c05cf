import { parseArn } from '../model/arn.ts';
import type { PrincipalKind } from '../model/ledger.ts';
import { asObject, asText } from './json.ts';

/** Who called, as far as `userIdentity` tells. */
export type Principal = {
  readonly kind: PrincipalKind;
  /** Role, user or root ARN; service name; account id; `unidentified`. */
  readonly name: string;
  readonly accountId: string | null;
  /** Session name of an assumed role. */
  readonly session: string | null;
};

/**
 * The principal of a record, a role's sessions folded to the role. The shape of the ARN counts before `type`, since
 * AWS adds types. Source: CloudTrail user guide, userIdentity element.
 */
export function principalOf(userIdentity: unknown): Principal {
  const identity = asObject(userIdentity);
  if (!identity) return unidentified(null);
  const arn = asText(identity['arn']);
  const accountId = accountOf(asText(identity['accountId'])) ?? accountOf(parseArn(arn ?? '')?.account);
  const byArn = arn === null ? null : fromArn(arn, accountId, identity);
  if (byArn) return byArn;
  const type = asText(identity['type']);
  const invokedBy = asText(identity['invokedBy']);
  if (type === 'AWSService' && invokedBy !== null) {
    return { kind: 'service', name: invokedBy, accountId: null, session: null };
  }
  // In the key owner's copy of a cross-account call, the caller is an account and no more (FACTS §5.5).
  if (type === 'AWSAccount' && accountId !== null) {
    return { kind: 'account', name: accountId, accountId, session: null };
  }
  return unidentified(accountId);
}

function fromArn(
  arn: string,
  accountId: string | null,
  identity: Readonly<Record<string, unknown>>,
): Principal | null {
  const { service, resource, partition, account } = parseArn(arn) ?? {};
  if (service === undefined || resource === undefined) return null;
  const [kind = '', ...rest] = resource.split('/');
  const named = (as: PrincipalKind): Principal => ({ kind: as, name: arn, accountId, session: null });
  if (service === 'sts' && kind === 'assumed-role' && rest.length >= 1 && rest[0] !== '') {
    const role = rest[0] ?? '';
    const session = rest.slice(1).join('/');
    return {
      kind: 'role',
      // The issuer's ARN has the role's path, the session's has not.
      name: issuerRole(identity) ?? `arn:${partition ?? 'aws'}:iam::${account ?? ''}:role/${role}`,
      accountId,
      session: session === '' ? null : session,
    };
  }
  if (service === 'sts' && kind === 'federated-user') return named('federated');
  if (service !== 'iam') return null;
  if (resource === 'root') return named('root');
  if (kind === 'user') return named('user');
  return kind === 'role' ? named('role') : null;
}

function issuerRole(identity: Readonly<Record<string, unknown>>): string | null {
  const issuer = asObject(asObject(identity['sessionContext'])?.['sessionIssuer']);
  const arn = asText(issuer?.['arn']);
  const parsed = arn === null ? null : parseArn(arn);
  return parsed?.service === 'iam' && parsed.resource.startsWith('role/') ? arn : null;
}

const accountOf = (text: string | null | undefined): string | null =>
  text !== null && text !== undefined && /^\d{12}$/.test(text) ? text : null;

const unidentified = (accountId: string | null): Principal => ({
  kind: 'unidentified',
  name: 'unidentified',
  accountId,
  session: null,
});

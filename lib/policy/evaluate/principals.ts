import type { Listed, PrincipalEntry } from '../document.ts';
import type { Answer } from './answer.ts';
import { nameOf, principalArn } from './request.ts';
import type { Principal } from './request.ts';

/** Whether a statement's Principal or NotPrincipal takes in a caller. */
export function matchesPrincipals({ negated, entries }: Listed<PrincipalEntry>, caller: Principal): Answer {
  const names = (entry: PrincipalEntry): boolean => namesCaller(entry, caller);
  if (!negated) return entries.some(names) ? 'yes' : 'no';
  if (!entries.some(names)) return 'yes';
  return isWhollyExempt(entries, caller) ? 'no' : 'unknown';
}

function namesCaller(entry: PrincipalEntry, caller: Principal): boolean {
  switch (entry.kind) {
    case 'everyone':
      return true;
    case 'account':
      return 'account' in caller && caller.account === entry.account;
    case 'user':
    case 'role':
    case 'federated-user':
    case 'origin-identity':
      return principalArn(caller) === entry.text;
    case 'session':
      return (
        caller.kind === 'role' &&
        caller.account === entry.account &&
        caller.session === entry.session &&
        nameOf(caller.path) === entry.role
      );
    case 'service':
      return caller.kind === 'service' && caller.service === entry.text;
    case 'provider':
      return caller.kind === 'role' && caller.provider === entry.text;
    case 'canonical':
    case 'deleted':
      return false;
  }
}

/**
 * NotPrincipal spares a caller for certain only when every form of it is listed: AWS warns that it may otherwise be
 * denied through its role or account. Source: IAM User Guide, NotPrincipal with Deny.
 */
function isWhollyExempt(entries: readonly PrincipalEntry[], caller: Principal): boolean {
  const has = (kind: PrincipalEntry['kind']): boolean =>
    entries.some((entry) => entry.kind === kind && namesCaller(entry, caller));
  if (has('everyone')) return true;
  switch (caller.kind) {
    case 'root':
      return has('account');
    case 'user':
      return has('user') && has('account');
    case 'role':
      return has('session') && has('role') && has('account');
    case 'federated-user':
      return has('federated-user') && has('account');
    case 'service':
      return has('service');
    case 'origin-identity':
      return has('origin-identity');
    case 'anonymous':
      return false;
  }
}

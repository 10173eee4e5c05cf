import { derivedUuid } from '../services/kms/managed-key.ts';
import type { SandboxState } from '../state.ts';
import type { Estate, EstatePrincipal } from './schema.ts';

/** What the names of an estate need to become ARNs. */
export type Naming = { readonly estate: Estate; readonly state: Pick<SandboxState, 'partition'> };

/** An estate on its way into a sandbox. */
export type Placing = Naming & { readonly state: SandboxState; readonly now: number };

/** Id of a key of the estate: the same in every run. */
export const keyIdOf = ({ estate }: Naming, name: string): string => {
  const id = derivedUuid(`${estate.estate}/${estate.seed}/key/${name}`);
  return estate.keys[name]?.['multi-region'] ? `mrk-${id.replaceAll('-', '')}` : id;
};

/** ARN of a key of the estate. The name must exist. */
export function keyArnOf(naming: Naming, name: string): string {
  const { estate, state } = naming;
  const key = estate.keys[name];
  const region = key?.region ?? estate.region;
  return `arn:${state.partition}:kms:${region}:${key?.account ?? estate.account}:key/${keyIdOf(naming, name)}`;
}

/** IAM ARN of a principal, the form that policies use; null for a service. */
export function principalArn({ estate, state }: Naming, principal: EstatePrincipal): string | null {
  if ('service' in principal) return null;
  const account = principal.account ?? estate.account;
  const name =
    'root' in principal ? 'root' : 'role' in principal ? `role/${principal.role}` : `user/${principal.user}`;
  return `arn:${state.partition}:iam::${account}:${name}`;
}

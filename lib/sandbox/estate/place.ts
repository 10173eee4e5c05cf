import { derivedUuid } from '../services/kms/managed-key.ts';
import type { SandboxState } from '../state.ts';
import type { Estate, EstatePrincipal } from './schema.ts';

/** An estate on its way into a sandbox. */
export type Placing = { readonly estate: Estate; readonly state: SandboxState; readonly now: number };

/** Id of a key of the estate: the same in every run. */
export const keyIdOf = ({ estate }: Placing, name: string): string => {
  const id = derivedUuid(`${estate.estate}/${estate.seed}/key/${name}`);
  return estate.keys[name]?.['multi-region'] ? `mrk-${id.replaceAll('-', '')}` : id;
};

/** ARN of a key of the estate. The name must exist. */
export function keyArnOf(placing: Placing, name: string): string {
  const { estate, state } = placing;
  const key = estate.keys[name];
  const region = key?.region ?? estate.region;
  return `arn:${state.partition}:kms:${region}:${key?.account ?? estate.account}:key/${keyIdOf(placing, name)}`;
}

/** IAM ARN of a principal, the form that policies use; null for a service. */
export function principalArn({ estate, state }: Placing, principal: EstatePrincipal): string | null {
  if ('service' in principal) return null;
  const account = principal.account ?? estate.account;
  const path = 'role' in principal ? `role/${principal.role}` : `user/${principal.user}`;
  return `arn:${state.partition}:iam::${account}:${path}`;
}

/** A policy document with its placeholders filled in: {{bucket}}, {{account}}, {{organization}}, {{key NAME}}, {{principal NAME}}. */
export function policyDocument(
  placing: Placing,
  statements: readonly Readonly<Record<string, unknown>>[],
  bucket: string | null = null,
): string {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2);
  return document.replaceAll(
    /\{\{([a-z]+)(?: ([a-z0-9.-]+))?\}\}/g,
    (all, kind: string, name: string | undefined) => {
      const value = placeholder(placing, kind, name, bucket);
      if (value === null)
        throw new RangeError(`${all} stands for nothing in a policy of ${bucket ?? 'the estate'}`);
      return value;
    },
  );
}

function placeholder(
  placing: Placing,
  kind: string,
  name: string | undefined,
  bucket: string | null,
): string | null {
  const { estate, state } = placing;
  if (kind === 'bucket') return bucket === null ? null : `arn:${state.partition}:s3:::${bucket}`;
  if (kind === 'account') return estate.account;
  if (kind === 'organization') return estate.organization?.id ?? null;
  if (kind === 'key')
    return name !== undefined && Object.hasOwn(estate.keys, name) ? keyArnOf(placing, name) : null;
  const principal = kind === 'principal' && name !== undefined ? estate.principals[name] : undefined;
  return principal === undefined ? null : principalArn(placing, principal);
}

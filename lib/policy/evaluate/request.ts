/** One concrete request, as the policies of an account see it. */
export type Request = {
  readonly action: string;
  readonly resource: string;
  readonly principal: Principal;
  /** Condition context by lower-case key; a key that is missing is not there. Filled from the principal as well. */
  readonly context: Context;
  /** False for principals that an SCP of the bucket's account does not bind. */
  readonly boundByScp: boolean;
};

export type Context = Readonly<Record<string, readonly string[]>>;

/** A concrete caller. `path` fields have no leading slash: `app/ehr` is the role `ehr` under the path `/app/`. */
export type Principal =
  | { readonly kind: 'root'; readonly partition: string; readonly account: string }
  | {
      readonly kind: 'user';
      readonly partition: string;
      readonly account: string;
      readonly path: string;
      readonly id: string;
    }
  | {
      readonly kind: 'role';
      readonly partition: string;
      readonly account: string;
      readonly path: string;
      readonly id: string;
      readonly session: string;
      readonly provider: string | null;
    }
  | {
      readonly kind: 'federated-user';
      readonly partition: string;
      readonly account: string;
      readonly name: string;
    }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'origin-identity'; readonly arn: string }
  | { readonly kind: 'anonymous' };

/** The ARN that `aws:PrincipalArn` holds: the role's, not the session's. Null for callers without one. */
export function principalArn(principal: Principal): string | null {
  switch (principal.kind) {
    case 'root':
      return `arn:${principal.partition}:iam::${principal.account}:root`;
    case 'user':
    case 'role':
      return `arn:${principal.partition}:iam::${principal.account}:${principal.kind}/${principal.path}`;
    case 'federated-user':
      return `arn:${principal.partition}:sts::${principal.account}:federated-user/${principal.name}`;
    case 'origin-identity':
      return principal.arn;
    case 'service':
    case 'anonymous':
      return null;
  }
}

/** The last part of a path: a user's or role's name. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The keys that follow from who is calling. Source: IAM User Guide, principal key values. */
export function principalContext(principal: Principal): Context {
  const arn = principalArn(principal);
  const common: Record<string, readonly string[]> = arn === null ? {} : { 'aws:principalarn': [arn] };
  const signed = (account: string, type: string, id: string): Record<string, readonly string[]> => ({
    ...common,
    'aws:principalaccount': [account],
    'aws:principaltype': [type],
    'aws:userid': [id],
    'aws:principalisawsservice': ['false'],
  });
  switch (principal.kind) {
    case 'root':
      return signed(principal.account, 'Account', principal.account);
    case 'user':
      return { ...signed(principal.account, 'User', principal.id), 'aws:username': [nameOf(principal.path)] };
    case 'role': {
      const context = signed(principal.account, 'AssumedRole', `${principal.id}:${principal.session}`);
      return principal.provider === null
        ? context
        : { ...context, 'aws:federatedprovider': [principal.provider] };
    }
    case 'federated-user':
      return signed(principal.account, 'FederatedUser', `${principal.account}:${principal.name}`);
    case 'origin-identity':
      return { ...common, 'aws:principalisawsservice': ['false'] };
    case 'service':
      return { 'aws:principalisawsservice': ['true'], 'aws:principalservicename': [principal.service] };
    case 'anonymous':
      return {
        'aws:principalaccount': ['anonymous'],
        'aws:principaltype': ['Anonymous'],
        'aws:userid': ['anonymous'],
      };
  }
}

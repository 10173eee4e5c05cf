import type { Observed } from './observed.ts';

/** Everything read about an AWS organization: plain JSON, saved in the run's evidence folder. */
export type OrganizationEvidence = {
  /** Absent: the caller's account is in no organization. */
  readonly organization: Observed<{ readonly id: string; readonly managementAccountId: string }>;
  /** Every account, the management account too, sorted by id. */
  readonly accounts: Observed<readonly OrganizationAccount[]>;
  /** By account id: the units above an audited account, nearest first, and the root last. */
  readonly parents: Readonly<Record<string, Observed<readonly string[]>>>;
  /** By id of an account, unit or root: what is attached to it itself, by policy id. */
  readonly attached: Readonly<Record<string, AttachedPolicies>>;
  /** By policy id. */
  readonly policies: Readonly<Record<string, OrganizationPolicy>>;
};

export type OrganizationAccount = {
  readonly id: string;
  readonly name: string;
  /** `ACTIVE`, `SUSPENDED`, `PENDING_CLOSURE` … as AWS spells it. */
  readonly status: string;
};

/** Service control policies and resource control policies. */
export type PolicyKind = 'scp' | 'rcp';
export type AttachedPolicies = Readonly<Record<PolicyKind, Observed<readonly string[]>>>;

export type OrganizationPolicy = {
  readonly name: string;
  readonly kind: PolicyKind;
  /** The document, byte for byte as AWS Organizations returned it. */
  readonly content: Observed<string>;
};

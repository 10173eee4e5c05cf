import { AuditError } from '../model/errors.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { Observed } from '../model/observed.ts';
import type { OrganizationEvidence, PolicyKind } from '../model/organization.ts';
import type { Proof, WritePath } from '../model/proof.ts';
import { WRITE_PATHS } from '../model/proof.ts';
import type { PolicyDocument } from '../policy/document.ts';
import { levelOf } from '../policy/levels.ts';
import { parsePolicy } from '../policy/parse/document.ts';

/** What an organization does to writes into the buckets of one account. */
export type AppliedPolicies = {
  /** False in the management account, which no RCP or SCP binds. */
  readonly bound: boolean;
  readonly documents: readonly PolicyDocument[];
  /** Why there may be more that stops a write, by path; sentences without their full stop. */
  readonly unread: Readonly<Record<WritePath, readonly string[]>>;
};

const KIND_WORDS: Readonly<Record<PolicyKind, string>> = { scp: 'SCP', rcp: 'RCP' };

/** The RCPs and SCPs of an account, of the units above it and of the root; what of them could not be read. */
export function policiesOfAccount(evidence: OrganizationEvidence, accountId: string): AppliedPolicies {
  const documents: PolicyDocument[] = [];
  const unread: Record<WritePath, string[]> = { put: [], replicate: [], update: [] };
  const missing = (sentence: string): void => WRITE_PATHS.forEach((path) => unread[path].push(sentence));
  const answer = { bound: true, documents, unread };
  const levels = levelsOf(evidence, accountId);
  if (levels === 'management') return { ...answer, bound: false };
  if (typeof levels === 'string') {
    missing(levels);
    return answer;
  }
  for (const where of levels) {
    for (const kind of ['rcp', 'scp'] as const) {
      const policies = policiesAt(evidence, where, kind);
      const read = policies.flatMap((one) => (typeof one === 'string' ? [] : [one]));
      policies.forEach((one) => typeof one === 'string' && missing(one));
      const { denies, closed, partly } = levelOf(read, kind, where);
      documents.push(...denies);
      // With one of them unread, what the level allows is not known; what the others deny is.
      if (read.length < policies.length) continue;
      documents.push(...closed);
      for (const path of partly)
        unread[path].push(`the ${KIND_WORDS[kind]}s of ${where} allow the write for some requests alone`);
    }
  }
  return answer;
}

/** The account and what is above it; `management` where nothing binds it; a sentence where that is not known. */
function levelsOf(
  { organization, accounts, parents }: OrganizationEvidence,
  accountId: string,
): readonly string[] | string {
  if (organization.state === 'unknown') return unreadable('the organization', organization);
  if (valueOf(organization)?.managementAccountId === accountId) return 'management';
  if (accounts.state === 'unknown') return unreadable('the accounts of the organization', accounts);
  if (!(valueOf(accounts) ?? []).some(({ id }) => id === accountId))
    return `account ${accountId} is not of the organization that was read`;
  const above = parents[accountId];
  if (above?.state !== 'known') return unreadable(`the units above account ${accountId}`, above);
  return [accountId, ...above.value];
}

/** The policies attached to one target; a sentence for each that is not known. */
function policiesAt(
  { attached, policies }: OrganizationEvidence,
  target: string,
  kind: PolicyKind,
): readonly (PolicyDocument | string)[] {
  const ids = attached[target]?.[kind];
  if (ids?.state !== 'known') return [unreadable(`the ${KIND_WORDS[kind]}s of ${target}`, ids)];
  return ids.value.map((id) => {
    const content = policies[id]?.content;
    const name = `the ${KIND_WORDS[kind]} ${id}`;
    if (content?.state !== 'known') return unreadable(name, content);
    try {
      return parsePolicy(content.value, kind, name);
    } catch (error) {
      if (error instanceof AuditError)
        return `${name} could not be understood: ${error.message}`.replace(/\.$/, '');
      throw error;
    }
  });
}

function unreadable(what: string, observed: Observed<unknown> | undefined): string {
  const why = observed?.state === 'unknown' ? describeReason(observed.reason) : 'nobody asked for it';
  return `${what} could not be read: ${why}`;
}

/** Reasons told of one proof. */
const SHOWN = 3;

/** A request that gets through may yet be stopped by what was not read; a proof stands, since more only restricts. */
export function unlessUnread(
  proofs: Readonly<Record<WritePath, Proof>>,
  { unread }: AppliedPolicies,
): Readonly<Record<WritePath, Proof>> {
  const doubt = (path: WritePath): Proof => {
    const proof = proofs[path];
    const reasons = [...new Set(unread[path])];
    if (proof.verdict !== 'refuted' || reasons.length === 0) return proof;
    const more = reasons.length > SHOWN ? [`${reasons.length - SHOWN} more are in the evidence`] : [];
    const why = [...reasons.slice(0, SHOWN), ...more].join('; ');
    const reason = `A request gets through all that was read (${proof.counterexample.command}), and whether an RCP or SCP stops it is not known: ${why}.`;
    return { verdict: 'undecided', assumptions: proof.assumptions, reason };
  };
  return { put: doubt('put'), replicate: doubt('replicate'), update: doubt('update') };
}

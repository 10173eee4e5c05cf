import { parseArn } from '../model/arn.ts';
import { matchesArn, matchesGlob } from '../model/glob.ts';
import type { LedgerEntry } from '../model/ledger.ts';

/**
 * Whether a list of ARN patterns names the principal of an entry. Patterns are of IAM principals, or of sessions
 * (`assumed-role/…`); of an entry that tells only an account, the list may or may not mean the caller.
 */
export function isListed(patterns: readonly string[], entry: LedgerEntry): 'yes' | 'no' | 'unknown' {
  const { principal, principalKind, principalAccount, sessions, moreSessions } = entry;
  // S3 by itself, as for replication it does under no role of ours, opens nothing for anybody.
  if (principal === 's3.amazonaws.com') return 'yes';
  switch (principalKind) {
    case 'service':
      return 'no';
    case 'account':
      return patterns.some((pattern) => mayMeanAccount(pattern, principalAccount)) ? 'unknown' : 'no';
    case 'unidentified':
      return 'unknown';
    case 'user':
    case 'root':
    case 'federated':
      return matches(patterns, principal) ? 'yes' : 'no';
    case 'role': {
      if (matches(patterns, principal)) return 'yes';
      if (sessions.length === 0) return 'no';
      const all = sessions.every((session) => matches(patterns, sessionArn(principal, session)));
      if (!all) return 'no';
      return moreSessions ? 'unknown' : 'yes';
    }
  }
}

const matches = (patterns: readonly string[], arn: string): boolean =>
  patterns.some((pattern) => matchesArn(pattern, arn));

/** The session's ARN leaves the role's path out. */
function sessionArn(roleArn: string, session: string): string {
  const { partition, account, resource } = parseArn(roleArn) ?? { partition: '', account: '', resource: '' };
  return `arn:${partition}:sts::${account}:assumed-role/${resource.slice(resource.lastIndexOf('/') + 1)}/${session}`;
}

/** Whether a pattern's account segment matches; null is an account nobody knows. */
const mayMeanAccount = (pattern: string, account: string | null): boolean =>
  account === null || matchesGlob(pattern.split(':')[4] ?? '', account);

import { parseArn } from '../model/arn.ts';
import type { KeyEvidence } from '../model/evidence.ts';
import { matchesArn, matchesGlob } from '../model/glob.ts';
import { describeReason } from '../model/observed.ts';
import type { KeyRequirement } from '../model/requirement.ts';
import { dontKnow, fail, pass } from './check.ts';
import type { Judgement } from './check.ts';

/** The AWS managed key that S3 takes when told `aws:kms` without a key (FACTS §1.2). */
export const AWS_MANAGED_S3 = 'alias/aws/s3';

/** Whether a reference names the AWS managed key, by alias name or alias ARN. */
export const isAwsManagedAlias = (reference: string): boolean =>
  reference === AWS_MANAGED_S3 || reference.endsWith(`:${AWS_MANAGED_S3}`);

/**
 * Whether this is one of the keys the requirement asks for: by ARN, account, alias and manager, each that is given.
 * @param arn the key's full ARN; null when S3 did not name the key
 */
export function judgeKeyIdentity(
  wanted: KeyRequirement,
  arn: string | null,
  evidence: KeyEvidence | undefined,
): readonly Judgement[] {
  const asksNothing =
    wanted.manager === 'any' && wanted.arns.length + wanted.aliases.length + wanted.accounts.length === 0;
  if (asksNothing) return [pass('any key is accepted')];
  return [
    ...judgeArn(wanted.arns, arn),
    ...judgeAccount(wanted.accounts, arn),
    ...judgeManager(wanted.manager, arn, evidence),
    ...judgeAlias(wanted.aliases, arn, evidence),
  ];
}

const UNNAMED = 'S3 did not name the key';

function judgeArn(patterns: readonly string[], arn: string | null): readonly Judgement[] {
  if (patterns.length === 0) return [];
  if (arn === null) return [dontKnow(UNNAMED)];
  return patterns.some((pattern) => matchesArn(pattern, arn))
    ? [pass(`key ${arn} is on the list`)]
    : [fail(`key ${arn} is not among the keys that the requirement names`)];
}

function judgeAccount(accounts: readonly string[], arn: string | null): readonly Judgement[] {
  if (accounts.length === 0) return [];
  const account = arn === null ? undefined : parseArn(arn)?.account;
  if (!account) return [dontKnow(UNNAMED)];
  return accounts.includes(account)
    ? [pass(`key of account ${account}`)]
    : [fail(`key ${arn ?? ''} belongs to account ${account}, not to ${accounts.join(' or ')}`)];
}

function judgeManager(
  manager: KeyRequirement['manager'],
  arn: string | null,
  evidence: KeyEvidence | undefined,
): readonly Judgement[] {
  if (manager === 'any') return [];
  const actual = managerOf(evidence);
  if (actual === null) {
    const why =
      evidence?.metadata.state === 'unknown'
        ? describeReason(evidence.metadata.reason)
        : 'the key was not read';
    return [dontKnow(`who manages key ${arn ?? '(unnamed)'} is not known: ${why}`)];
  }
  if (actual === manager) return [pass(actual === 'CUSTOMER' ? 'customer managed key' : 'AWS managed key')];
  return actual === 'AWS'
    ? [fail(`key ${arn ?? AWS_MANAGED_S3} is managed by AWS, not by the customer`)]
    : [fail(`key ${arn ?? ''} is customer managed; the requirement asks for the AWS managed key`)];
}

/** Who manages a key, null when not known. The alias alias/aws/s3 tells by its name. */
export function managerOf(evidence: KeyEvidence | undefined): 'AWS' | 'CUSTOMER' | null {
  if (!evidence) return null;
  if (evidence.metadata.state === 'known') return evidence.metadata.value.manager;
  return isAwsManagedAlias(evidence.reference) ? 'AWS' : null;
}

function judgeAlias(
  patterns: readonly string[],
  arn: string | null,
  evidence: KeyEvidence | undefined,
): readonly Judgement[] {
  if (patterns.length === 0) return [];
  if (evidence?.aliases.state !== 'known') {
    const why =
      evidence?.aliases.state === 'unknown'
        ? describeReason(evidence.aliases.reason)
        : 'the key was not read';
    return [dontKnow(`the aliases of key ${arn ?? '(unnamed)'} are not known: ${why}`)];
  }
  const names = evidence.aliases.value;
  return names.some((name) => patterns.some((pattern) => matchesGlob(pattern, name)))
    ? [pass(`key with alias ${names.join(', ')}`)]
    : [fail(`key ${arn ?? ''} has no alias like ${patterns.join(' or ')}`)];
}

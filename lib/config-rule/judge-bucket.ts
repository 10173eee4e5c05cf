import { CHECKS } from '../checks/index.ts';
import type { KeyLookup } from '../checks/check.ts';
import { keyPrefixesOf, scopeOf } from '../audit/scope.ts';
import { emptyCensus } from '../model/census.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import type { Status } from '../model/finding.ts';
import type { Requirement, RulePack } from '../model/requirement.ts';
import type { BucketMembership } from '../rules/classify.ts';
import { applyWaivers } from '../rules/waivers.ts';
import type { RuleParameters } from './event.ts';

/** What the rule says about one bucket, before AWS Config's own limits are applied. */
export type RuleVerdict = { readonly status: Status; readonly reason: string };

/** How much each answer weighs: a fail over an unknown, an unknown over a pass, a pass over nothing asked. */
const WEIGHT: readonly Status[] = ['NON_COMPLIANT', 'INSUFFICIENT_DATA', 'COMPLIANT', 'NOT_APPLICABLE'];

/** The requirements that the rule's parameters leave. */
export const askedRequirements = (
  packs: readonly RulePack[],
  { requirements }: Pick<RuleParameters, 'requirements'>,
): readonly Requirement[] =>
  packs
    .flatMap((pack) => pack.requirements)
    .filter(({ pack, id }) => requirements === null || requirements.includes(`${pack}/${id}`));

/** The worst answer of the asked checks over every requirement about this bucket. Pure. `asOf` is ISO 8601 UTC. */
export function judgeBucket(input: {
  readonly packs: readonly RulePack[];
  readonly parameters: RuleParameters;
  readonly bucket: BucketEvidence;
  readonly keyOf: KeyLookup;
  readonly asOf: string;
}): RuleVerdict {
  const { packs, parameters, bucket, keyOf, asOf } = input;
  const day = asOf.slice(0, 10);
  const { memberships } = scopeOf(packs, bucket);
  const waivers = packs.flatMap((pack) => pack.waivers);
  const checks = CHECKS.filter(({ id }) => (parameters.checks as readonly string[]).includes(id));
  const verdicts = askedRequirements(packs, parameters).flatMap((requirement) => {
    const membership = memberships[requirement.dataClass] ?? 'no';
    if (membership === 'no') return [];
    const scope = membership === 'yes' ? ('whole-bucket' as const) : ('by-key' as const);
    return checks.map((check): RuleVerdict => {
      const { pack, id } = requirement;
      const { status, reasons } = check.judge({
        requirement,
        bucket,
        // A rule is asked about configuration: `keys` then means the key of the default, whatever objects there are.
        census: emptyCensus(bucket.name, null),
        keyOf,
        scope,
        keyPrefixes: scope === 'whole-bucket' ? null : keyPrefixesOf(packs, requirement.dataClass),
        asOf,
      });
      const named = { status, reason: `${pack}/${id} ${check.id}: ${reasons[0] ?? ''}` };
      const waivable = { pack, requirement: id, check: check.id, resource: bucket.arn };
      return excuse(settle(named, membership), applyWaivers(waivers, waivable, day)?.state === 'active');
    });
  });
  const worst = WEIGHT.find((status) => verdicts.some((verdict) => verdict.status === status));
  return (
    verdicts.find(({ status }) => status === worst) ?? {
      status: 'NOT_APPLICABLE',
      reason: 'No requirement of the rule packs is about this bucket.',
    }
  );
}

/** Where the data class may or may not be here, only an answer that holds either way is one. */
function settle(verdict: RuleVerdict, membership: BucketMembership): RuleVerdict {
  if (membership === 'yes' || verdict.status !== 'NON_COMPLIANT') return verdict;
  const why =
    membership === 'unknown'
      ? 'the tags could not be read'
      : 'that depends on its keys, which are not listed';
  return {
    status: 'INSUFFICIENT_DATA',
    reason: `Whether this bucket holds the data class is not known: ${why}. If it does: ${verdict.reason}`,
  };
}

/** An active waiver takes a failure out of the verdict; a pass stays one. */
function excuse(verdict: RuleVerdict, waived: boolean): RuleVerdict {
  if (!waived || verdict.status === 'COMPLIANT') return verdict;
  return { status: 'NOT_APPLICABLE', reason: `Waived: ${verdict.reason}` };
}

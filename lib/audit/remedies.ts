import { groupBy } from '../model/group-by.ts';
import { policyCommandFor } from '../checks/enforced-question.ts';
import type { Finding } from '../model/finding.ts';
import type { FixSet, Remedy } from '../model/remedy.ts';
import { outcomeOf } from '../../reports/outcome.ts';
import type { CollectedEvidence } from './evidence-files.ts';
import { keysOfAccount } from './key-directory.ts';
import { keyPrefixesOf, scopeOf } from './scope.ts';

/** What would put right each requirement that fails in a bucket, waivers apart; in the order of buckets and packs. */
export function remediesOf(
  { packs, buckets, keys }: Pick<CollectedEvidence, 'packs' | 'buckets' | 'keys'>,
  findings: readonly Finding[],
  fixes: readonly FixSet[],
): readonly Remedy[] {
  const keysOf = keysOfAccount(keys);
  const byPair = groupBy(findings, ({ pack, requirement, bucket }) =>
    pairOf(`${pack}/${requirement}`, bucket),
  );
  const fixesOf = groupBy(fixes, ({ requirement, bucket }) => pairOf(requirement, bucket));
  return buckets.flatMap((bucket) => {
    const { memberships } = scopeOf(packs, bucket);
    const keyOf = keysOf(bucket.accountId);
    return packs
      .flatMap((pack) => pack.requirements)
      .flatMap((requirement): Remedy[] => {
        const key = `${requirement.pack}/${requirement.id}`;
        const pair = pairOf(key, bucket.name);
        const own = byPair.get(pair) ?? [];
        if (!own.some((finding) => outcomeOf(finding) === 'NON_COMPLIANT')) return [];
        const open = own.some(
          ({ check, status }) =>
            check === 'enforced' && (status === 'NON_COMPLIANT' || status === 'INSUFFICIENT_DATA'),
        );
        const whole = memberships[requirement.dataClass] === 'yes';
        const keyPrefixes = whole ? null : keyPrefixesOf(packs, requirement.dataClass);
        return [
          {
            requirement: key,
            bucket: bucket.name,
            policyCommand: open ? policyCommandFor({ requirement, bucket, keyPrefixes, keyOf }) : null,
            fixes: fixesOf.get(pair) ?? [],
          },
        ];
      });
  });
}

const pairOf = (requirement: string, bucket: string): string => JSON.stringify([requirement, bucket]);

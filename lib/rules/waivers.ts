import type { AppliedWaiver, CheckId } from '../model/finding.ts';
import { matchesArn } from '../model/glob.ts';
import type { Waiver } from '../model/requirement.ts';

/** What a finding is about, as far as waivers are concerned; `resource` is the ARN of a bucket or an object. */
export type Waivable = {
  readonly pack: string;
  readonly requirement: string;
  readonly check: CheckId;
  readonly resource: string;
};

/**
 * The waiver that covers a finding on `day` (YYYY-MM-DD, UTC): an active one before an expired one, then the one
 * that lasts longest. Null when none covers it, or the only ones are not approved until later.
 */
export function applyWaivers(
  waivers: readonly Waiver[],
  finding: Waivable,
  day: string,
): AppliedWaiver | null {
  let chosen: Waiver | null = null;
  for (const waiver of waivers) {
    // `expires` alone decides: what lasts longest is active if anything is.
    if (
      waiver.approved <= day &&
      covers(waiver, finding) &&
      (chosen === null || waiver.expires > chosen.expires)
    ) {
      chosen = waiver;
    }
  }
  return chosen && { ...chosen, state: waiverState(chosen, day) };
}

/** A waiver holds through the whole of the day it names. */
const waiverState = (waiver: Waiver, day: string): AppliedWaiver['state'] =>
  day <= waiver.expires ? 'active' : 'expired';

const covers = (waiver: Waiver, finding: Waivable): boolean =>
  waiver.pack === finding.pack &&
  waiver.requirement === finding.requirement &&
  waiver.checks.includes(finding.check) &&
  coversResource(waiver.resource, finding.resource);

/**
 * A bucket's ARN covers the bucket and what is in it; `bucket/*` means the same, as every object of a bucket is all
 * that a finding about it can speak of. A narrower pattern covers the objects it matches and no bucket.
 */
export function coversResource(pattern: string, resource: string): boolean {
  const whole = pattern.replace(/\/\**$/, '');
  const bucket = splitBucket(resource);
  return splitBucket(whole).rest === null
    ? matchesArn(whole, bucket.arn)
    : bucket.rest !== null && matchesArn(pattern, resource);
}

function splitBucket(arn: string): { arn: string; rest: string | null } {
  const slash = arn.indexOf('/');
  return slash < 0 ? { arn, rest: null } : { arn: arn.slice(0, slash), rest: arn.slice(slash + 1) };
}

import type { Evaluation } from '@aws-sdk/client-config-service';
import type { ResourceRef } from './event.ts';
import type { RuleVerdict } from './judge-bucket.ts';

/** PutEvaluations' own limit on an annotation, in characters. */
export const MAX_ANNOTATION = 256;

/**
 * A verdict as AWS Config takes it. Config refuses INSUFFICIENT_DATA from a rule, so that what is not known becomes
 * NOT_APPLICABLE and the annotation says that it is not known: never a pass, never a fail.
 */
export function toEvaluation(resource: ResourceRef, at: string, { status, reason }: RuleVerdict): Evaluation {
  const unknown = status === 'INSUFFICIENT_DATA';
  return {
    ComplianceResourceType: resource.type,
    ComplianceResourceId: resource.id,
    ComplianceType: unknown ? 'NOT_APPLICABLE' : status,
    Annotation: shortened(unknown ? `Not known: ${reason}` : reason),
    OrderingTimestamp: new Date(at),
  };
}

/** At most 256 UTF-16 code units on one line, never half of a surrogate pair. */
function shortened(reason: string): string {
  const line = reason.replace(/\s+/g, ' ').trim() || 'No reason was given.';
  if (line.length <= MAX_ANNOTATION) return line;
  const cut = line.slice(0, MAX_ANNOTATION - 1);
  const last = cut.charCodeAt(cut.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`;
}

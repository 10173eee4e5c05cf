import { MalformedAnswer, reasonOf } from '../collectors/observe.ts';
import { describeReason } from '../model/observed.ts';

/** Why a listing broke off, for the census; rethrows what is about the run and not about this bucket. */
export function listingFailure(operation: string, error: unknown): string {
  if (error instanceof MalformedAnswer)
    return describeReason({ code: 'MALFORMED', operation, message: error.message });
  return describeReason(reasonOf(operation, error));
}

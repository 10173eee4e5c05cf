import { jsonFault } from '../../operation.ts';
import type { CallContext } from '../../operation.ts';
import type { Trail } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';

/**
 * The trails of which the caller sees anything here: its own and its organization's. A multi-Region trail shows in
 * every Region, in those other than its home as a shadow trail.
 */
export function visibleTrails(state: SandboxState, context: CallContext, shadows: boolean): Trail[] {
  return state.trails
    .filter(
      (trail) =>
        trail.accountId === context.accountId || (trail.organization && inOrganization(state, context)),
    )
    .filter((trail) => trail.homeRegion === context.region || (shadows && trail.multiRegion))
    .sort((a, b) => (a.arn < b.arn ? -1 : 1));
}

const inOrganization = (state: SandboxState, context: CallContext): boolean =>
  state.organization?.accounts.some((account) => account.id === context.accountId) ?? false;

/** One trail by name or ARN. Throws TrailNotFoundException, or AccessDeniedException for a trail flagged so. */
export function readableTrail(
  state: SandboxState,
  context: CallContext,
  name: string,
  action: string,
): Trail {
  const trail = visibleTrails(state, context, true).find((each) => isNamed(each, name));
  // Of a shadow trail or of another account's, only the ARN is a name.
  const local = trail?.homeRegion === context.region && trail.accountId === context.accountId;
  if (!trail || !(local || name === trail.arn)) {
    throw jsonFault('TrailNotFoundException', `Unknown trail: ${name} for the user: ${context.accountId}`);
  }
  if (trail.accessDenied) {
    throw jsonFault(
      'AccessDeniedException',
      `User: ${context.callerArn} is not authorized to perform: ${action} on resource: ${trail.arn} because no identity-based policy allows the ${action} action`,
    );
  }
  return trail;
}

/** Whether a name or ARN means this trail. */
export const isNamed = (trail: Trail, name: string): boolean => name === trail.name || name === trail.arn;

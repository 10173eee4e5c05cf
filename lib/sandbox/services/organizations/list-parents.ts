import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { organizationsOperation, paging } from './operation.ts';
import { administeredOrganization, organizationsPage } from './organization.ts';

/** ListParents: the one unit or root right above an account or unit. */
export const listParents = organizationsOperation(
  'ListParents',
  z.object({ ChildId: z.string(), ...paging }),
  (state, input, context) => {
    const organization = administeredOrganization(state, context);
    const parent = organization.parents.get(input.ChildId);
    if (parent === undefined) {
      throw jsonFault(
        'ChildNotFoundException',
        "We can't find an organizational unit (OU) or AWS account with the ChildId that you specified.",
      );
    }
    const Type = parent === organization.rootId ? 'ROOT' : 'ORGANIZATIONAL_UNIT';
    return organizationsPage('Parents', [{ Id: parent, Type }], input, [input.ChildId]);
  },
);

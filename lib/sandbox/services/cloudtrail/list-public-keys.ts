import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { cloudTrailOperation } from './operation.ts';

/** ListPublicKeys: those of this Region that were valid at some time between StartTime and EndTime. */
export const listPublicKeys = cloudTrailOperation(
  'ListPublicKeys',
  z.object({
    StartTime: z.number().optional(),
    EndTime: z.number().optional(),
    NextToken: z.string().optional(),
  }),
  (state, input, context) => {
    const end = input.EndTime === undefined ? context.now : input.EndTime * 1000;
    const start = input.StartTime === undefined ? end : input.StartTime * 1000;
    if (start > end) throw jsonFault('InvalidTimeRangeException', 'StartTime must not be after EndTime.');
    return {
      PublicKeyList: state.trailPublicKeys
        .filter((key) => key.region === context.region && key.validFrom <= end && key.validTo >= start)
        .map((key) => ({
          Value: key.value,
          ValidityStartTime: new Date(key.validFrom),
          ValidityEndTime: new Date(key.validTo),
          Fingerprint: key.fingerprint,
        })),
    };
  },
);

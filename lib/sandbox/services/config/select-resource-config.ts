import { z } from 'zod';
import { currentItems } from './items.ts';
import { configOperation } from './operation.ts';
import { select } from './select.ts';

/**
 * SelectResourceConfig: an advanced query over the current resources of this account and Region; every result is
 * the JSON text of one row, with nested objects where the items have JSON text.
 */
export const selectResourceConfig = configOperation(
  'SelectResourceConfig',
  z.object({
    Expression: z.string().min(1).max(4096),
    Limit: z.int().min(0).max(100).optional(),
    NextToken: z.string().optional(),
  }),
  (state, input, context) =>
    select(currentItems(state, context), {
      expression: input.Expression,
      limit: input.Limit,
      token: input.NextToken,
      scope: [context.accountId, context.region],
    }),
);

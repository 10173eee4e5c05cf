import { z } from 'zod';
import { aggregatorNamed } from './aggregators.ts';
import { currentItems } from './items.ts';
import { configOperation } from './operation.ts';
import { select } from './select.ts';

/**
 * SelectAggregateResourceConfig: an advanced query over the current resources of every account and Region that an
 * aggregator has read. A source whose reading failed has none.
 */
export const selectAggregateResourceConfig = configOperation(
  'SelectAggregateResourceConfig',
  z.object({
    Expression: z.string().min(1).max(4096),
    ConfigurationAggregatorName: z.string().min(1).max(256),
    Limit: z.int().min(0).max(100).optional(),
    MaxResults: z.int().min(0).max(100).optional(),
    NextToken: z.string().optional(),
  }),
  (state, input, context) => {
    const { sources } = aggregatorNamed(state, context, input.ConfigurationAggregatorName);
    const items = sources
      .filter(({ status }) => status !== 'FAILED')
      .flatMap(({ accountId, region }) => currentItems(state, { accountId, region }));
    return select(items, {
      expression: input.Expression,
      limit: input.Limit ?? input.MaxResults,
      token: input.NextToken,
      scope: [input.ConfigurationAggregatorName],
    });
  },
);

import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { pageOf } from '../paging.ts';
import { currentItems } from './items.ts';
import { nestedResource } from './nested-resource.ts';
import { configOperation } from './operation.ts';
import { parseQuery } from './query-parse.ts';
import { runQuery } from './query-run.ts';

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
  (state, input, context) => {
    const query = parseQuery(input.Expression);
    const rows = runQuery(query, currentItems(state, context).map(nestedResource));
    const limit = input.Limit === undefined || input.Limit === 0 ? 25 : input.Limit;
    const page = pageOf(rows, limit, input.NextToken, [input.Expression, context.accountId, context.region]);
    if (page === null) throw jsonFault('InvalidNextTokenException', 'The nextToken provided is invalid');
    return {
      Results: page.items.map((row) => JSON.stringify(row)),
      QueryInfo: {
        SelectFields: query.columns.map((column) => ({ Name: 'count' in column ? 'COUNT(*)' : column.path })),
      },
      NextToken: page.next ?? undefined,
    };
  },
);

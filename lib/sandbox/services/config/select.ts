import { jsonFault } from '../../operation.ts';
import type { ConfigItem } from '../../state-services.ts';
import { pageOf } from '../paging.ts';
import { nestedResource } from './nested-resource.ts';
import { pageLength } from './operation.ts';
import { parseQuery } from './query-parse.ts';
import { runQuery } from './query-run.ts';

/** What either kind of advanced query is asked. `scope` is whatever must stay the same from page to page. */
type Selection = {
  readonly expression: string;
  readonly limit: number | undefined;
  readonly token: string | undefined;
  readonly scope: readonly unknown[];
};

/** One page of an advanced query over these items; every result is the JSON text of one row. */
export function select(
  items: readonly ConfigItem[],
  { expression, limit, token, scope }: Selection,
): Readonly<Record<string, unknown>> {
  const query = parseQuery(expression);
  const rows = runQuery(query, items.map(nestedResource));
  const page = pageOf(rows, pageLength(limit, 25), token, [expression, ...scope]);
  if (page === null) throw jsonFault('InvalidNextTokenException', 'The nextToken provided is invalid');
  return {
    Results: page.items.map((row) => JSON.stringify(row)),
    QueryInfo: {
      SelectFields: query.columns.map((column) => ({ Name: 'count' in column ? 'COUNT(*)' : column.path })),
    },
    NextToken: page.next ?? undefined,
  };
}

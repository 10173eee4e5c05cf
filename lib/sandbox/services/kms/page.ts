import { jsonFault } from '../../operation.ts';
import { pageOf } from '../paging.ts';

/** A page in KMS's manner: the items under `member`, with Truncated and NextMarker. Throws InvalidMarkerException. */
export function kmsPage(
  member: string,
  all: readonly unknown[],
  input: { readonly Limit?: number | undefined; readonly Marker?: string | undefined },
  defaultLimit: number,
  scope: readonly unknown[],
): Record<string, unknown> {
  const page = pageOf(all, input.Limit ?? defaultLimit, input.Marker, [member, ...scope]);
  if (page === null) throw jsonFault('InvalidMarkerException', 'Could not deserialize marker');
  return { [member]: page.items, Truncated: page.next !== null, NextMarker: page.next ?? undefined };
}

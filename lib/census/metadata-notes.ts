import type { MetadataGroup } from './metadata-groups.ts';
import type { MetadataTable } from './metadata-sql.ts';

type Counted = {
  /** ISO 8601 UTC. */
  readonly asOf: string;
  readonly queries: number;
  readonly athenaBytes: number;
  /** Objects that must be recorded, and those that were. */
  readonly wanted: number;
  readonly recorded: number;
};

/** What a census from S3 Metadata can and cannot tell, in plain sentences. */
export function notesOn(
  { version }: MetadataTable,
  groups: readonly MetadataGroup[],
  { asOf, queries, athenaBytes, wanted, recorded }: Counted,
): readonly string[] {
  const newest = groups.reduce<string | null>(
    (latest, group) => (group.newest !== null && group.newest > (latest ?? '') ? group.newest : latest),
    null,
  );
  const doubtful = groups.reduce((total, group) => total + group.doubtful, 0);
  return [
    version === 'V2'
      ? `Objects, keys and client-side marks are those of the S3 Metadata inventory table at ${asOf}, which follows the bucket within about an hour.`
      : `Objects, keys and client-side marks are those of the S3 Metadata journal at ${asOf}: what was written since it was configured, and nothing from before.`,
    newest === null ? 'The table is empty.' : `The newest version in it is of ${newest}.`,
    'AWS does not say whether UpdateObjectEncryption reaches these tables: what was encrypted again in place may be counted as it was before.',
    ...(doubtful > 0
      ? [
          `Of ${doubtful} keys, sequence number and time name different versions as the current one; the sequence number was believed.`,
        ]
      : []),
    ...(recorded === wanted
      ? []
      : [
          `The table changed while it was read: ${wanted} objects were counted, and ${recorded} of them listed.`,
        ]),
    `Athena scanned ${athenaBytes} bytes in ${queries} ${queries === 1 ? 'statement' : 'statements'}.`,
  ];
}

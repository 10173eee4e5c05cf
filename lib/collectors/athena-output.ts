import { GetWorkGroupCommand } from '@aws-sdk/client-athena';
import type { AthenaClient, WorkGroup } from '@aws-sdk/client-athena';
import { describeReason } from '../model/observed.ts';
import { reasonOf } from './observe.ts';

/** Where the results of a query will lie. */
export type AthenaOutput = {
  /** The address to name when a query is started; null leaves it to the workgroup. */
  readonly output: string | null;
  /** Buckets that results may be written to; none where Athena keeps them itself. */
  readonly buckets: readonly string[];
  /** Bytes at which the workgroup stops a query; null when it does not. */
  readonly cutoffBytes: number | null;
};

/** The bucket of an address such as `s3://bucket/prefix/`; null when it is none. */
export const outputBucket = (address: string): string | null =>
  /^s3:\/\/([a-z0-9.-]{3,63})(?:\/|$)/.exec(address)?.[1] ?? null;

/**
 * Where a workgroup writes results when this address is named, or a sentence on why that is not known. A workgroup
 * may enforce an address of its own: without knowing it, a query might write to what is audited. Throws AuditError
 * when the credentials are gone.
 */
export async function readAthenaOutput(
  client: Pick<AthenaClient, 'send'>,
  wanted: { readonly output: string | null; readonly workgroup: string | null },
): Promise<AthenaOutput | string> {
  const name = wanted.workgroup ?? 'primary';
  let group: WorkGroup | undefined;
  try {
    ({ WorkGroup: group } = await client.send(new GetWorkGroupCommand({ WorkGroup: name })));
  } catch (error) {
    return `Where Athena's workgroup ${name} writes is not known: ${describeReason(reasonOf('athena:GetWorkGroup', error))}.`;
  }
  if (group?.State === 'DISABLED') return `Athena's workgroup ${name} is disabled.`;
  const settings = group?.Configuration;
  const cutoffBytes = settings?.BytesScannedCutoffPerQuery ?? null;
  if (settings?.ManagedQueryResultsConfiguration?.Enabled) return { output: null, buckets: [], cutoffBytes };
  const own = nonEmpty(settings?.ResultConfiguration?.OutputLocation);
  const enforced = settings?.EnforceWorkGroupConfiguration;
  const output = enforced === true ? null : wanted.output;
  const used = (enforced === undefined ? [output, own] : [output ?? own]).flatMap((place) => place ?? []);
  if (used.length === 0)
    return `Athena's workgroup ${name} has no place for results; name one with --athena-output.`;
  const buckets = used.map(outputBucket);
  if (buckets.includes(null)) return `Athena's workgroup ${name} writes to no address that is understood.`;
  return { output, buckets: buckets.flatMap((bucket) => bucket ?? []), cutoffBytes };
}

const nonEmpty = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : text;

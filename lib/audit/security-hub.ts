import { BatchImportFindingsCommand } from '@aws-sdk/client-securityhub';
import type { AwsSecurityFinding, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { reasonOf } from '../collectors/observe.ts';
import { parseArn } from '../model/arn.ts';
import type { AsffFinding } from '../../reports/asff.ts';

/** Limits of one BatchImportFindings call (Security Hub API reference and partner guide). */
const BATCH = { findings: 100, bytes: 6 * 1024 * 1024, findingBytes: 240 * 1024 } as const;
/** Rounds for what Security Hub asks to send again: about two minutes of patience. */
const ROUNDS = 8;

/** What became of every finding: `imported` + `failed` + `skipped` is all of them. */
export type ImportResult = {
  readonly imported: number;
  /** Refused by Security Hub, or never answered. */
  readonly failed: readonly ImportFailure[];
  /** Never sent: findings of another account need a role there. */
  readonly skipped: readonly ImportFailure[];
};
export type ImportFailure = { readonly id: string; readonly code: string; readonly message: string };

/** What the sender is given: a client a Region, whose findings it may send, and how it waits. */
export type ImportOptions = {
  readonly hub: (region: string) => Pick<SecurityHubClient, 'send'>;
  /** The caller's account: BatchImportFindings takes only findings of it under a custom product. */
  readonly accountId: string;
  /** Clients of another account, where a role leads there; without it findings of others are not sent. */
  readonly hubOf?: (accountId: string) => ImportOptions['hub'];
  readonly sleep: (ms: number) => Promise<void>;
};

/**
 * Sends findings to AWS Security Hub, each to the account and Region of its bucket. Never throws for what Security Hub answers:
 * the run is finished and sealed by then, so whatever does not arrive is told and nothing else. Lost credentials throw.
 */
export async function importFindings(
  findings: readonly AsffFinding[],
  { hub, accountId, hubOf, sleep }: ImportOptions,
): Promise<ImportResult> {
  const skipped: ImportFailure[] = [];
  const failed: ImportFailure[] = [];
  const byPlace = new Map<string, { readonly at: Place; readonly group: Sized[] }>();
  for (const finding of findings) {
    const bytes = Buffer.byteLength(JSON.stringify(finding));
    const region = parseArn(finding.ProductArn)?.region ?? '';
    const of = finding.AwsAccountId === accountId ? hub : hubOf?.(finding.AwsAccountId);
    if (of === undefined) {
      skipped.push(
        because(
          finding,
          'OTHER_ACCOUNT',
          `Findings of account ${finding.AwsAccountId} have to be sent from there.`,
        ),
      );
    } else if (bytes > BATCH.findingBytes) {
      failed.push(
        because(
          finding,
          'TOO_LARGE',
          `The finding has ${bytes} bytes; Security Hub takes ${BATCH.findingBytes}.`,
        ),
      );
    } else {
      const id = `${finding.AwsAccountId} ${region}`;
      const place = byPlace.get(id) ?? { at: { hub: of, region }, group: [] };
      place.group.push({ finding, bytes });
      byPlace.set(id, place);
    }
  }
  let imported = 0;
  for (const { at, group } of byPlace.values()) {
    for (const batch of batches(group)) {
      const result = await sendBatch(at.hub(at.region), at.region, batch, sleep);
      imported += result.imported;
      failed.push(...result.failed);
    }
  }
  return { imported, failed, skipped };
}

/** One account's Security Hub in one Region. */
type Place = { readonly hub: ImportOptions['hub']; readonly region: string };

type Sized = { readonly finding: AsffFinding; readonly bytes: number };

const because = ({ Id }: AsffFinding, code: string, message: string): ImportFailure => ({
  id: Id,
  code,
  message,
});

/** Findings in calls of at most 100, and at most 6 MB of JSON with the commas between them. */
function batches(all: readonly Sized[]): AsffFinding[][] {
  const made: AsffFinding[][] = [];
  let current: AsffFinding[] = [];
  let size = 0;
  for (const { finding, bytes } of all) {
    if (current.length === BATCH.findings || size + bytes + ENVELOPE > BATCH.bytes) {
      made.push(current);
      current = [];
      size = 0;
    }
    current.push(finding);
    size += bytes + 1;
  }
  return current.length > 0 ? [...made, current] : made;
}

/** `{"Findings":[]}`, generously. */
const ENVELOPE = 64;

async function sendBatch(
  client: Pick<SecurityHubClient, 'send'>,
  region: string,
  batch: readonly AsffFinding[],
  sleep: (ms: number) => Promise<void>,
): Promise<Pick<ImportResult, 'imported' | 'failed'>> {
  const failed: ImportFailure[] = [];
  let imported = 0;
  let pending = batch;
  for (let round = 1; pending.length > 0; round += 1) {
    if (round > 1) await sleep(500 * 2 ** (round - 2));
    const answer = await sendOnce(client, region, pending);
    const refused = new Map(answer.failed.map((failure) => [failure.id, failure]));
    imported += pending.filter(({ Id }) => !refused.has(Id)).length;
    const again = new Set(round < ROUNDS ? answer.failed.filter(isPassing).map(({ id }) => id) : []);
    failed.push(...answer.failed.filter(({ id }) => !again.has(id)));
    pending = pending.filter(({ Id }) => again.has(Id));
  }
  return { imported, failed };
}

/** What Security Hub says of itself and not of the finding: worth sending again. */
const isPassing = ({ code }: ImportFailure): boolean =>
  /^(THROTTLED|SERVER_ERROR|UNREACHABLE|Internal|Throttl|ServiceUnavailable|TooManyRequests)/.test(code);

/** One call; a call that fails as a whole fails for each of its findings. */
async function sendOnce(
  client: Pick<SecurityHubClient, 'send'>,
  region: string,
  batch: readonly AsffFinding[],
): Promise<{ readonly failed: readonly ImportFailure[] }> {
  try {
    // Our findings are held against the format by its schema; the SDK's type knows every member there ever was.
    const Findings = batch as unknown as AwsSecurityFinding[];
    const { FailedFindings } = await client.send(new BatchImportFindingsCommand({ Findings }));
    return {
      failed: (FailedFindings ?? []).map(({ Id, ErrorCode, ErrorMessage }) => ({
        id: Id ?? '',
        code: ErrorCode ?? 'UNKNOWN',
        message: ErrorMessage ?? '',
      })),
    };
  } catch (error) {
    const { code, message } = reasonOf('securityhub:BatchImportFindings', error);
    const why =
      (error as Error).name === 'InvalidAccessException'
        ? { code: 'NOT_ENABLED', message: `Security Hub is not enabled in ${region} (${message})` }
        : { code, message };
    return { failed: batch.map(({ Id }) => ({ id: Id, ...why })) };
  }
}

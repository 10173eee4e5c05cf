import { anyCouldKnow } from '../checks/trail-coverage.ts';
import type { DecryptLedger, LedgerGap } from '../model/ledger.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { RegionTrails } from '../model/trail.ts';
import type { CollectedEvidence } from './evidence-files.ts';

/** Gaps told one by one, of those that lose the same. */
const SHOWN = 3;

const LOSSES: Readonly<Record<LedgerGap['loses'], string>> = {
  integrity: 'Log files of CloudTrail are not as they were delivered, so who decrypted is not certain',
  events: 'Decrypt events may be missing from this report',
  detail: 'Every decrypt counts, but something about some of them is not known',
};

/** What the ledger of decrypts cannot know, in plain sentences; nothing when none was asked for. */
export function ledgerLimitations({
  ledger,
  trails,
}: Pick<CollectedEvidence, 'ledger' | 'trails'>): readonly string[] {
  if (ledger === null) return [];
  const { window, source, entries, validation } = ledger;
  const bucketKeys = entries.some(({ precision }) => precision === 'bucket');
  const lines: (string | false)[] = [
    `Who decrypted is known only from ${window.from} to ${window.to}; CloudTrail delivers late, so the last minutes may be missing.`,
    source === 'lookup-events' &&
      'Decrypts were read from CloudTrail event history: it reaches back 90 days and has no digests to check it by.',
    ...(['integrity', 'events', 'detail'] as const).map((loses) => gapLine(ledger, loses)),
    validation?.status === 'unproven' &&
      'That the log files are as CloudTrail delivered them was not proven by their digests.',
    bucketKeys &&
      'Under a bucket key S3 asks KMS once for many reads, and names the bucket alone: how often, and which objects were read, is then not known.',
    ...(source === 'lookup-events' ? [] : trailLines(ledger, trails)),
  ];
  return lines.filter((line) => line !== false);
}

function gapLine({ gaps }: DecryptLedger, loses: LedgerGap['loses']): string | false {
  const found = gaps.filter((gap) => gap.loses === loses);
  if (found.length === 0) return false;
  const told = found.slice(0, SHOWN).map(({ where, message }) => `${where}: ${message}`);
  const more = found.length > SHOWN ? [`${found.length - SHOWN} more are in the ledger`] : [];
  return `${LOSSES[loses]}: ${[...told, ...more].join('; ')}.`;
}

/** Regions whose trails could not have told of every decrypt, or may not have. */
function trailLines({ scanned, window }: DecryptLedger, trails: readonly RegionTrails[]): readonly string[] {
  const regions = new Set([...trails, ...scanned].map(({ region }) => region));
  return [...regions].sort().flatMap((region) => {
    const all = trails.filter((one) => one.region === region);
    // A bucket is judged by the trails that its own account sees.
    return all.length < 2
      ? regionLines(region, region, all[0]?.trails, window)
      : all.flatMap((one) =>
          regionLines(`${region}, as account ${one.accountId ?? ''} sees them,`, region, one.trails, window),
        );
  });
}

function regionLines(
  where: string,
  region: string,
  seen: RegionTrails['trails'] | undefined,
  window: DecryptLedger['window'],
): readonly string[] {
  if (!seen) return [`The trails of ${where} were not looked at, so what they record is not known.`];
  if (seen.state === 'unknown')
    return [
      `The trails of ${where} could not be read (${describeReason(seen.reason)}), so what they record is not known.`,
    ];
  const { knows, reasons } = anyCouldKnow(valueOf(seen) ?? [], region, window);
  if (knows === 'all') return [];
  const more = reasons.length > SHOWN ? [`${reasons.length - SHOWN} more reasons are in the evidence.`] : [];
  return [
    `No trail of ${where} is sure to record every decrypt. ${[...reasons.slice(0, SHOWN), ...more].join(' ')}`,
  ];
}

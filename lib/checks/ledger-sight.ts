import { parseArn } from '../model/arn.ts';
import type { DecryptLedger, LedgerGap } from '../model/ledger.ts';
import { describeReason, valueOf } from '../model/observed.ts';
import type { DecryptRequirement } from '../model/requirement.ts';
import { dontKnow, fail } from './check.ts';
import type { CheckInput, Judgement } from './check.ts';
import { anyCouldKnow } from './trail-coverage.ts';

/** Reasons shown of one kind: the ledger's own list has them all. */
const SHOWN = 3;

/**
 * Whether the ledger could have seen every decrypt under a bucket's keys. Without it "nobody" would be a guess:
 * the window, the accounts and Regions, the gaps, and the state of the trail must all be right.
 */
export function judgeSight(
  input: CheckInput,
  ledger: DecryptLedger,
  wanted: DecryptRequirement,
  keys: ReadonlySet<string>,
): readonly Judgement[] {
  const region = valueOf(input.bucket.region);
  if (region === undefined) return [dontKnow('The Region of the bucket is not known.')];
  return [
    ...judgeWindow(wanted, ledger),
    ...judgePlaces(input, ledger, keys, region),
    ...judgeGaps(ledger, region, ownersOf(input, keys)),
    ...(ledger.source === 'lookup-events' ? [] : judgeTrails(input, ledger, region)),
  ];
}

function judgeWindow({ maxAgeDays }: DecryptRequirement, { window }: DecryptLedger): readonly Judgement[] {
  if (maxAgeDays === null) return [];
  const asked = Date.parse(window.to) - maxAgeDays * 86_400_000;
  return Date.parse(window.from) <= asked
    ? []
    : [
        dontKnow(
          `Decrypts of ${maxAgeDays} days are judged, and the events were read only from ${window.from}.`,
        ),
      ];
}

/** A key's account keeps a record of every use; a caller's of its own (FACTS §5.5). */
function judgePlaces(
  { bucket, census }: CheckInput,
  { scanned }: DecryptLedger,
  keys: ReadonlySet<string>,
  region: string,
): readonly Judgement[] {
  const places = [...ownersOf({ bucket }, keys)].sort().flatMap((account) => {
    const seen = scanned.some((one) => one.accountId === account && one.region === region && one.files > 0);
    return seen
      ? []
      : [dontKnow(`The events of account ${account} in ${region} were not read, or there are none.`)];
  });
  return census?.complete
    ? places
    : [...places, dontKnow('The objects here were not all listed, so keys of other accounts may be in use.')];
}

/** The accounts of the keys; that of the bucket, where none is in use. */
function ownersOf({ bucket }: Pick<CheckInput, 'bucket'>, keys: ReadonlySet<string>): ReadonlySet<string> {
  const owners = [...keys].map((arn) => parseArn(arn)?.account ?? '');
  return new Set(owners.length === 0 ? [bucket.accountId] : owners);
}

function judgeGaps(
  { gaps, scanned }: DecryptLedger,
  region: string,
  owners: ReadonlySet<string>,
): readonly Judgement[] {
  const others = new Set(scanned.map((one) => one.region).filter((one) => one !== region));
  const concerned = gaps.filter((gap) => !isElsewhere(gap, others) && !isOfOthers(gap, owners));
  const told = (loses: LedgerGap['loses'], lead: string, judge: (reason: string) => Judgement) => {
    const found = concerned.filter((gap) => gap.loses === loses);
    const more =
      found.length > SHOWN ? [judge(`${lead}: ${found.length - SHOWN} more are in the ledger.`)] : [];
    return [
      ...found.slice(0, SHOWN).map(({ where, message }) => judge(`${lead}: ${where}: ${message}.`)),
      ...more,
    ];
  };
  return [
    ...told('integrity', 'The log files are not as CloudTrail delivered them', fail),
    ...told('events', 'Decrypt events may be missing', dontKnow),
  ];
}

/** A gap that names another Region says nothing about this one. */
const isElsewhere = ({ where }: LedgerGap, others: ReadonlySet<string>): boolean =>
  others.has(where) ||
  [...others].some((region) => where.includes(`/${region}/`) || where.includes(`_${region}_`));

/** An account that owns none of the keys misses nothing that the owners' history does not have. */
function isOfOthers({ where }: LedgerGap, owners: ReadonlySet<string>): boolean {
  const [, account] = /^(\d{12})\/[a-z0-9-]+\/event history$/.exec(where) ?? [];
  return account !== undefined && !owners.has(account);
}

function judgeTrails(input: CheckInput, { window }: DecryptLedger, region: string): readonly Judgement[] {
  const trails = input.access?.trails.find(
    (one) => one.region === region && (one.accountId ?? input.bucket.accountId) === input.bucket.accountId,
  )?.trails;
  if (!trails)
    return [dontKnow(`The trails of ${region} were not looked at, so what they record is not known.`)];
  if (trails.state === 'unknown')
    return [dontKnow(`The trails of ${region} could not be read: ${describeReason(trails.reason)}.`)];
  const { knows, reasons } = anyCouldKnow(valueOf(trails) ?? [], region, window);
  return knows === 'all' ? [] : reasons.slice(0, SHOWN).map(dontKnow);
}

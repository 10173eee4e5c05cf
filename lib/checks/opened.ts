import { groupBy } from '../model/group-by.ts';
import { parseArn } from '../model/arn.ts';
import type { DecryptLedger, LedgerEntry } from '../model/ledger.ts';
import { valueOf } from '../model/observed.ts';
import type { DecryptRequirement } from '../model/requirement.ts';
import { wholeSecond } from '../model/whole-second.ts';
import { dontKnow, fail, reasonsOf, worst } from './check.ts';
import type { Check, CheckInput, Judgement } from './check.ts';
import { about, bounded, summary } from './decrypt-words.ts';
import { keysInUse } from './keys.ts';
import { judgeSight } from './ledger-sight.ts';
import { isListed } from './principals.ts';

/** Who decrypted, was it allowed, and was the trail in a state to know? */
export const opened: Check = {
  id: 'opened',
  question: 'Who decrypted, was it allowed, and could the trail know?',
  judge: (input) => {
    const wanted = input.requirement.decrypt;
    if (wanted === null) return notApplicable('The requirement does not say who may decrypt.');
    const ledger = input.access?.ledger ?? null;
    if (ledger === null) {
      return {
        status: 'INSUFFICIENT_DATA',
        reasons: ['No kms:Decrypt events were read.'],
        remediation: null,
      };
    }
    const from = judgedFrom(wanted, ledger);
    const keys = keyArns(input);
    const entries = ledger.entries.filter(({ last }) => last >= from);
    const own = entries.filter(({ via, bucket }) => via === 's3' && bucket === input.bucket.name);
    if (own.length === 0 && input.census?.complete && keysInUse(input).length === 0) {
      return notApplicable(
        'No KMS key seals objects of this data class here, so there is nothing to decrypt.',
      );
    }
    const elsewhere = entries.filter(
      ({ via, keyArn }) => via !== 's3' && keyArn !== null && keys.has(keyArn),
    );
    const judgements = [
      ...byPrincipal(own).flatMap((of) => judgeReads(wanted, of, input)),
      ...byPrincipal(elsewhere).flatMap((of) => judgeOtherUse(wanted, of)),
      ...judgeSight(input, ledger, wanted, keys),
    ];
    const status = worst(judgements);
    const reasons = status === 'COMPLIANT' ? summary(own, from, ledger) : reasonsOf(judgements);
    return {
      status,
      reasons: bounded(reasons),
      remediation: status === 'NON_COMPLIANT' ? REMEDIATION : null,
    };
  },
};

const REMEDIATION =
  "Take kms:Decrypt on the key from whoever should not have it, in the key's policy, its grants and their IAM " +
  'policies; or add them to decrypt.principals when they should. Look the events up in CloudTrail by their ids.';

const notApplicable = (reason: string) =>
  ({ status: 'NOT_APPLICABLE', reasons: [reason], remediation: null }) as const;

/** Decrypts before this instant are not judged. */
const judgedFrom = ({ maxAgeDays }: DecryptRequirement, { window }: DecryptLedger): string =>
  maxAgeDays === null ? window.from : wholeSecond(new Date(Date.parse(window.to) - maxAgeDays * 86_400_000));

/** ARNs of the keys in use, as far as their references could be resolved. */
function keyArns(input: CheckInput): ReadonlySet<string> {
  const region = valueOf(input.bucket.region) ?? '';
  return new Set(
    keysInUse(input).flatMap((reference) => {
      const metadata = input.keyOf(reference, region)?.metadata;
      if (metadata?.state === 'known') return [metadata.value.arn];
      return parseArn(reference)?.resource.startsWith('key/') ? [reference] : [];
    }),
  );
}

const byPrincipal = (entries: readonly LedgerEntry[]): readonly (readonly LedgerEntry[])[] => [
  ...groupBy(entries, ({ principal }) => principal).values(),
];

/** One principal's decrypts of this bucket's objects. Attempts that were refused opened nothing. */
function judgeReads(
  wanted: DecryptRequirement,
  entries: readonly LedgerEntry[],
  input: CheckInput,
): readonly Judgement[] {
  const done = entries.filter(({ count }) => count > 0);
  const unlisted = done.filter((entry) => isListed(wanted.principals, entry) === 'no');
  const unsure = done.filter((entry) => isListed(wanted.principals, entry) === 'unknown');
  const certain = unlisted.filter((entry) => concerns(entry, input) === 'yes');
  const perhaps = unlisted.filter((entry) => concerns(entry, input) === 'unknown');
  const doubtful = unsure.filter((entry) => concerns(entry, input) !== 'no');
  return [
    ...(certain.length === 0
      ? []
      : [fail(`${about(certain)}, and is not among the principals that may decrypt.`)]),
    ...(perhaps.length === 0
      ? []
      : [
          dontKnow(
            `${about(perhaps)}, is not among the principals that may decrypt, and whether the objects are of ` +
              `${input.requirement.dataClass} is not known: S3 named the bucket alone.`,
          ),
        ]),
    ...(doubtful.length === 0
      ? []
      : [dontKnow(`${about(doubtful)}; which principal that was is not known.`)]),
  ];
}

/** Whether an entry is about objects of the data class. */
function concerns(entry: LedgerEntry, { keyPrefixes }: CheckInput): 'yes' | 'no' | 'unknown' {
  if (keyPrefixes === null) return 'yes';
  const belongs = (key: string): boolean => keyPrefixes.some((prefix) => key.startsWith(prefix));
  if (entry.object !== null) return belongs(entry.object) ? 'yes' : 'no';
  const named = entry.objectsRead?.some(({ object, reads }) => reads > 0 && belongs(object)) ?? false;
  return named ? 'yes' : 'unknown';
}

/** Decrypts under the bucket's keys that did not come through S3: for another service, or by the caller itself. */
function judgeOtherUse(wanted: DecryptRequirement, entries: readonly LedgerEntry[]): readonly Judgement[] {
  const done = entries.filter(({ count }) => count > 0);
  if (done.length === 0 || !wanted.denyDirect) return [];
  const purposes = [
    ...new Set(done.map(({ via, purpose }) => purpose ?? (via === 'direct' ? 'a direct call' : via))),
  ];
  return [fail(`${about(done)} outside S3 (${purposes.sort().join(', ')}), which the requirement forbids.`)];
}

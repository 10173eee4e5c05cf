import { describeReason } from '../model/observed.ts';
import type { LedgerWindow } from '../model/ledger.ts';
import type { AdvancedSelector, FieldSelector, TrailEvidence, TrailSelectors } from '../model/trail.ts';

/** Whether a trail could know of every Decrypt in a Region over a window: when not, or not surely, why. */
export type TrailKnowledge = {
  readonly knows: 'all' | 'not-all' | 'unknown';
  readonly reasons: readonly string[];
};

/** Answers for one trail from its settings as they are now; what they were before, CloudTrail does not tell. */
export function couldKnow(trail: TrailEvidence, region: string, window: LedgerWindow): TrailKnowledge {
  const missing: string[] = [];
  const unsure: string[] = [];
  if (!trail.multiRegion && trail.homeRegion !== region) {
    missing.push(`it covers ${trail.homeRegion} alone, not ${region}`);
  }
  if (trail.selectors.state === 'known') {
    const why = whyNotSelected(trail.selectors.value);
    if (why !== null) missing.push(why);
  } else if (trail.selectors.state === 'unknown') {
    unsure.push(`its event selectors could not be read (${describeReason(trail.selectors.reason)})`);
  }
  if (trail.status.state === 'known') missing.push(...whyNotLogging(trail, window));
  else if (trail.status.state === 'unknown') {
    unsure.push(`its status could not be read (${describeReason(trail.status.reason)})`);
  }
  const reasons = [...missing, ...unsure].map((reason) => `Trail ${trail.name}: ${reason}.`);
  return { knows: missing.length > 0 ? 'not-all' : unsure.length > 0 ? 'unknown' : 'all', reasons };
}

/** Of several trails one that could know is enough; otherwise the reasons of them all. */
export function anyCouldKnow(
  trails: readonly TrailEvidence[],
  region: string,
  window: LedgerWindow,
): TrailKnowledge {
  if (trails.length === 0)
    return { knows: 'not-all', reasons: [`No trail records the events of ${region}.`] };
  const answers = trails.map((trail) => couldKnow(trail, region, window));
  const best = answers.find(({ knows }) => knows === 'all');
  if (best) return best;
  const knows = answers.some((answer) => answer.knows === 'unknown') ? 'unknown' : 'not-all';
  return { knows, reasons: answers.flatMap(({ reasons }) => reasons) };
}

function whyNotLogging({ status }: TrailEvidence, window: LedgerWindow): readonly string[] {
  if (status.state !== 'known') return [];
  const { logging, started, stopped, latestDeliveryError } = status.value;
  const reasons: string[] = [];
  if (!logging) reasons.push(stopped === null ? 'it does not log' : `it has not logged since ${stopped}`);
  if (logging && started !== null && started > window.from) {
    reasons.push(`it began to log at ${started}, after the window begins`);
  }
  if (latestDeliveryError !== null) reasons.push(`its last delivery failed: ${latestDeliveryError}`);
  return reasons;
}

/** Why the selectors let Decrypt events slip, or null when they take them all. Decrypt is a read (FACTS §4). */
function whyNotSelected(selectors: TrailSelectors): string | null {
  if (selectors.kind === 'advanced') {
    const matches = selectors.selectors.map(selectsDecrypts);
    if (matches.includes('all')) return null;
    return matches.includes('some')
      ? 'its advanced selectors take only some of the Decrypt events'
      : 'its advanced selectors leave Decrypt events out';
  }
  const reasons = selectors.selectors.map(({ managementEvents, readWrite, excluded }) => {
    if (!managementEvents) return 'it does not record management events';
    if (readWrite === 'WriteOnly') return 'it records write events only, and Decrypt is a read';
    return excluded.includes('kms.amazonaws.com') ? 'it leaves out the events of KMS' : null;
  });
  return reasons.includes(null) ? null : (reasons[0] ?? 'it has no event selector');
}

/** The fields of a Decrypt event that are the same for every caller. */
const DECRYPT: Readonly<Record<string, string>> = {
  eventCategory: 'Management',
  eventSource: 'kms.amazonaws.com',
  eventName: 'Decrypt',
  eventType: 'AwsApiCall',
  readOnly: 'true',
};

/** `some` when a field that differs between callers decides. */
function selectsDecrypts({ fields }: AdvancedSelector): 'all' | 'some' | 'none' {
  const category = fields.find(({ field }) => field === 'eventCategory');
  if (!category) return 'none';
  let answer: 'all' | 'some' = 'all';
  for (const field of fields) {
    const value = DECRYPT[field.field];
    if (value === undefined) answer = 'some';
    else if (!holds(field, value)) return 'none';
  }
  return answer;
}

/** Whether a field of this value is selected. */
export function holds(field: FieldSelector, value: string): boolean {
  const wanted = [
    ...field.equals.map((text) => value === text),
    ...field.startsWith.map((text) => value.startsWith(text)),
    ...field.endsWith.map((text) => value.endsWith(text)),
  ];
  const unwanted = [
    ...field.notEquals.map((text) => value === text),
    ...field.notStartsWith.map((text) => value.startsWith(text)),
    ...field.notEndsWith.map((text) => value.endsWith(text)),
  ];
  return (wanted.length === 0 || wanted.includes(true)) && !unwanted.includes(true);
}

/** What a finding means once waivers are applied: an active one takes a failure or an unknown out of the verdict. */
const outcomeOf = ({ status, waiver }) =>
  waiver?.state === 'active' && (status === 'NON_COMPLIANT' || status === 'INSUFFICIENT_DATA')
    ? 'WAIVED'
    : status;

const nameOf = ({ bucket, pack, requirement, check }) => `${bucket}: ${pack}/${requirement}, ${check}`;

/**
 * What changed from one run's findings to a later one's, by finding id, which is the same in every run. `worse` and
 * `better` are failures that came and went; `other` changed without either; `gone` and `added` are in one run alone.
 */
export function compareFindings(before, after) {
  const earlier = new Map(before.map((finding) => [finding.id, finding]));
  const later = new Map(after.map((finding) => [finding.id, finding]));
  const result = { worse: [], better: [], other: [], added: [], gone: [], same: 0 };
  for (const [id, finding] of later) {
    const was = earlier.get(id);
    const now = outcomeOf(finding);
    if (!was) result.added.push(`${nameOf(finding)} (${now})`);
    else if (outcomeOf(was) === now) result.same += 1;
    else {
      const change = `${nameOf(finding)} (${outcomeOf(was)} → ${now})`;
      if (now === 'NON_COMPLIANT') result.worse.push(change);
      else if (outcomeOf(was) === 'NON_COMPLIANT') result.better.push(change);
      else result.other.push(change);
    }
  }
  for (const [id, finding] of earlier) {
    if (!later.has(id)) result.gone.push(`${nameOf(finding)} (${outcomeOf(finding)})`);
  }
  for (const list of [result.worse, result.better, result.other, result.added, result.gone]) list.sort();
  return result;
}

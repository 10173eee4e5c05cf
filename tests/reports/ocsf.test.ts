import { describe, expect, test } from '@jest/globals';
import type { Assessment } from '../../lib/model/run.ts';
import { findingsOcsf } from '../../reports/ocsf.ts';
import { outcomeOf } from '../../reports/outcome.ts';
import { assessment } from './fixture.ts';
import { runs, secondRun } from './fixture-history.ts';
import { expectGolden } from './golden.ts';
import { reordered, reversedKeys } from './shuffle.ts';
import { validatorOf } from './validate.ts';

type Event = {
  activity_id: number;
  type_uid: number;
  time: number;
  severity_id: number;
  status_id: number;
  finding_info: { uid: string; first_seen_time?: number };
  compliance: { status_id: number; status_code: string; requirements: string[] };
};
const validate = validatorOf('tests/schemas/ocsf-1.6.0-compliance-finding.schema.json');
const eventsOf = (from: Assessment): Event[] =>
  findingsOcsf(from)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);
const byId = (from: Assessment) => new Map(eventsOf(from).map((event) => [event.finding_info.uid, event]));

describe('findings.ocsf.jsonl', () => {
  test('is the golden file', () => expectGolden('findings.ocsf.jsonl', findingsOcsf(secondRun)));

  test.each(runs)('%s: every line is a valid OCSF 1.6.0 Compliance Finding', (_, run) => {
    for (const event of eventsOf(run)) expect(validate(event)).toEqual([]);
  });

  test('the schema refuses what is no such finding', () => {
    const [event] = eventsOf(assessment);
    expect(validate({ ...event, class_uid: 2004 })).not.toEqual([]);
    expect(validate({ ...event, colour: 'red' })).not.toEqual([]);
    expect(validate({ ...event, cloud: undefined })).not.toEqual([]);
  });

  test('has one event a finding, each once', () => {
    expect(byId(assessment).size).toBe(assessment.findings.length);
    expect(eventsOf(assessment)).toHaveLength(assessment.findings.length);
  });

  test.each([
    ['COMPLIANT', 1],
    ['INSUFFICIENT_DATA', 2],
    ['NON_COMPLIANT', 3],
    ['NOT_APPLICABLE', 99],
  ])('%s is compliance status %d, waived or not', (status, id) => {
    const about = assessment.findings.filter((finding) => finding.status === status);
    expect(about.length).toBeGreaterThan(0);
    const events = byId(assessment);
    for (const finding of about) {
      expect(events.get(finding.id)!.compliance).toMatchObject({ status_id: id, status_code: status });
    }
  });

  test('the life cycle: waived is suppressed, a pass is resolved and no alarm, everything else is new', () => {
    const events = byId(assessment);
    for (const finding of assessment.findings) {
      const { status_id, severity_id } = events.get(finding.id)!;
      const outcome = outcomeOf(finding);
      const passing = outcome === 'COMPLIANT' || outcome === 'NOT_APPLICABLE';
      expect(status_id).toBe(outcome === 'WAIVED' ? 3 : passing ? 4 : 1);
      expect(severity_id === 1).toBe(passing || finding.severity === 'informational');
    }
  });

  test('the activity: created at first, updated then, closed when resolved or no longer asked', () => {
    const events = byId(secondRun);
    const { changes } = secondRun.history!;
    const activity = (change: string) =>
      changes.filter((one) => one.change === change).map(({ id }) => events.get(id)!.activity_id);
    expect(new Set(activity('resolved'))).toEqual(new Set([3]));
    expect(new Set(activity('stillOpen'))).toEqual(new Set([2]));
    expect(new Set(activity('new'))).toEqual(new Set([1]));
    const [gone] = changes.filter((one) => one.change === 'gone');
    expect(events.get(gone!.id)).toMatchObject({
      activity_id: 3,
      status_id: 99,
      compliance: { status_id: 0 },
    });
    for (const event of events.values()) expect(event.type_uid).toBe(200300 + event.activity_id);
  });

  test('times are epoch milliseconds, and say since when a finding is open', () => {
    const [open] = secondRun.history!.changes.filter(({ change }) => change === 'stillOpen');
    const event = byId(secondRun).get(open!.id)!;
    expect(event.time).toBe(Date.parse(assessment.run.finishedAt));
    expect(event.finding_info.first_seen_time).toBe(Date.parse('2026-11-17T14:15:02Z'));
  });

  test('a log that nobody reviews is no matter of what is stored: controls follow the check', () => {
    const of = (check: string) => {
      const finding = assessment.findings.find((one) => one.check === check && one.pack === 'hipaa')!;
      return byId(assessment).get(finding.id)!.compliance.requirements;
    };
    expect(of('stored')).toContain('hipaa 164.312(a)(2)(iv)');
    expect(of('stored')).not.toContain('hipaa 164.312(b)');
    expect(of('opened')).toEqual(['hipaa 164.312(b)']);
  });

  test('the same evidence in another order gives the same bytes', () => {
    expect(findingsOcsf(reversedKeys(reordered(secondRun)))).toBe(findingsOcsf(secondRun));
  });
});

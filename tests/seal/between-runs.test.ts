import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changeOf, compareFindings, historyOf } from '../../lib/audit/between-runs.ts';
import { pastRunOf } from '../../lib/audit/past-run.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { CHANGES } from '../../lib/model/history.ts';
import type { Change, FindingOutcome, PastFinding, PastRun } from '../../lib/model/history.ts';
import { absent, known, unknown } from '../../lib/model/observed.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { findingsJson } from '../../reports/findings-json.ts';
import { assessment } from '../reports/fixture.ts';

const finding = (outcome: FindingOutcome, over: Partial<PastFinding> = {}): PastFinding => ({
  id: 'f1',
  pack: 'hipaa',
  requirement: 'phi-sse-kms',
  title: 'PHI is sealed',
  severity: 'high',
  check: 'stored',
  bucket: 'b',
  accountId: '111122223333',
  region: 'eu-west-1',
  resource: 'arn:aws:s3:::b',
  outcome,
  waiver: outcome === 'WAIVED' ? 'active' : null,
  since: null,
  ...over,
});

type State = FindingOutcome | null;
const OUTCOMES: readonly FindingOutcome[] = [
  'NON_COMPLIANT',
  'INSUFFICIENT_DATA',
  'WAIVED',
  'COMPLIANT',
  'NOT_APPLICABLE',
];

/** Every pair of before and now: a row a state before, a column a state now. */
const TABLE: readonly (readonly [State, Readonly<Record<FindingOutcome, Change>>])[] = [
  [
    null,
    {
      NON_COMPLIANT: 'new',
      INSUFFICIENT_DATA: 'newlyUnreadable',
      WAIVED: 'waived',
      COMPLIANT: 'unchanged',
      NOT_APPLICABLE: 'unchanged',
    },
  ],
  [
    'COMPLIANT',
    {
      NON_COMPLIANT: 'new',
      INSUFFICIENT_DATA: 'newlyUnreadable',
      WAIVED: 'waived',
      COMPLIANT: 'unchanged',
      NOT_APPLICABLE: 'unchanged',
    },
  ],
  [
    'NOT_APPLICABLE',
    {
      NON_COMPLIANT: 'new',
      INSUFFICIENT_DATA: 'newlyUnreadable',
      WAIVED: 'waived',
      COMPLIANT: 'unchanged',
      NOT_APPLICABLE: 'unchanged',
    },
  ],
  [
    'NON_COMPLIANT',
    {
      NON_COMPLIANT: 'stillOpen',
      INSUFFICIENT_DATA: 'newlyUnreadable',
      WAIVED: 'waived',
      COMPLIANT: 'resolved',
      NOT_APPLICABLE: 'resolved',
    },
  ],
  [
    'INSUFFICIENT_DATA',
    {
      NON_COMPLIANT: 'new',
      INSUFFICIENT_DATA: 'stillUnreadable',
      WAIVED: 'waived',
      COMPLIANT: 'unchanged',
      NOT_APPLICABLE: 'unchanged',
    },
  ],
  [
    'WAIVED',
    {
      NON_COMPLIANT: 'waiverExpired',
      INSUFFICIENT_DATA: 'newlyUnreadable',
      WAIVED: 'waived',
      COMPLIANT: 'resolved',
      NOT_APPLICABLE: 'resolved',
    },
  ],
];

describe('what became of a finding', () => {
  test.each(
    TABLE.flatMap(([before, row]) =>
      OUTCOMES.map((now) => [before ?? 'not there', now, row[now], before] as const),
    ),
  )('%s, then %s: %s', (_, now, change, before) => {
    expect(changeOf(before && finding(before), finding(now))).toBe(change);
  });

  test.each(OUTCOMES)('%s, then not there: gone, which is no pass', (before) => {
    expect(changeOf(finding(before), null)).toBe('gone');
  });

  test('unreadable under a waiver that has run out: the waiver is what matters', () => {
    const now = finding('INSUFFICIENT_DATA', { waiver: 'expired' });
    expect(changeOf(finding('WAIVED'), now)).toBe('waiverExpired');
  });

  test('the counts are of every finding of either run, and everything but the unchanged is listed', () => {
    const run = fc.uniqueArray(
      fc.record({ id: fc.stringMatching(/^[a-f]{2}$/), outcome: fc.constantFrom(...OUTCOMES) }),
      { selector: ({ id }) => id },
    );
    fc.assert(
      fc.property(run, run, (a, b) => {
        const [before, now] = [a, b].map((all) => all.map(({ id, outcome }) => finding(outcome, { id })));
        const { counts, changes } = compareFindings(before!, now!);
        const ids = new Set([...a, ...b].map(({ id }) => id));
        expect(CHANGES.reduce((sum, change) => sum + counts[change], 0)).toBe(ids.size);
        expect(changes).toHaveLength(ids.size - counts.unchanged);
        expect(compareFindings([...before!].reverse(), [...now!].reverse()).changes).toEqual(changes);
      }),
    );
  });
});

describe('history', () => {
  const startedAt = (day: number) => `2026-11-${String(day).padStart(2, '0')}T00:00:00Z`;
  const withStatus = (status: Finding['status'], over: Partial<Finding> = {}): Finding => ({
    ...assessment.findings[0]!,
    id: 'f1',
    status,
    waiver: null,
    ...over,
  });
  const runOf = (day: number, findings: readonly Finding[], past: PastRun | null): Assessment => {
    const run = { ...assessment.run, runId: `run-${day}`, startedAt: startedAt(day) };
    const input = { run, findings, coverage: assessment.coverage };
    return { ...assessment, ...input, history: historyOf(past ? known(past) : absent, input) };
  };
  const remembered = (run: Assessment): PastRun => pastRunOf(findingsJson(run), 'hash') as PastRun;

  test('a first run has no baseline, and everything open has been so since it began', () => {
    const { history } = runOf(1, [withStatus('NON_COMPLIANT')], null);
    expect(history).toMatchObject({
      baseline: { state: 'absent' },
      counts: null,
      changes: [],
      openSince: { f1: startedAt(1) },
    });
    expect(history!.trend.map(({ runId }) => runId)).toEqual(['run-1']);
  });

  test('what stays open keeps since when, across unreadable and waived; a pass ends it', () => {
    const one = runOf(1, [withStatus('NON_COMPLIANT')], null);
    const two = runOf(2, [withStatus('INSUFFICIENT_DATA')], remembered(one));
    const three = runOf(3, [withStatus('NON_COMPLIANT')], remembered(two));
    const four = runOf(4, [withStatus('COMPLIANT')], remembered(three));
    const five = runOf(5, [withStatus('NON_COMPLIANT')], remembered(four));
    expect([one, two, three, four, five].map(({ history }) => history!.openSince['f1'])).toEqual([
      startedAt(1),
      startedAt(1),
      startedAt(1),
      undefined,
      startedAt(5),
    ]);
    expect(four.history!.changes).toMatchObject([
      { change: 'resolved', before: 'NON_COMPLIANT', since: startedAt(1) },
    ]);
    expect(five.history!.trend.map(({ runId }) => runId)).toEqual([
      'run-1',
      'run-2',
      'run-3',
      'run-4',
      'run-5',
    ]);
  });

  test('a trend looks back over thirty runs', () => {
    let run = runOf(1, [withStatus('COMPLIANT')], null);
    for (let i = 0; i < 40; i += 1) run = runOf(2, [withStatus('COMPLIANT')], remembered(run));
    expect(run.history!.trend).toHaveLength(30);
  });

  test('a previous run that could not be read is unknown, not absent', () => {
    const reason = { code: 'MALFORMED', operation: 's3:GetObject', message: 'damaged' } as const;
    const { run, findings, coverage } = assessment;
    expect(historyOf(unknown(reason), { run, findings, coverage })).toMatchObject({
      baseline: { state: 'unknown', reason },
      counts: null,
    });
  });
});

describe('reading a past run', () => {
  test('gives back every finding with its outcome', () => {
    const past = pastRunOf(findingsJson(assessment), null) as PastRun;
    expect(past.findings).toHaveLength(assessment.findings.length);
    expect(past.findings.filter(({ outcome }) => outcome === 'WAIVED').length).toBeGreaterThan(0);
  });

  test.each([
    ['no JSON', '{"schemaVersion":1', /not one of a run/],
    ['a newer version', '{"schemaVersion":7}', /version 7, which a newer sealcheck wrote/],
    [
      'a finding without id',
      '{"schemaVersion":1,"run":{"runId":"a","startedAt":"b"},"findings":[{}]}',
      /findings\.0\.id/,
    ],
    ['a list', '[]', /not one of a run/],
  ])('%s: one sentence', (_, text, message) => expect(pastRunOf(text, null)).toMatch(message));
});

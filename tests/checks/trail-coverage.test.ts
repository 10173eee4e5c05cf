import { describe, expect, test } from '@jest/globals';
import { anyCouldKnow, couldKnow } from '../../lib/checks/trail-coverage.ts';
import { known, unknown } from '../../lib/model/observed.ts';
import type {
  ClassicSelector,
  FieldSelector,
  TrailEvidence,
  TrailSelectors,
  TrailStatus,
} from '../../lib/model/trail.ts';
import { trailEvidence } from '../support/trail.ts';

const WINDOW = { from: '2026-08-01T00:00:00Z', to: '2026-09-01T00:00:00Z' };
const denied = unknown({ code: 'ACCESS_DENIED', operation: 'cloudtrail:GetTrailStatus', message: 'no' });
const classic = (rest: Partial<ClassicSelector> = {}): TrailSelectors => ({
  kind: 'classic',
  selectors: [{ readWrite: 'All', managementEvents: true, excluded: [], dataResources: [], ...rest }],
});
const field = (name: string, rest: Partial<FieldSelector>): FieldSelector => ({
  field: name,
  equals: [],
  startsWith: [],
  endsWith: [],
  notEquals: [],
  notStartsWith: [],
  notEndsWith: [],
  ...rest,
});
const management = field('eventCategory', { equals: ['Management'] });
const advanced = (...fields: FieldSelector[]): Partial<TrailEvidence> => ({
  selectors: known({ kind: 'advanced', selectors: [{ name: null, fields }] }),
});
const status = (rest: Partial<TrailStatus>): Partial<TrailEvidence> => ({
  status: known({
    logging: true,
    latestDelivery: null,
    latestDeliveryError: null,
    started: '2021-01-01T00:00:00.000Z',
    stopped: null,
    latestDigest: null,
    ...rest,
  }),
});

describe('whether a trail could know', () => {
  test.each<[string, Partial<TrailEvidence>, 'all' | 'not-all' | 'unknown', RegExp | null]>([
    ['everything, everywhere', {}, 'all', null],
    ['one Region, the right one', { multiRegion: false }, 'all', null],
    [
      'one Region, another one',
      { multiRegion: false, homeRegion: 'us-east-1' },
      'not-all',
      /covers us-east-1 alone/,
    ],
    [
      'KMS left out',
      { selectors: known(classic({ excluded: ['kms.amazonaws.com'] })) },
      'not-all',
      /leaves out the events of KMS/,
    ],
    ['RDS left out', { selectors: known(classic({ excluded: ['rdsdata.amazonaws.com'] })) }, 'all', null],
    [
      'writes only',
      { selectors: known(classic({ readWrite: 'WriteOnly' })) },
      'not-all',
      /Decrypt is a read/,
    ],
    ['reads only', { selectors: known(classic({ readWrite: 'ReadOnly' })) }, 'all', null],
    [
      'data events only',
      { selectors: known(classic({ managementEvents: false })) },
      'not-all',
      /management events/,
    ],
    [
      'no selector at all',
      { selectors: known({ kind: 'classic', selectors: [] }) },
      'not-all',
      /no event selector/,
    ],
    [
      'two selectors, one that knows',
      {
        selectors: known({
          kind: 'classic',
          selectors: [
            ...classic({ readWrite: 'WriteOnly' }).selectors,
            ...classic().selectors,
          ] as ClassicSelector[],
        }),
      },
      'all',
      null,
    ],
    ['advanced: management events', advanced(management), 'all', null],
    [
      'advanced: not KMS',
      advanced(management, field('eventSource', { notEquals: ['kms.amazonaws.com'] })),
      'not-all',
      /leave Decrypt events out/,
    ],
    [
      'advanced: not RDS',
      advanced(management, field('eventSource', { notEquals: ['rdsdata.amazonaws.com'] })),
      'all',
      null,
    ],
    [
      'advanced: writes',
      advanced(management, field('readOnly', { equals: ['false'] })),
      'not-all',
      /leave Decrypt/,
    ],
    [
      'advanced: data events',
      advanced(field('eventCategory', { equals: ['Data'] })),
      'not-all',
      /leave Decrypt/,
    ],
    [
      'advanced: without a category',
      advanced(field('readOnly', { equals: ['true'] })),
      'not-all',
      /leave Decrypt/,
    ],
    [
      'advanced: some callers',
      advanced(management, field('userIdentity.arn', { notEquals: ['arn:aws:iam::1:role/x'] })),
      'not-all',
      /only some/,
    ],
    [
      'advanced: names that begin so',
      advanced(management, field('eventName', { startsWith: ['De'] })),
      'all',
      null,
    ],
    [
      'advanced: names that end so',
      advanced(management, field('eventName', { notEndsWith: ['crypt'] })),
      'not-all',
      /leave Decrypt/,
    ],
    [
      'stopped',
      status({ logging: false, stopped: '2026-03-03T00:00:00.000Z' }),
      'not-all',
      /has not logged since 2026-03-03/,
    ],
    ['never started', status({ logging: false, started: null }), 'not-all', /does not log/],
    [
      'started within the window',
      status({ started: '2026-08-15T00:00:00.000Z' }),
      'not-all',
      /began to log at 2026-08-15/,
    ],
    [
      'stopped and started before the window',
      status({ started: '2026-07-01T00:00:00.000Z', stopped: '2026-06-30T00:00:00.000Z' }),
      'all',
      null,
    ],
    [
      'a delivery that failed',
      status({ latestDeliveryError: 'AccessDenied' }),
      'not-all',
      /last delivery failed: AccessDenied/,
    ],
    ['a status nobody may read', { status: denied }, 'unknown', /status could not be read/],
    ['selectors nobody may read', { selectors: denied }, 'unknown', /selectors could not be read/],
    [
      'a lack outweighs what is not known',
      { selectors: denied, ...status({ logging: false }) },
      'not-all',
      /does not log/,
    ],
  ])('%s', (_name, rest, knows, reason) => {
    const answer = couldKnow(trailEvidence(rest), 'eu-west-1', WINDOW);
    expect(answer.knows).toBe(knows);
    if (reason) expect(answer.reasons.join(' ')).toMatch(reason);
    else expect(answer.reasons).toEqual([]);
  });

  test('one trail that could know is enough; none is not', () => {
    const blind = trailEvidence({ name: 'blind', selectors: known(classic({ readWrite: 'WriteOnly' })) });
    expect(anyCouldKnow([blind, trailEvidence()], 'eu-west-1', WINDOW).knows).toBe('all');
    expect(anyCouldKnow([blind, trailEvidence({ status: denied })], 'eu-west-1', WINDOW).knows).toBe(
      'unknown',
    );
    expect(anyCouldKnow([blind], 'eu-west-1', WINDOW)).toMatchObject({ knows: 'not-all' });
    expect(anyCouldKnow([], 'eu-west-1', WINDOW).reasons).toEqual([
      'No trail records the events of eu-west-1.',
    ]);
  });
});

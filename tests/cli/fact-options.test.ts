import { describe, expect, test } from '@jest/globals';
import type { AuditOptions } from '../../lib/cli/audit-options.ts';
import { factOptions } from '../../lib/cli/fact-options.ts';

const NOW = new Date('2026-11-25T12:00:00Z');
const THEN = '2026-06-30';
const given = (rest: Partial<AuditOptions>) =>
  factOptions({ source: 'auto', objectReads: true, ...rest }, NOW);

describe('where facts are read', () => {
  test.each<[string, Partial<AuditOptions>, unknown]>([
    ['nothing said: S3 as it is', {}, undefined],
    [
      'a day is its end',
      { asOf: THEN },
      { kind: 'config-history', asOf: `${THEN}T23:59:59.999Z`, regions: [] },
    ],
    [
      'an instant is that instant',
      { asOf: '2026-06-30T09:30:00Z' },
      { kind: 'config-history', asOf: '2026-06-30T09:30:00.000Z', regions: [] },
    ],
    [
      'this very moment',
      { asOf: '2026-11-25T12:00:00Z' },
      { kind: 'config-history', asOf: '2026-11-25T12:00:00.000Z', regions: [] },
    ],
    [
      'Regions once each, in order',
      { config: true, configRegion: ['us-east-1', 'eu-west-1', 'us-east-1'] },
      { kind: 'config-query', aggregator: null, regions: ['eu-west-1', 'us-east-1'] },
    ],
    ['an aggregator', { configAggregator: 'all' }, { kind: 'config-query', aggregator: 'all', regions: [] }],
    [
      'objects that may not be asked are not, with a record anyway',
      { config: true, objectReads: false },
      { kind: 'config-query', aggregator: null, regions: [] },
    ],
  ])('%s', (_name, options, source) => {
    expect(given(options)).toEqual(source);
  });
});

describe('what cannot be asked is one sentence', () => {
  test.each<[string, Partial<AuditOptions>, RegExp]>([
    ['the future', { asOf: '2026-11-27' }, /^--as-of 2026-11-27 is in the future\.$/],
    ['a day that is not over', { asOf: '2026-11-25' }, /is not over yet: a day means its end/],
    ['an instant to come', { asOf: '2026-11-25T12:00:01Z' }, /is in the future/],
    [
      'before AWS Config could know',
      { asOf: '2015-01-01' },
      /is before 2019-11-25: AWS Config keeps 2557 days/,
    ],
    ['a day that is none', { asOf: '2026-02-31' }, /takes a day or an instant in UTC/],
    ['a month that is none', { asOf: '2026-13-01' }, /takes a day or an instant in UTC/],
    ['a time without a zone', { asOf: '2026-02-01T10:00' }, /takes a day or an instant in UTC/],
    ['a time in another zone', { asOf: '2026-02-01T10:00:00+01:00' }, /takes a day or an instant in UTC/],
    ['nonsense', { asOf: 'june' }, /not june/],
    ['nothing', { asOf: '' }, /takes a day or an instant in UTC/],
    ['a source of objects', { asOf: THEN, source: 'live' }, /--as-of counts no objects/],
    ['a sample', { config: true, sampleSize: 5 }, /--config counts no objects/],
    ['a seed', { configAggregator: 'a', sampleSeed: 's' }, /--config-aggregator counts no objects/],
    ['costs', { asOf: THEN, plan: true }, /nothing that --plan could price/],
    ['a report bucket', { asOf: THEN, reportBucket: 'b' }, /newest run of --report-bucket/],
    ['Security Hub', { asOf: THEN, securityHub: true }, /--security-hub has of today/],
    ['a baseline', { asOf: THEN, baseline: 'x' }, /--baseline tells what is new/],
    ['two records', { asOf: THEN, config: true }, /--as-of and --config exclude each other/],
    ['an aggregator and a moment', { asOf: THEN, configAggregator: 'a' }, /exclude each other/],
    ['an aggregator and the account', { config: true, configAggregator: 'a' }, /exclude each other/],
    [
      'a Region that is none',
      { config: true, configRegion: ['Mars'] },
      /--config-region Mars is not a Region/,
    ],
    ['Regions of an aggregator', { configAggregator: 'a', configRegion: ['eu-west-1'] }, /has the Regions/],
    ['no aggregator', { configAggregator: ' ' }, /names no aggregator/],
    ['a Region for nothing', { configRegion: ['eu-west-1'] }, /give it with --as-of or --config/],
  ])('%s', (_name, options, words) => {
    expect(() => given(options)).toThrow(words);
  });
});

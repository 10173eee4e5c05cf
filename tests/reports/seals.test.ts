import { describe, expect, test } from '@jest/globals';
import { bucketProfiles, classProfiles, estateProfile } from '../../reports/seals.ts';
import { segmentWidths } from '../../reports/html/seal-charts.ts';
import fc from 'fast-check';
import { assessment } from './fixture.ts';

const { censuses } = assessment;

describe('seal profiles', () => {
  test('the estate holds every object that was not excluded', () => {
    const expected = censuses.reduce(
      (sum, census) => sum + census.population - Object.values(census.excluded).reduce((a, b) => a + b, 0),
      0,
    );
    expect(estateProfile(censuses).total.objects).toBe(expected);
  });

  test('buckets add up to the estate, largest first', () => {
    const profiles = bucketProfiles(censuses);
    expect(profiles.reduce((sum, profile) => sum + profile.total.bytes, 0)).toBe(
      estateProfile(censuses).total.bytes,
    );
    expect(profiles[0]!.name).toBe('ehr-phi-imaging');
  });

  test('kinds come in one order, and what could not be read is one of them', () => {
    const [claims] = bucketProfiles(censuses.filter((census) => census.bucket === 'claims-intake'));
    expect(claims!.amounts.map(({ kind, objects }) => [kind, objects])).toEqual([
      ['SSE-S3', 900],
      ['SSE-KMS', 5120],
      ['SSE-C', 64],
      ['UNREAD', 43],
    ]);
  });

  test('an object of two classes counts in both, one of none under no name', () => {
    const group = { ...censuses[0]!.groups[0]!, objects: 5, dataClasses: ['a/x', 'b/y'] };
    const profiles = classProfiles([
      { ...censuses[0]!, groups: [group, { ...group, dataClasses: [], objects: 2 }] },
    ]);
    expect(profiles.map(({ name, total }) => [name, total.objects])).toEqual([
      ['a/x', 5],
      ['b/y', 5],
      ['', 2],
    ]);
  });
});

describe('segments of a bar', () => {
  test('fill the bar exactly, and what exists can be seen', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 1, maxLength: 7 }), (parts) => {
        const widths = segmentWidths(parts);
        const total = widths.reduce((sum, width) => sum + width, 0);
        expect(total).toBe(parts.some((part) => part > 0) ? 1000 : 0);
        parts.forEach((part, i) =>
          part > 0 ? expect(widths[i]).toBeGreaterThanOrEqual(8) : expect(widths[i]).toBe(0),
        );
      }),
    );
  });
});

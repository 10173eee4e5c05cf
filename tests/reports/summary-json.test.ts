import { describe, expect, test } from '@jest/globals';
import { summaryJson } from '../../reports/summary-json.ts';
import { assessment } from './fixture.ts';
import { expectGolden } from './golden.ts';
import { reversedKeys } from './shuffle.ts';

describe('summary.json', () => {
  test('is the golden file', () => expectGolden('summary.json', summaryJson(assessment)));

  test('the order in which facts were read does not change a byte', () => {
    expect(summaryJson(reversedKeys(assessment))).toBe(summaryJson(assessment));
  });

  test('its coverage adds up', () => {
    const { coverage } = JSON.parse(summaryJson(assessment)) as {
      coverage: Record<'buckets' | 'objects', Record<string, number>>;
    };
    for (const { population, assessed, excluded, notAssessable } of [coverage.buckets, coverage.objects]) {
      expect(assessed! + excluded! + notAssessable!).toBe(population);
    }
  });

  test('stays small, however many findings there are', () => {
    const many = Array.from({ length: 10_000 }, () => assessment.findings[0]!);
    expect(summaryJson({ ...assessment, findings: many }).length).toBeLessThan(4_000);
  });
});

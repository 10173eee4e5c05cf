import { describe, expect, test } from '@jest/globals';
import { byControl, controlSection } from '../../../reports/html/controls.ts';
import { createDeferred } from '../../../reports/html/deferred.ts';
import { requirementResults } from '../../../reports/requirements.ts';
import { assessment } from '../fixture.ts';
import { rowsOf, textOf } from './tree.ts';

const rows = rowsOf(controlSection(requirementResults(assessment), createDeferred()));

describe('by control', () => {
  test('each framework has its controls, in the order of their numbers', () => {
    expect(rows.map(([first]) => first)).toEqual([
      'cis-aws',
      '2.1.1',
      'hipaa',
      '164.312(a)(2)(iv)',
      '164.312(b)',
      'nist-800-53',
      'SC-12',
      'SC-28(1)',
      'pci-4.0.1',
      '3.5.1',
      '3.7.5',
    ]);
  });

  test('a control that several requirements support has the worst of their answers and all of their findings', () => {
    expect(rows.find(([control]) => control === '3.5.1')).toEqual([
      '3.5.1',
      'Fail',
      '11 fail, 4 unknown, 2 waived, 27 pass, 1 n/a',
      'hipaa/phi-sse-kms , pci/cardholder-dsse',
    ]);
  });

  test('a control that no bucket is in scope of is neither a pass nor a fail', () => {
    const unasked = requirementResults({ ...assessment, findings: [] });
    for (const [, answer, counts] of rowsOf(controlSection(unasked, createDeferred())).filter(
      (row) => row.length === 4,
    ))
      expect([answer, counts]).toEqual(['Not in scope', '–']);
  });

  test('packs that map nothing say so', () => {
    expect(textOf(controlSection([], createDeferred()))).toContain('map no requirement to a control');
  });

  test.each([
    [
      ['SC-12', 'SC-8', 'SC-8(1)', 'AC-3'],
      ['AC-3', 'SC-8', 'SC-8(1)', 'SC-12'],
    ],
    [
      ['3.10.1', '3.5.1', '3.5.1.2'],
      ['3.5.1', '3.5.1.2', '3.10.1'],
    ],
    [
      ['A.8.24', 'A.5.33', 'CC6.1'],
      ['A.5.33', 'A.8.24', 'CC6.1'],
    ],
    [
      ['007', '7', '07'],
      ['007', '07', '7'],
    ],
  ])('%j in order', (controls, sorted) => expect([...controls].sort(byControl)).toEqual(sorted));
});

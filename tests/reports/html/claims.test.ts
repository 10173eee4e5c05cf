import { describe, expect, test } from '@jest/globals';
import type { ClientSideEncryption } from '../../../lib/model/object-encryption.ts';
import { claimSection } from '../../../reports/html/claims.ts';
import { createDeferred } from '../../../reports/html/deferred.ts';
import { assessment } from '../fixture.ts';
import { rowsOf, textOf } from './tree.ts';

const [census] = assessment.censuses;
const rows = (...clientSides: ClientSideEncryption[]) =>
  rowsOf(
    claimSection(
      {
        ...assessment,
        censuses: [
          {
            ...census!,
            bucket: 'b',
            groups: clientSides.map((clientSide) => ({
              dataClasses: [],
              encryption: { serverSide: { type: 'SSE-S3' }, clientSide },
              objects: 2,
              bytes: 1024,
              noncurrent: 0,
            })),
          },
        ],
      },
      createDeferred(),
    ),
  );
const claimed = {
  kind: 'claimed',
  format: 'V3',
  keyWrap: '02',
  cipher: '115',
  instructionFile: false,
} as const;

describe('client-side encryption', () => {
  test.each<[string, ClientSideEncryption, string[]]>([
    ['a claim', claimed, ['claims format V3', '02', '115']],
    [
      'a claim that tells less',
      { ...claimed, keyWrap: null, cipher: null },
      ['claims format V3', 'not told', 'not told'],
    ],
    [
      'a claim in another file',
      { ...claimed, instructionFile: true },
      ['claims format V3, with an instruction file', '02', '115'],
    ],
    [
      'an instruction file',
      { kind: 'instruction-file' },
      ['is an instruction file: wrapped keys for the object beside it, not data', '', ''],
    ],
    [
      'a contradiction',
      { kind: 'invalid', detail: 'V1 and V2.' },
      ['contradicts itself: V1 and V2.', '', ''],
    ],
    [
      'a doubt',
      { kind: 'undetermined', detail: 'Which version?' },
      ['cannot be decided: Which version?', '', ''],
    ],
  ])('%s is a row of its own words', (_, clientSide, words) => {
    expect(rows(clientSide)).toEqual([['b', ...words, '2', '1 KiB']]);
  });

  test('equal claims are one row with the sum of their objects', () => {
    expect(rows(claimed, claimed)).toEqual([['b', 'claims format V3', '02', '115', '4', '2 KiB']]);
  });

  test('objects without a claim are not in the table, and a table without rows is a sentence', () => {
    expect(rows({ kind: 'none' })).toEqual([]);
    const none = claimSection({ ...assessment, censuses: [] }, createDeferred());
    expect(textOf(none)).toContain('No object claims to have been encrypted before its upload.');
  });

  test('is called a claim, not a proof', () => {
    expect(textOf(claimSection(assessment, createDeferred()))).toContain('A claim, not a proof.');
  });
});

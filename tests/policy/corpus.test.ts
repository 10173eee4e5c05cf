import { describe, expect, test } from '@jest/globals';
import { prove } from '../../lib/policy/prove/prove.ts';
import type { WritePath } from '../../lib/model/proof.ts';
import { corpus, questionOfRow } from './corpus.ts';

const rows = corpus();

describe('the corpus of policies', () => {
  test('holds at least 200 policies, no two of one name', () => {
    expect(rows.length).toBeGreaterThanOrEqual(200);
    expect(new Set(rows.map((row) => `${row.file} ${row.is}`)).size).toBe(rows.length);
  });

  test.each(rows.map((row) => [`${row.file.replace('.json', '')}: ${row.is}`, row] as const))(
    '%s',
    (_, row) => {
      const question = questionOfRow(row);
      for (const [path, expected] of Object.entries(row.verdicts)) {
        const proof = prove(question, path as WritePath);
        const carved = proof.verdict === 'refuted' && proof.carveOuts.length > 0;
        expect([path, carved ? 'carve-outs' : proof.verdict]).toEqual([path, expected]);
        if (row.carveOuts && path === 'put') expect(carved && proof.carveOuts).toEqual(row.carveOuts);
      }
    },
  );
});

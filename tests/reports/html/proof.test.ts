import { describe, expect, test } from '@jest/globals';
import { known } from '../../../lib/model/observed.ts';
import { proofBlock } from '../../../reports/html/proof.ts';
import { hostileRefuted, proved, refuted, undecided } from '../fixture-proofs.ts';
import { all, textOf } from './tree.ts';

const POLICY = known('{"Statement":[{"Sid":"DenyInsecureTransport"}]}');

describe('a proof', () => {
  test('that is refuted shows the request, how it is stored, and the statements that come closest', () => {
    const block = proofBlock({ put: refuted }, POLICY);
    expect(textOf(all(block, '.command')[0]!)).toBe(refuted.counterexample.command);
    expect(textOf(block)).toContain('x-amz-server-side-encryption : aws:kms');
    expect(textOf(block)).toContain('key : aws/s3 (AWS managed) type : SSE-KMS');
    expect(textOf(block)).toContain('s3:TlsVersion : 1.2, 1.3');
    expect(
      all(block, '.misses')
        .flatMap((list) => all(list, 'li'))
        .map(textOf),
    ).toEqual(refuted.nearMisses.map(({ statement, clause }) => `${statement} ${clause}`));
    expect(textOf(all(block, 'mark')[0]!)).toContain('DenyInsecureTransport');
  });

  test('that only exempted principals break says who they are', () => {
    expect(textOf(proofBlock({ put: hostileRefuted }, POLICY))).toContain(
      'Only these exempted principals get through: arn:aws:iam::111122223333:role/break-glass',
    );
    expect(textOf(proofBlock({ put: refuted }, POLICY))).not.toContain('exempted');
  });

  test('that is undecided says why, and claims nothing', () => {
    const text = textOf(proofBlock({ update: undecided }, POLICY));
    expect(text).toContain('Undecided');
    expect(text).toContain('aws:PrincipalTag/team');
    expect(text).not.toMatch(/Proved|Refuted/);
  });

  test.each([
    ['proved', proved],
    ['refuted', refuted],
    ['undecided', undecided],
  ])('that is %s shows every assumption it rests on', (_, proof) => {
    const text = textOf(proofBlock({ put: proof }, POLICY));
    expect(text).toContain(`Assumes (${proof.assumptions.length})`);
    for (const assumption of proof.assumptions) expect(text).toContain(assumption);
  });

  test('of several paths shows each, in their own order', () => {
    const block = proofBlock({ update: proved, replicate: undecided, put: refuted }, POLICY);
    expect(all(block, '.proof').map((proof) => textOf(all(proof, 'h5')[0]!))).toEqual([
      'Refuted Uploads and copies (s3:PutObject)',
      'Undecided Replication (s3:ReplicateObject)',
      'Proved Changing encryption in place (s3:UpdateObjectEncryption)',
    ]);
  });
});

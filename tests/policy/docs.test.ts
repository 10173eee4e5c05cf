import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parsePolicy } from '../../lib/policy/parse/document.ts';
import { proveAll } from '../../lib/policy/prove/prove.ts';
import { questionOf } from '../../lib/policy/prove/terms.ts';
import { proofText } from '../../reports/proof-text.ts';

const doc = readFileSync(new URL('../../docs/policy-proofs.md', import.meta.url), 'utf8');
const [policy] = [...doc.matchAll(/```json\n([^]*?)```/g)].map(([, json]) => json!);
const outputs = [...doc.matchAll(/```\n\$ sealcheck prove --policy policy\.json (.*)\n([^]*?)```/g)];
const FROM = '2026-11-01T00:00:00Z';

describe('the worked example of the documentation', () => {
  test('shows two runs', () => {
    expect(outputs).toHaveLength(2);
  });

  test.each(outputs.map(([, args, output]) => [args!, output!] as const))(
    'prints what it says: %s',
    (args, output) => {
      const tls = /--tls (\S+)/.exec(args)?.[1];
      const terms = { require: ['SSE-S3'], ...(tls === undefined ? {} : { tls }) };
      const paths = proveAll(questionOf(terms, [parsePolicy(policy!, 'bucket', 'policy.json')], FROM));
      expect(proofText(paths, ['put'], { color: false, width: 120 })).toContain(output.trimEnd());
    },
  );

  test.each([
    ['AES256', 'SSE-S3'],
    ['aws:kms', 'SSE-KMS'],
    ['aws:kms:dsse', 'DSSE-KMS'],
    ['customer', 'SSE-C'],
  ])('has a row for %s that is right', (header, type) => {
    const row = doc
      .split('\n')
      .find(
        (line) =>
          line.startsWith('| ') && line.includes(header === 'customer' ? 'customer-*' : `: ${header}\``),
      );
    const document = parsePolicy(policy!, 'bucket', 'policy.json');
    const others = (['SSE-S3', 'SSE-KMS', 'DSSE-KMS', 'SSE-C'] as const).filter((each) => each !== type);
    // Everything but this type is accepted, so the proof says whether this type is stopped.
    const { put } = proveAll(questionOf({ require: others }, [document], FROM));
    expect(
      row
        ?.split('|')[3]
        ?.trim()
        .startsWith(put.verdict === 'proved' ? 'yes' : 'no'),
    ).toBe(true);
  });
});

import fc from 'fast-check';
import { parsePolicy } from '../lib/policy/parse/document.ts';
import { prove } from '../lib/policy/prove/prove.ts';
import type { Question } from '../lib/policy/prove/question.ts';
import { encode, NotEncodable } from '../tests/policy/oracle/encode.ts';
import { startZ3 } from '../tests/policy/oracle/z3.ts';
import { keyArn, OWNER, randomPolicy } from '../tests/policy/random-policy.ts';

export const name = 'policy-oracle';
export const question = 'whether prover and z3 agree on random policies; SEALCHECK_ORACLE_RUNS sets how many';

/** Fails when the two disagree. A seed of the day would hide what failed, so it is fixed and can be set. */
export async function run(): Promise<void> {
  const numRuns = Number(process.env['SEALCHECK_ORACLE_RUNS'] ?? 100);
  const seed = Number(process.env['SEALCHECK_ORACLE_SEED'] ?? 20261101);
  const counts = { refuted: 0, not: 0, open: 0, skipped: 0 };
  const z3 = await startZ3();
  try {
    for (const policy of fc.sample(randomPolicy(true), { numRuns, seed })) {
      const text = JSON.stringify(policy);
      const asked = ask(text);
      const script = scriptOf(asked);
      const answer = script === null ? null : await z3.check(script);
      if (answer === null) counts.skipped += 1;
      else if (answer === 'unknown') counts.open += 1;
      else {
        const refuted = prove(asked, 'put').verdict === 'refuted';
        if (refuted !== (answer === 'sat'))
          throw new Error(`z3 says ${answer}, the prover does not: ${text}`);
        counts[refuted ? 'refuted' : 'not'] += 1;
      }
    }
  } finally {
    z3.stop();
  }
  console.log(
    `seed ${seed}: ${counts.refuted} refuted and ${counts.not} not, both alike; ${counts.open} z3 left open, ${counts.skipped} it cannot be asked`,
  );
}

function ask(text: string): Question {
  return {
    bucket: { name: 'b', partition: 'aws', account: OWNER, region: 'us-east-1' },
    prefixes: null,
    documents: [parsePolicy(text, 'bucket', 'random.json')],
    allow: ['SSE-KMS'],
    key: { manager: 'any', arns: [keyArn('k1')], aliases: [], accounts: [] },
    tls: '1.2',
    default: { state: 'known', algorithm: 'AES256', key: null },
    sseC: 'open',
    keys: [],
    from: '2026-11-01T00:00:00Z',
  };
}

function scriptOf(asked: Question): string | null {
  try {
    return encode(asked);
  } catch (error) {
    if (error instanceof NotEncodable) return null;
    throw error;
  }
}

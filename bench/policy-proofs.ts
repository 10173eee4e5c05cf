import { prove } from '../lib/policy/prove/prove.ts';
import type { Question } from '../lib/policy/prove/question.ts';
import { corpus, questionOfRow } from '../tests/policy/corpus.ts';
import { encode, NotEncodable, TIME_LIMIT_MS } from '../tests/policy/oracle/encode.ts';
import { startZ3 } from '../tests/policy/oracle/z3.ts';
import type { Z3 } from '../tests/policy/oracle/z3.ts';

export const name = 'policy-proofs';
export const question =
  'time to decide one policy, beside z3 on the same questions, and whether the two agree';

const ROUNDS = 5;

/** Ours over the whole corpus; then every question that SMT-LIB can put, once by each, alternating. */
export async function run(): Promise<void> {
  const questions = corpus().map(questionOfRow);
  for (const one of questions) prove(one, 'put');
  const ours = questions.flatMap((one) =>
    Array.from({ length: ROUNDS }, () => timed(() => prove(one, 'put')).ms),
  );
  report(`ours, ${questions.length} policies × ${ROUNDS}`, ours);
  const z3 = await startZ3();
  try {
    await beside(z3, questions);
  } finally {
    z3.stop();
  }
}

async function beside(z3: Z3, questions: readonly Question[]): Promise<void> {
  const times = { ours: [] as number[], z3: [] as number[] };
  let agreed = 0;
  let unanswered = 0;
  const disputes: string[] = [];
  for (const one of questions) {
    const script = scriptOf(one);
    if (script === null) continue;
    const { ms, value: proof } = timed(() => prove(one, 'put'));
    const start = performance.now();
    const answer = await z3.check(script);
    times.z3.push(performance.now() - start);
    times.ours.push(ms);
    if (answer === 'unknown') unanswered += 1;
    else if ((answer === 'sat') === (proof.verdict === 'refuted')) agreed += 1;
    else disputes.push(`${one.documents[0]?.file ?? ''}: z3 says ${answer}, we say ${proof.verdict}`);
  }
  report(`ours, the ${times.ours.length} that z3 is asked`, times.ours);
  report(`z3, at most ${TIME_LIMIT_MS} ms each`, times.z3);
  const ratio = sum(times.z3) / sum(times.ours);
  console.log(
    `all of them: ${ratio.toFixed(0)}× faster than z3; ${agreed} agree, ${unanswered} z3 left open, ${disputes.length} disputed`,
  );
  for (const dispute of disputes) console.log(`DISPUTED ${dispute}`);
  if (disputes.length > 0) throw new Error('The prover and z3 disagree.');
}

function scriptOf(one: Question): string | null {
  try {
    return encode(one);
  } catch (error) {
    if (error instanceof NotEncodable) return null;
    throw error;
  }
}

function timed<T>(work: () => T): { readonly ms: number; readonly value: T } {
  const start = performance.now();
  const value = work();
  return { ms: performance.now() - start, value };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function report(label: string, values: readonly number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2).padStart(8);
  console.log(
    `${label.padEnd(36)} median ${at(0.5)} ms  p99 ${at(0.99)} ms  most ${at(1)} ms  sum ${(sum(values) / 1000).toFixed(2)} s`,
  );
}

import type { WritePath } from '../../model/proof.ts';
import type { Budget } from '../search/budget.ts';
import { CALLER, HEADER, KEY, TRANSPORT } from '../space/places.ts';
import type { Axis } from '../space/space.ts';
import { SPECIAL_KINDS } from './attempt.ts';
import type { Ask, Ground, Passage } from './attempt.ts';
import { groundOf } from './ground.ts';
import type { Question } from './question.ts';

/**
 * Whether a caller gets through by an exemption: a Deny about encryption or transport would stop it but for what the
 * Deny says about callers. Someone let in by a Deny that is not about encryption at all is no exemption but a hole.
 */
export function isExempt({ space, denies }: Ground, passage: Passage): boolean {
  if (passage.scenario.caller !== 'client') return true;
  return denies.some(({ byReading, kind }) => {
    if (kind === 'scp' && !passage.scenario.bound) return false;
    const refs = byReading.header.map(({ dimension, clause }) => ({
      axis: space.axes[dimension],
      truth: passage.cells[dimension]?.clauses[clause],
    }));
    const aboutCaller = (axis: Axis | undefined): boolean =>
      axis?.name === CALLER || axis?.terms?.aboutCaller === true;
    return (
      refs.some(({ axis }) => axis !== undefined && SEAL_AXES.includes(axis.name)) &&
      refs.every(({ axis, truth }) => truth !== 'no' || aboutCaller(axis))
    );
  });
}

const SEAL_AXES: readonly string[] = [HEADER, KEY, TRANSPORT];

/** Everybody whom the policies single out and who gets through, by the name the policies use. */
export function carveOuts(
  question: Question,
  path: WritePath,
  budget: Budget,
  find: (on: Ground, only: Ask['only']) => Passage | null,
): readonly string[] {
  const ground = groundOf(question, path, budget, true);
  const named = ground.space.axes.flatMap(({ named: texts }, axis) =>
    texts.filter((_, mark) => find(ground, { axis, mark }) !== null),
  );
  const kinds = SPECIAL_KINDS.filter((kind) => find(ground, { kind }) !== null);
  const words = kinds.map((kind) => KIND_WORDS[kind] ?? kind);
  return [...new Set([...named, ...words])].sort();
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  service: 'AWS services (aws:PrincipalIsAWSService)',
  anonymous: 'anonymous callers',
  'origin-identity': 'CloudFront origin access identities',
};

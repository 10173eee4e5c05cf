/** What one clause, statement or document says of a request. */
export type Answer = 'yes' | 'no' | 'unknown';

/** All must hold: a no outweighs an unknown. */
export function every(answers: readonly Answer[]): Answer {
  if (answers.includes('no')) return 'no';
  return answers.includes('unknown') ? 'unknown' : 'yes';
}

import type { WritePath } from '../../model/proof.ts';
import type { Budget } from '../search/budget.ts';
import { coversAction } from '../space/actions.ts';
import { PATH_ACTIONS } from '../space/modes.ts';
import { spaceOf } from '../space/space.ts';
import type { Ground } from './attempt.ts';
import type { Question } from './question.ts';

/**
 * The statements that can bear on one path, and the space they span.
 * @param nameEach tell every named caller from every other, to list who is carved out
 */
export function groundOf(question: Question, path: WritePath, budget: Budget, nameEach: boolean): Ground {
  const action = PATH_ACTIONS[path];
  const relevant = question.documents.flatMap(({ kind, statements }) =>
    statements
      .filter((statement) => coversAction(statement.action, action, budget))
      .filter(({ effect }) => effect === 'Deny' || kind === 'bucket')
      .map((statement) => ({ kind, statement })),
  );
  const hasScp = question.documents.some(({ kind }) => kind === 'scp');
  const used = relevant.filter(({ statement }) => statement.effect === 'Deny' || hasScp);
  const space = spaceOf(question, used, { path, nameEach }, budget);
  return {
    question,
    path,
    space,
    denies: space.statements.filter(({ statement }) => statement.effect === 'Deny'),
    allows: space.statements.filter(({ statement }) => statement.effect === 'Allow'),
    hasScp,
    budget,
    memo: new Map(),
  };
}

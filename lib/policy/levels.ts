import { WRITE_PATHS } from '../model/proof.ts';
import type { WritePath } from '../model/proof.ts';
import type { DocumentKind, PolicyDocument, Statement, Template } from './document.ts';
import { matchesAction } from './evaluate/evaluate.ts';
import { PATH_ACTIONS } from './space/modes.ts';

/** What the policies of one level of an organization do to writes. */
export type Level = {
  /** Their Deny statements about writes. */
  readonly denies: readonly PolicyDocument[];
  /** A Deny for each write that nothing on the level allows. */
  readonly closed: readonly PolicyDocument[];
  /** Writes that the level allows for some requests and not for others: a refutation there is not certain. */
  readonly partly: readonly WritePath[];
};

/**
 * The policies attached to one root, unit or account, of one kind. A request passes an organization when every level
 * allows it and none denies it; on one level the policies allow together what each of them allows. A level without
 * policies has that kind switched off, since the last one cannot be detached.
 * Source: AWS Organizations User Guide, orgs_manage_policies_scps_evaluation and …_rcps_evaluation.
 * @param where the level, for messages
 */
export function levelOf(
  policies: readonly PolicyDocument[],
  kind: Exclude<DocumentKind, 'bucket'>,
  where: string,
): Level {
  const writes = Object.values(PATH_ACTIONS);
  const denies = policies.flatMap((document) => {
    const statements = document.statements.filter(
      ({ effect, action }) => effect === 'Deny' && writes.some((write) => matchesAction(action, write)),
    );
    return statements.length === 0 ? [] : [{ ...document, statements }];
  });
  if (policies.length === 0) return { denies, closed: [], partly: [] };
  const allows = policies.flatMap(({ statements }) => statements.filter(({ effect }) => effect === 'Allow'));
  const covering = (path: WritePath): readonly Statement[] =>
    allows.filter(({ action }) => matchesAction(action, PATH_ACTIONS[path]));
  const refused = WRITE_PATHS.filter((path) => covering(path).length === 0);
  const closed: readonly PolicyDocument[] =
    refused.length === 0
      ? []
      : [
          {
            kind,
            file: where,
            variables: false,
            statements: refused.map((path) => refusal(path, kind, where)),
          },
        ];
  const partly = WRITE_PATHS.filter((path) => {
    const found = covering(path);
    return found.length > 0 && !found.some(allowsEverything);
  });
  return { denies, closed, partly };
}

const allowsEverything = ({ conditions, resource }: Statement): boolean =>
  conditions.length === 0 && !resource.negated && resource.entries.some(isEverything);

const isEverything = (template: Template): boolean => template.length === 1 && template[0]?.kind === 'run';

function refusal(path: WritePath, kind: DocumentKind, where: string): Statement {
  return {
    name: `no policy of ${where} allows ${PATH_ACTIONS[path]}`,
    effect: 'Deny',
    principal: kind === 'scp' ? null : { negated: false, entries: [{ kind: 'everyone', text: '*' }] },
    action: { negated: false, entries: [PATH_ACTIONS[path]] },
    resource: { negated: false, entries: [[{ kind: 'run' }]] },
    conditions: [],
  };
}

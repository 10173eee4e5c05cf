import { matchesGlob } from '../lib/model/glob.ts';

/** What a check says of one resource of the template, named `Type.LogicalId`. */
export type TemplateFinding = { readonly check: string; readonly about: string; readonly resource: string };

/** A check whose findings are accepted on the resources that its globs name. */
export type Acceptance = { readonly check: string; readonly resources: readonly string[] };

/** One sentence for every finding that is not accepted, and for every acceptance that nothing answers to. */
export function openFindings(
  found: readonly TemplateFinding[],
  accepted: readonly Acceptance[],
): readonly string[] {
  const answers = ({ check, resource }: TemplateFinding, by: string, glob: string): boolean =>
    check === by && matchesGlob(glob, resource);
  const open = found
    .filter(
      (each) =>
        !accepted.some(({ check, resources }) => resources.some((glob) => answers(each, check, glob))),
    )
    .map(({ check, about, resource }) => `${check} on ${resource}: ${about}`);
  const idle = accepted.flatMap(({ check, resources }) =>
    resources
      .filter((glob) => !found.some((each) => answers(each, check, glob)))
      .map((glob) => `${check} on ${glob} is accepted and not found any more: take it out`),
  );
  return [...open, ...idle];
}

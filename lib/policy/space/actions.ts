import type { Listed } from '../document.ts';
import { parseTemplate } from '../parse/template.ts';
import { run } from '../search/automaton.ts';
import type { Budget } from '../search/budget.ts';
import { globAutomaton } from '../search/glob.ts';
import { patternOf } from '../search/pattern.ts';

/** Whether an Action or NotAction covers an action; neither case nor spelling of the service prefix counts. */
export function coversAction({ negated, entries }: Listed<string>, action: string, budget: Budget): boolean {
  const listed = entries.some((entry) => {
    const template = parseTemplate(entry, { wildcards: true, variables: false });
    const pattern = patternOf(template, { arn: false, ignoreCase: true });
    if (pattern === null) return false;
    const automaton = globAutomaton(0, 0, pattern, budget);
    return automaton.accepted(run(automaton, automaton.start, action)).length > 0;
  });
  return listed !== negated;
}

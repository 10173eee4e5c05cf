import { formatProblems } from '../../lib/rules/problems.ts';
import { parseRulePack } from '../../lib/rules/parse.ts';
import type { RulePack } from '../../lib/model/requirement.ts';

/** The day on which the tests read packs. */
export const TODAY = '2026-11-24';

/** A small valid pack: severity is on line 10, allow on line 12, the waiver begins on line 14. */
export const PACK = `pack: p
data-classes:
  phi:
    any:
      - bucket-tag: { data-class: [phi] }
requirements:
  - id: sealed
    title: PHI is sealed
    data-class: phi
    severity: high
    encryption:
      allow: [SSE-KMS]
waivers:
  - requirement: sealed
    resource: arn:aws:s3:::legacy
    reason: It moves in spring
    owner: Storage team
    approver: Security officer
    approved: 2026-01-01
    expires: 2026-12-31
`;

/** PACK with one passage replaced; throws when the passage is not there, so that no row tests nothing. */
export function edited(search: string, replacement: string): string {
  if (!PACK.includes(search)) throw new Error(`not in the pack: ${search}`);
  return PACK.replace(search, () => replacement);
}

/** What a reader at the terminal would see of a text, without the file name: problems or warnings, a line each. */
export function told(text: string): string[] {
  const parsed = parseRulePack({ file: 'f', text, digest: 'd', today: TODAY });
  return formatProblems(parsed.ok ? parsed.warnings : parsed.problems)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^f:/, ''));
}

/** The pack of a valid text; throws with its problems otherwise. */
export function packOf(text: string): RulePack {
  const parsed = parseRulePack({ file: 'f', text, digest: 'd', today: TODAY });
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  return parsed.pack;
}

/** Whether a text is refused, as opposed to accepted with warnings. */
export const refused = (text: string): boolean =>
  !parseRulePack({ file: 'f', text, digest: 'd', today: TODAY }).ok;

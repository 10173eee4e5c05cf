import type { Manifest } from './manifest.ts';
import type { PackProblem } from './pack.ts';

/** One link of a chain: a manifest, and the SHA-256 of its bytes. */
export type Link = {
  readonly manifest: Pick<Manifest, 'runId' | 'sequence' | 'previousManifestSha256'>;
  readonly manifestSha256: string;
};

/**
 * Checks that runs, oldest first, follow each other without a gap. `head` is the SHA-256 of the newest manifest, as
 * an auditor kept it: without an anchor from outside, nothing shows that the newest runs were taken away.
 */
export function verifyChain(links: readonly Link[], head: string | null = null): readonly PackProblem[] {
  const problems = links.flatMap((link, i) => {
    const before = links[i - 1];
    return before ? stepProblem(before, link) : [];
  });
  const last = links.at(-1);
  if (head !== null && last?.manifestSha256 !== head) {
    problems.push({
      code: 'CHAIN_HEAD',
      subject: last?.manifest.runId ?? '',
      message: `The newest run has the manifest ${last?.manifestSha256 ?? 'of no run'}, not ${head}: runs at the end are missing, or were added.`,
    });
  }
  return problems;
}

function stepProblem(before: Link, after: Link): PackProblem[] {
  const [{ runId: from, sequence: low }, { runId: to, sequence: high }] = [before.manifest, after.manifest];
  const say = (code: PackProblem['code'], message: string): PackProblem[] => [{ code, subject: to, message }];
  if (high < low)
    return say('CHAIN_REORDERED', `Run ${to} is number ${high} and stands after ${from}, number ${low}.`);
  if (high === low) {
    return before.manifestSha256 === after.manifestSha256
      ? say('CHAIN_REORDERED', `Run ${to}, number ${high}, is there twice.`)
      : say('CHAIN_FORKED', `Runs ${from} and ${to} both claim the number ${high}.`);
  }
  if (high > low + 1) {
    const gap = high - low === 2 ? `number ${low + 1} is` : `numbers ${low + 1} to ${high - 1} are`;
    return say('CHAIN_CUT', `Between ${from} and ${to} ${gap} missing.`);
  }
  if (after.manifest.previousManifestSha256 === before.manifestSha256) return [];
  return say(
    'CHAIN_BROKEN',
    `Run ${to} follows another run number ${low} than ${from}: one of them was replaced.`,
  );
}

import { rm } from 'node:fs/promises';
import { folderStore } from '../../lib/audit/folder-store.ts';
import type { RunStore } from '../../lib/audit/run-store.ts';
import type { Assessment, RunConfiguration } from '../../lib/model/run.ts';
import { auditSandbox } from './run.ts';
import type { Estate } from './sandbox-estate.ts';

/** A pack of one class and one requirement; `encryption` is YAML in one line. */
export const packText = (encryption: string, any = '- bucket-name: "phi-*"'): string => `pack: p
title: Test
data-classes:
  phi:
    title: PHI
    any:
      ${any}
requirements:
  - id: r
    title: PHI must be sealed
    data-class: phi
    severity: high
    encryption: ${encryption}
`;

export type Finished = {
  readonly assessment: Assessment;
  readonly store: RunStore;
  readonly remove: () => Promise<void>;
};

let runs = 0;

/** A whole run in a temporary folder, under an id of its own; by the source that the audit would choose. */
export async function audit(
  estate: Estate,
  text: string,
  configuration: Partial<RunConfiguration> = {},
): Promise<Finished> {
  runs += 1;
  const { assessment, folder } = await auditSandbox(estate, {
    pack: text,
    configuration: { source: 'auto', ...configuration },
    runId: `run-${runs}`,
  });
  return {
    assessment,
    store: folderStore(folder),
    remove: async () => rm(folder, { recursive: true, force: true }),
  };
}

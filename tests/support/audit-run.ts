import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '../../lib/audit/context.ts';
import { runAudit } from '../../lib/audit/driver.ts';
import { folderStore } from '../../lib/audit/folder-store.ts';
import type { RunStore } from '../../lib/audit/run-store.ts';
import type { Assessment, RunConfiguration } from '../../lib/model/run.ts';
import { parseRulePacks } from '../../lib/rules/parse.ts';
import { NOW } from './sandbox-estate.ts';
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

/** A whole run in a temporary folder. */
export async function audit(
  { aws }: Estate,
  text: string,
  configuration: Partial<RunConfiguration> = {},
): Promise<Finished> {
  const digest = createHash('sha256').update(text).digest('hex');
  const parsed = parseRulePacks([{ file: 'p.yml', text, digest }], new Date(NOW).toISOString().slice(0, 10));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-run-'));
  const store = folderStore(join(folder, 'run'));
  const { assessment } = await runAudit(
    {
      aws,
      store,
      toolVersion: 'test',
      packs: parsed.packs,
      packTexts: new Map([['p', text]]),
      configuration: {
        bucketGlobs: [],
        source: 'auto',
        objectReads: true,
        reportBucket: null,
        ...configuration,
      },
      concurrency: 8,
      retry: {
        maxAttempts: 2,
        baseDelayMs: 1,
        maxDelayMs: 1,
        sleep: () => Promise.resolve(),
        random: () => 0,
      },
      clock: () => new Date(NOW),
      progress: silent,
    },
    'run',
  );
  return { assessment, store, remove: async () => rm(folder, { recursive: true, force: true }) };
}

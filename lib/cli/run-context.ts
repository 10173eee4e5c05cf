import { readdir } from 'node:fs/promises';
import type { AuditContext, Progress } from '../audit/context.ts';
import { folderStore } from '../audit/folder-store.ts';
import { RUN_FILES } from '../audit/run-store.ts';
import { CONCURRENCY, retryOptions } from '../audit/defaults.ts';
import { withAccounts } from '../collectors/account-clients.ts';
import type { AwsClients } from '../collectors/clients.ts';
import { AuditError } from '../model/errors.ts';
import type { RunConfiguration } from '../model/run.ts';
import type { CliIo } from './io.ts';
import type { LoadedPacks } from '../audit/rule-files.ts';
import { VERSION } from '../audit/tool-version.ts';

/** The context of a run from the command line. */
export function runContext(
  io: CliIo,
  {
    aws,
    folder,
    packs,
    configuration,
    progress,
    signal,
  }: {
    readonly aws: AwsClients;
    readonly folder: string;
    readonly packs: LoadedPacks;
    readonly configuration: RunConfiguration;
    readonly progress: Progress;
    readonly signal: AbortSignal;
  },
): AuditContext {
  return {
    aws: withAccounts(aws, configuration.accounts),
    store: folderStore(folder),
    toolVersion: VERSION,
    packs: packs.packs,
    packTexts: packs.packTexts,
    configuration,
    concurrency: CONCURRENCY,
    retry: retryOptions(io.random),
    clock: io.clock,
    progress,
    signal,
  };
}

/** A new run never lands on top of another: the folder must be missing or empty. */
export async function assertFresh(folder: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    throw new AuditError(
      'OUTPUT_UNWRITABLE',
      `The folder ${folder} cannot be used: ${code ?? 'unknown error'}.`,
      {
        cause: error,
      },
    );
  }
  if (entries.length === 0) return;
  const isRun = entries.includes(RUN_FILES.plan.split('/')[0] ?? '');
  const hint = isRun ? `holds a run already; finish it with --resume ${folder}` : 'is not empty';
  throw new AuditError('USAGE', `The folder ${folder} ${hint}, or choose another --out.`);
}

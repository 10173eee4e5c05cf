import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEstate } from '../../lib/sandbox/estate/load.ts';
import { createState } from '../../lib/sandbox/state.ts';
import type { Finding } from '../../lib/model/finding.ts';
import type { Coverage } from '../../lib/model/run.ts';
import { envFor, runCli } from './cli.ts';
import type { CliResult } from './cli.ts';
import { startTestSandbox } from './sandbox.ts';
import type { TestSandbox } from './sandbox.ts';

/** Dated by the clock of the machine, as the command line is. */
export const dayBefore = (days: number): string =>
  new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** The pack of these audits: one requirement for each thing that a record can and cannot answer. */
const PACK = (waivers: string): string => `
pack: past
title: Past
data-classes:
  phi: { any: [{ bucket-name: "phi-*" }] }
requirements:
  - id: kms
    title: SSE-KMS
    data-class: phi
    severity: high
    encryption: { allow: [SSE-KMS] }
    decrypt: { principals: ["arn:aws:iam::111122223333:role/app"], max-age: 20 }
    controls: {}
  - id: own-key
    title: Under a rotating key of ours
    data-class: phi
    severity: high
    encryption: { allow: [SSE-S3, SSE-KMS], key: { manager: CUSTOMER, rotation: required } }
    controls: {}
  - id: no-sse-c
    title: No customer-provided keys
    data-class: phi
    severity: low
    encryption: { allow: [SSE-S3, SSE-KMS], sse-c: blocked }
    controls: {}
${waivers}`;

/** A run of the command line, and what it printed as JSON. */
export type RecordedRun = CliResult & {
  readonly out: string;
  readonly findings: readonly Finding[];
  readonly coverage: Coverage;
  /** `bucket requirement check` → status. */
  readonly statuses: Readonly<Record<string, string>>;
};

export type ConfigEstate = TestSandbox & {
  readonly folder: string;
  readonly pack: string;
  readonly run: (...options: string[]) => Promise<RecordedRun>;
  /** Whatever comes of it; nothing is parsed. */
  readonly cli: (...args: string[]) => Promise<CliResult>;
};

/** An estate in a sandbox, a pack in a folder, and the command line over both. */
export async function startConfigEstate(yaml: string, waivers = ''): Promise<ConfigEstate> {
  const state = createState({ logLimit: 100_000 });
  loadEstate(state, yaml, 'test.yaml');
  const sandbox = await startTestSandbox(state);
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-config-'));
  const pack = join(folder, 'pack.yml');
  await writeFile(pack, PACK(waivers));
  let number = 0;
  const cli = async (...args: string[]) => runCli(args, envFor(sandbox.url));
  return {
    ...sandbox,
    folder,
    pack,
    cli,
    run: async (...options) => {
      const out = join(folder, `run-${(number += 1)}`);
      const result = await cli('audit', '--rules', pack, '--out', out, '--json', ...options);
      if (result.stdout === '') throw new Error(`nothing was audited: ${result.stderr}`);
      const { findings, coverage } = JSON.parse(result.stdout) as RecordedRun;
      const statuses = Object.fromEntries(
        findings.map(({ bucket, requirement, check, status }) => [
          `${bucket} ${requirement} ${check}`,
          status,
        ]),
      );
      return { ...result, out, findings, coverage, statuses };
    },
    close: async () => {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The reasons of one finding, in one text. */
export const reasonsOf = (
  { findings }: RecordedRun,
  bucket: string,
  requirement: string,
  check: string,
): string =>
  findings
    .filter((one) => one.bucket === bucket && one.requirement === requirement && one.check === check)
    .flatMap(({ reasons }) => reasons)
    .join(' ');

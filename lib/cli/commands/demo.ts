import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import type { Command } from 'commander';
import { newRunId } from '../../audit/defaults.ts';
import { loadRulePacks } from '../../audit/rule-files.ts';
import { openSigner } from '../../audit/signing-key.ts';
import { VERSION } from '../../audit/tool-version.ts';
import type { AwsClients } from '../../collectors/clients.ts';
import { createClients } from '../../collectors/clients.ts';
import { loadDemoEstate } from '../../sandbox/estate/demo.ts';
import { newBucket } from '../../sandbox/objects.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { createState } from '../../sandbox/state.ts';
import type { SandboxState } from '../../sandbox/state.ts';
import type { Signer } from '../../seal/signer.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';
import { assertFresh } from '../run-context.ts';
import { performAudit } from '../perform-audit.ts';

/** The packs the demo judges by, beside the sources and in a build alike. */
const PACKS = ['hipaa.yml', 'pci.yml', 'pii.yml', 'baseline.yml', 'examples/northwind.yml'].map((file) =>
  relative('.', fileURLToPath(new URL(`../../../rules/${file}`, import.meta.url))),
);
const REPORT_BUCKET = 'sealcheck-reports';

type DemoOptions = { readonly out?: string; readonly json?: boolean };

/** `sealcheck demo`: a loopback AWS endpoint with an estate to learn from, and the whole audit of it. */
export function demoCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('demo')
    .description('audit a demo estate on a loopback AWS endpoint: needs no account and no network')
    .option('--out <dir>', 'folder for the report (default: sealcheck-runs/<run id>)')
    .option('--json', 'print the result as JSON')
    .action(async (options: DemoOptions) => {
      const runId = newRunId(io.clock(), io.random);
      const folder = options.out ?? join('sealcheck-runs', runId);
      await assertFresh(folder);
      const packs = await loadRulePacks(PACKS, io.clock().toISOString().slice(0, 10));
      const state = demoState(io);
      const sandbox = await startSandbox({ port: 0, state });
      const aws = createClients({
        region: state.region,
        endpoint: sandbox.url,
        credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
        toolVersion: VERSION,
      });
      io.err.write(`sandbox  ${sandbox.url} with ${state.buckets.size - 1} buckets\n`);
      try {
        const configuration = {
          bucketGlobs: [],
          source: 'live',
          objectReads: true,
          reportBucket: REPORT_BUCKET,
        } as const;
        const signer = await demoSigner(aws);
        await performAudit(io, aws, { runId, folder, packs, configuration, signer }, options.json === true);
        // Beside the run and not in it: a pack that brings its own key proves nothing.
        const keyFile = `${folder}.pub.pem`;
        await writeFile(keyFile, signer.publicKey.export({ type: 'spki', format: 'pem' }));
        io.err.write(`verify   sealcheck verify ${folder} --key ${keyFile}\n`);
        // The estate is meant to fail its audit: that the demo could show it is its success.
        finish(EXIT.compliant);
      } finally {
        aws.close();
        await sandbox.close();
      }
    });
}

/** A key in the sandbox's KMS, as a real run would have one in the account of its auditors. */
async function demoSigner(aws: AwsClients): Promise<Signer> {
  const { KeyMetadata } = await aws
    .kms(aws.options.region)
    .send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
  return openSigner(aws, KeyMetadata?.Arn ?? '');
}

function demoState(io: CliIo): SandboxState {
  const state = createState({ now: () => io.clock().getTime() });
  loadDemoEstate(state);
  state.buckets.set(
    REPORT_BUCKET,
    newBucket({
      name: REPORT_BUCKET,
      region: state.region,
      accountId: state.accountId,
      createdAt: state.now(),
      versioning: 'Enabled',
    }),
  );
  return state;
}

import type { Command } from 'commander';
import { openPack } from '../../audit/pack-bucket.ts';
import { openPublicKey } from '../../audit/signing-key.ts';
import { AuditError } from '../../model/errors.ts';
import { verifyChain } from '../../seal/chain.ts';
import { fingerprintOf } from '../../seal/keys.ts';
import type { PackProblem } from '../../seal/pack.ts';
import { verifyPack } from '../../seal/verify.ts';
import type { PackVerdict } from '../../seal/verify.ts';
import { visible } from '../../../reports/visible.ts';
import { clientsFromEnvironment } from '../aws-environment.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';

type VerifyOptions = { readonly key: string; readonly head?: string; readonly json?: boolean };

/** What `verify` found out about the packs it was given and the chain they make. */
type Verification = {
  readonly verdict: PackVerdict['verdict'];
  readonly key: string;
  readonly packs: readonly PackVerdict[];
  readonly chain: readonly PackProblem[];
};

/** `sealcheck verify RUNDIR… --key PUB`: whether packs are whole, and follow each other. */
export function verifyCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  program
    .command('verify')
    .description('check that a run is exactly what the holder of a key signed')
    .argument(
      '<rundir...>',
      'the folder of the run, or s3://bucket/runs/ID/; several, oldest first, are checked as a chain',
    )
    .requiredOption('--key <key>', 'public key: a PEM file, or the ARN of a KMS key')
    .option('--head <sha256>', 'the SHA-256 of the newest manifest, as you kept it')
    .option('--json', 'print the result as JSON')
    .action(async (folders: readonly string[], options: VerifyOptions) => {
      const result = await verifyRuns(io, folders, options);
      io.out.write(options.json ? `${JSON.stringify(jsonOf(result), null, 2)}\n` : textOf(result));
      finish(
        { whole: EXIT.compliant, broken: EXIT.nonCompliant, undecided: EXIT.insufficientData }[
          result.verdict
        ],
      );
    });
}

async function verifyRuns(
  io: CliIo,
  folders: readonly string[],
  { key: reference, head }: VerifyOptions,
): Promise<Verification> {
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head))
    throw new AuditError('USAGE', '--head is not a SHA-256 of 64 hexadecimal digits.');
  const aws = clientsFromEnvironment(io);
  try {
    const key = await openPublicKey(aws, reference);
    const packs: PackVerdict[] = [];
    for (const folder of folders) packs.push(await verifyPack(await openPack(aws, folder), key));
    // The places of packs that cannot be read are not known; that they are not whole is told already.
    const links = packs.flatMap(({ manifest, manifestSha256 }) =>
      manifest && manifestSha256 !== null ? [{ manifest, manifestSha256 }] : [],
    );
    const chain = verifyChain(links, head ?? null);
    return { verdict: worst(packs, chain), key: fingerprintOf(key), packs, chain };
  } finally {
    aws.close();
  }
}

function worst(packs: readonly PackVerdict[], chain: readonly PackProblem[]): PackVerdict['verdict'] {
  if (chain.length > 0 || packs.some(({ verdict }) => verdict === 'broken')) return 'broken';
  return packs.some(({ verdict }) => verdict === 'undecided') ? 'undecided' : 'whole';
}

function jsonOf({ verdict, key, packs, chain }: Verification): object {
  return {
    verdict,
    key,
    packs: packs.map(({ location, verdict: one, problems, manifest, manifestSha256, files }) => ({
      location,
      verdict: one,
      runId: manifest?.runId ?? null,
      sequence: manifest?.sequence ?? null,
      manifestSha256,
      files,
      problems,
    })),
    chain,
  };
}

function textOf({ key, packs, chain }: Verification): string {
  const lines = packs.flatMap((pack) => [
    `${MARKS[pack.verdict]} ${visible(pack.location)}: ${describe(pack)}`,
    ...pack.problems.map(problemLine),
  ]);
  const last = packs.at(-1);
  return [
    ...lines,
    ...(chain.length > 0 ? ['✗ the chain of these runs is not whole', ...chain.map(problemLine)] : []),
    ...(chain.length === 0 && packs.length > 1
      ? [`✓ ${packs.length} runs follow each other without a gap`]
      : []),
    `key      ${key} (SHA-256 of the public key; compare it with what its owner published)`,
    ...(last?.verdict === 'whole'
      ? [
          `head     ${last.manifestSha256 ?? ''} (keep it: with --head it shows whether later runs were cut off)`,
        ]
      : []),
    '',
  ].join('\n');
}

const MARKS = { whole: '✓', broken: '✗', undecided: '?' } as const;

function describe({ verdict, manifest, files }: PackVerdict): string {
  const run = manifest === null ? '' : `run ${visible(manifest.runId)}, number ${manifest.sequence}, `;
  switch (verdict) {
    case 'whole':
      return `${run}is whole: ${files} files are what was signed`;
    case 'broken':
      return `${run}is NOT whole`;
    case 'undecided':
      return `cannot be judged by this version`;
  }
}

const problemLine = ({ code, message }: PackProblem): string => `    ${code}  ${visible(message)}`;

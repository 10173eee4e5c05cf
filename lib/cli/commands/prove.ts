import type { Command } from 'commander';
import { WRITE_PATHS } from '../../model/proof.ts';
import type { Proof } from '../../model/proof.ts';
import { proveAll } from '../../policy/prove/prove.ts';
import { questionOf } from '../../policy/prove/terms.ts';
import { proofJson, worstPath } from '../../../reports/proof-json.ts';
import { proofText } from '../../../reports/proof-text.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { wantsColor } from '../io.ts';
import type { CliIo } from '../io.ts';
import { readPolicy } from '../policy-files.ts';
import { pathsOf, termsOf, withTerms } from '../proof-options.ts';
import type { TermOptions } from '../proof-options.ts';

type ProveOptions = TermOptions & {
  readonly policy: string;
  readonly rcp?: readonly string[];
  readonly scp?: readonly string[];
  readonly paths?: readonly string[];
  readonly json?: boolean;
};

/** `sealcheck prove`: decides one policy, offline. */
export function proveCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  withTerms(
    program
      .command('prove')
      .description(
        'decide whether a bucket policy enforces a requirement, and show the request that gets through',
      )
      .requiredOption('--policy <file>', 'the bucket policy (JSON)'),
  )
    .option(
      '--default <alg[:key]>',
      "the bucket's default encryption: AES256, aws:kms[:KEY], aws:kms:dsse[:KEY]",
    )
    .option('--rcp <file...>', 'resource control policies that apply')
    .option('--scp <file...>', 'service control policies that apply')
    .option(
      '--paths <paths...>',
      `write paths that make the verdict: ${WRITE_PATHS.join(', ')} (default: put)`,
    )
    .option('--bucket <name>', 'the bucket (default: the one that the policy names)')
    .option('--prefix <prefix...>', 'ask only about object keys that begin so')
    .option('--json', 'print the result as JSON')
    .action(async (options: ProveOptions) => {
      const asked = pathsOf(options.paths ?? ['put']);
      const documents = [
        await readPolicy(options.policy, 'bucket'),
        ...(await Promise.all((options.rcp ?? []).map(async (file) => readPolicy(file, 'rcp')))),
        ...(await Promise.all((options.scp ?? []).map(async (file) => readPolicy(file, 'scp')))),
      ];
      const paths = proveAll(questionOf(termsOf(options), documents, io.clock().toISOString()));
      if (options.json) io.out.write(`${JSON.stringify(proofJson(paths, asked), null, 2)}\n`);
      else
        io.out.write(
          proofText(paths, asked, {
            color: wantsColor(io.out, io.env),
            width: Math.min(io.out.columns, 120),
          }),
        );
      finish(exitCodeOfProof(worstPath(paths, asked).proof));
    });
}

/** 0 proved, 1 refuted, 3 undecided. */
function exitCodeOfProof({ verdict }: Proof): ExitCode {
  switch (verdict) {
    case 'proved':
      return EXIT.compliant;
    case 'refuted':
      return EXIT.nonCompliant;
    case 'undecided':
      return EXIT.insufficientData;
  }
}

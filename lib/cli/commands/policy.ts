import type { Command } from 'commander';
import { AuditError } from '../../model/errors.ts';
import { WRITE_PATHS } from '../../model/proof.ts';
import { questionOf } from '../../policy/prove/terms.ts';
import { writePolicy } from '../../policy/write/write.ts';
import type { WrittenPolicy } from '../../policy/write/write.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CliIo } from '../io.ts';
import { readPolicyText } from '../policy-files.ts';
import { pathsOf, termsOf, withTerms } from '../proof-options.ts';
import type { TermOptions } from '../proof-options.ts';

type PolicyOptions = TermOptions & {
  readonly bucket: string;
  readonly merge?: string;
  readonly paths?: readonly string[];
  readonly json?: boolean;
};

/** `sealcheck policy`: writes a bucket policy that enforces a requirement, and proves it. */
export function policyCommand(program: Command, io: CliIo, finish: (code: ExitCode) => void): void {
  withTerms(
    program
      .command('policy')
      .description('write a bucket policy that enforces a requirement, proved before it is printed')
      .requiredOption('--bucket <name>', 'the bucket'),
  )
    .option(
      '--default <alg[:key]>',
      'the default encryption the bucket has or will get; where it is right, uploads without a header are let through',
    )
    .option('--merge <file>', 'keep the statements of this policy')
    .option('--paths <paths...>', `write paths to close: ${WRITE_PATHS.join(', ')} (default: all)`)
    .option('--prefix <prefix...>', 'only object keys that begin so')
    .option('--json', 'print the policy and its proofs as JSON')
    .action(async (options: PolicyOptions) => {
      if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i.test(options.bucket)) {
        throw new AuditError('USAGE', `--bucket ${JSON.stringify(options.bucket)} is no bucket name.`);
      }
      const asked = pathsOf(options.paths ?? WRITE_PATHS);
      const existing =
        options.merge === undefined
          ? null
          : { text: await readPolicyText(options.merge), file: options.merge };
      const written = writePolicy(
        questionOf(termsOf(options), [], io.clock().toISOString()),
        asked,
        existing,
      );
      if (options.json) {
        const { text, paths, headerless } = written;
        io.out.write(
          `${JSON.stringify({ policy: JSON.parse(text) as unknown, headerless, paths }, null, 2)}\n`,
        );
      } else {
        io.out.write(written.text);
        io.err.write(noteOf(written, asked.join(', '), options.default));
      }
      finish(EXIT.compliant);
    });
}

function noteOf({ headerless }: WrittenPolicy, paths: string, byDefault: string | undefined): string {
  const consequence =
    headerless === 'spared'
      ? `Uploads that name no encryption are let through, AWS log delivery among them: they get the default, so keep it at ${byDefault ?? 'AES256'}.`
      : 'Uploads that name no encryption are refused, AWS log delivery among them; give the bucket a default encryption that meets the requirement and say so with --default to let them through.';
  return `Proved for ${paths}. ${consequence}\n`;
}

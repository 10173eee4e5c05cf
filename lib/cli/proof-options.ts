import type { Command } from 'commander';
import { AuditError } from '../model/errors.ts';
import { WRITE_PATHS } from '../model/proof.ts';
import type { WritePath } from '../model/proof.ts';
import type { ProofTerms } from '../policy/prove/terms.ts';

/** The options of a question, which `prove` and `policy` share. */
export type TermOptions = Omit<ProofTerms, 'require'> & { readonly require?: readonly string[] };

/** Adds the options of a question. */
export function withTerms(command: Command): Command {
  return command
    .requiredOption('--require <type...>', 'what may be stored: SSE-S3, SSE-KMS, DSSE-KMS, SSE-C')
    .option(
      '--key <key...>',
      'keys that may seal it: ARNs, alias/…, accounts, customer-managed or aws-managed',
    )
    .option('--block <type...>', "the bucket's BlockedEncryptionTypes: SSE-C")
    .option('--tls <version>', 'the least TLS version, such as 1.2')
    .option('--account <id>', "the bucket owner's account")
    .option('--region <region>', "the bucket's Region");
}

/** Lists may be given with spaces or commas. */
export function termsOf(options: TermOptions): ProofTerms {
  const split = (values: readonly string[] = []): readonly string[] =>
    values
      .flatMap((value) => value.split(','))
      .map((value) => value.trim())
      .filter((value) => value !== '');
  return {
    ...options,
    require: split(options.require),
    key: split(options.key),
    block: split(options.block),
  };
}

/** Write paths from an option, with spaces or commas. */
export function pathsOf(values: readonly string[]): readonly WritePath[] {
  return values
    .flatMap((value) => value.split(','))
    .map((value) => {
      const found = WRITE_PATHS.find((path) => path === value.trim());
      if (found) return found;
      throw new AuditError('USAGE', `--paths ${JSON.stringify(value)} is none of ${WRITE_PATHS.join(', ')}.`);
    });
}

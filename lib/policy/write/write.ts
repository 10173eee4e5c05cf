import { AuditError } from '../../model/errors.ts';
import type { Proof, WritePath } from '../../model/proof.ts';
import { LARGEST_POLICY_BYTES, parsePolicy } from '../parse/document.ts';
import { proveAll } from '../prove/prove.ts';
import type { Question } from '../prove/question.ts';
import { statementsFor } from './statements.ts';
import type { Headerless, StatementJson } from './statements.ts';

/** A policy that enforces a requirement, with the proof that it does. */
export type WrittenPolicy = {
  readonly text: string;
  readonly paths: Readonly<Record<WritePath, Proof>>;
  readonly headerless: Headerless;
};

/**
 * Writes a bucket policy and proves it before anybody sees it. Uploads without a header are spared where the
 * bucket's default makes that safe, which the proof itself decides.
 * @param existing a policy to merge with: its statements stay, save those of the same Sid
 * @throws AuditError USAGE when no bucket policy can enforce this
 */
export function writePolicy(
  question: Question,
  asked: readonly WritePath[],
  existing: { readonly text: string; readonly file: string } | null,
): WrittenPolicy {
  assertEnforceable(question);
  const spared = attempt(question, asked, existing, 'spared');
  if (isProved(spared, asked)) return spared;
  const refused = attempt(question, asked, existing, 'refused');
  if (isProved(refused, asked)) return refused;
  const failing = asked.map((path) => refused.paths[path]).find(({ verdict }) => verdict !== 'proved');
  const why =
    failing?.verdict === 'refuted'
      ? `this would still get through: ${failing.counterexample.command}`
      : failing?.verdict === 'undecided'
        ? failing.reason
        : '';
  throw new AuditError('USAGE', `No bucket policy written here enforces this requirement; ${why}`);
}

const isProved = ({ paths }: WrittenPolicy, asked: readonly WritePath[]): boolean =>
  asked.every((path) => paths[path].verdict === 'proved');

/** A condition sees key ARNs alone: neither who manages a key nor its aliases. */
function assertEnforceable({ key }: Question): void {
  if (key === null) return;
  const needsArn = key.manager !== 'any' || key.aliases.length > 0;
  if (!needsArn) return;
  const exact = key.arns.length > 0 && key.arns.every((arn) => !/[*?]/.test(arn));
  if (exact && key.aliases.length === 0) return;
  throw new AuditError(
    'USAGE',
    'A bucket policy sees the ARN of a key, not who manages it or what aliases it has; name the keys with --key arn:aws:kms:….',
  );
}

function attempt(
  question: Question,
  asked: readonly WritePath[],
  existing: { readonly text: string; readonly file: string } | null,
  headerless: Headerless,
): WrittenPolicy {
  const statements = statementsFor(question, asked, headerless);
  const text = `${JSON.stringify(existing === null ? fresh(statements) : merged(existing, statements), null, 2)}\n`;
  const bytes = new TextEncoder().encode(text).length;
  // Indentation counts for S3 too; a policy that only fits without it is printed without it.
  const fitting = bytes <= LARGEST_POLICY_BYTES ? text : `${JSON.stringify(JSON.parse(text))}\n`;
  const document = parsePolicy(fitting, 'bucket', existing?.file ?? 'the policy');
  const documents = [document, ...question.documents.filter(({ kind }) => kind !== 'bucket')];
  return { text: fitting, paths: proveAll({ ...question, documents }), headerless };
}

type PolicyJson = Readonly<Record<string, unknown>> & { readonly Statement: readonly unknown[] };

const fresh = (statements: readonly StatementJson[]): PolicyJson => ({
  Version: '2012-10-17',
  Statement: statements,
});

/** The existing Version stays: another one would change what `${…}` means in it. */
function merged(
  { text, file }: { readonly text: string; readonly file: string },
  added: readonly StatementJson[],
): PolicyJson {
  parsePolicy(text, 'bucket', file);
  const policy = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const { Statement: old } = policy;
  const sids = added.map(({ Sid }) => Sid);
  const kept = (Array.isArray(old) ? (old as unknown[]) : [old]).filter(
    (statement) => !sids.includes((statement as { readonly Sid?: string }).Sid ?? ''),
  );
  return { ...policy, Statement: [...kept, ...added] };
}

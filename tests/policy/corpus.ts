import { readdirSync, readFileSync } from 'node:fs';
import { parsePolicy } from '../../lib/policy/parse/document.ts';
import type { DocumentKind, PolicyDocument } from '../../lib/policy/document.ts';
import { questionOf } from '../../lib/policy/prove/terms.ts';
import type { ProofTerms } from '../../lib/policy/prove/terms.ts';
import type { Question } from '../../lib/policy/prove/question.ts';
import type { WritePath } from '../../lib/model/proof.ts';

/** A policy of the corpus with the answers it must get; `carve-outs` is a refutation by exempted callers alone. */
export type CorpusRow = ProofTerms & {
  readonly file: string;
  readonly is: string;
  readonly version?: string | null;
  readonly policy?: unknown;
  readonly statements?: readonly Statement[];
  readonly rcp?: readonly (readonly Statement[])[];
  readonly scp?: readonly (readonly Statement[])[];
  readonly verdicts: Readonly<Partial<Record<WritePath, 'proved' | 'refuted' | 'undecided' | 'carve-outs'>>>;
  readonly carveOuts?: readonly string[];
};
type Statement = Readonly<Record<string, unknown>>;

/** What the data writes short. */
const SHORT: Readonly<Record<string, string>> = {
  SSE: 's3:x-amz-server-side-encryption',
  KID: 's3:x-amz-server-side-encryption-aws-kms-key-id',
  SSEC: 's3:x-amz-server-side-encryption-customer-algorithm',
  CREATION: 's3:ObjectCreationOperation',
};
const KEYS: Readonly<Record<string, string>> = {
  '@K1': 'arn:aws:kms:us-east-1:111122223333:key/11111111-1111-1111-1111-111111111111',
  '@K2': 'arn:aws:kms:us-east-1:111122223333:key/22222222-2222-2222-2222-222222222222',
  '@K3': 'arn:aws:kms:us-east-1:444455556666:key/33333333-3333-3333-3333-333333333333',
};
const FROM = '2026-11-01T00:00:00Z';

/** Every row of tests/cases/policy/corpus. */
export function corpus(): readonly CorpusRow[] {
  const folder = new URL('../cases/policy/corpus/', import.meta.url);
  return readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8')
        .replace(/"(SSE|KID|SSEC|CREATION)"/g, (_, name: string) => JSON.stringify(SHORT[name]))
        .replace(/@K[123]/g, (name) => KEYS[name] ?? name);
      const { rows } = JSON.parse(text) as { readonly rows: readonly CorpusRow[] };
      return rows.map((row) => ({ ...row, file }));
    });
}

/** The documents of a row, its statements filled in with what they all share. */
export function documentsOf(row: CorpusRow): readonly PolicyDocument[] {
  const version = row.version === undefined ? '2012-10-17' : row.version;
  const read = (kind: DocumentKind, policy: unknown): PolicyDocument =>
    parsePolicy(JSON.stringify(policy), kind, `${row.file}: ${row.is}`);
  const whole = (kind: DocumentKind, statements: readonly Statement[]): unknown => ({
    ...(version === null ? {} : { Version: version }),
    Statement: statements.map((statement) => {
      const full: Statement = {
        Effect: 'Deny',
        ...(kind === 'scp' ? {} : { Principal: '*' }),
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::b/*',
        ...statement,
      };
      return Object.fromEntries(Object.entries(full).filter(([, value]) => value !== null));
    }),
  });
  return [
    read('bucket', row.policy ?? whole('bucket', row.statements ?? [])),
    ...(row.rcp ?? []).map((statements) => read('rcp', whole('rcp', statements))),
    ...(row.scp ?? []).map((statements) => read('scp', whole('scp', statements))),
  ];
}

export const questionOfRow = (row: CorpusRow): Question =>
  questionOf({ ...row, bucket: 'b' }, documentsOf(row), FROM);

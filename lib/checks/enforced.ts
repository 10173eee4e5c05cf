import type { Counterexample, Proof, WritePath } from '../model/proof.ts';
import { WRITE_PATHS } from '../model/proof.ts';
import type { Verdict } from '../model/finding.ts';
import { AuditError } from '../model/errors.ts';
import { describeReason } from '../model/observed.ts';
import type { PolicyDocument } from '../policy/document.ts';
import { noPolicy, parsePolicy } from '../policy/parse/document.ts';
import { proveAll } from '../policy/prove/prove.ts';
import { dontKnow, fail, pass, reasonsOf, worst } from './check.ts';
import type { Check, CheckInput, Judgement } from './check.ts';
import { enforcedQuestion, keysAsked, policyCommandFor } from './enforced-question.ts';
import { unlessUnread } from './organization-policies.ts';

/** Can any request write something that breaks the requirement? */
export const enforced: Check = {
  id: 'enforced',
  question: 'Can any request write something that breaks the requirement?',
  judge: (input) => {
    const document = documentOf(input);
    if (typeof document === 'string') {
      return { status: 'INSUFFICIENT_DATA', reasons: [document], remediation: null };
    }
    const proofs = proveAll(enforcedQuestion(input, document));
    const { organization } = input;
    return verdictOf(input, organization === undefined ? proofs : unlessUnread(proofs, organization));
  },
};

/** The keys that the question is about: those of the requirement, of the bucket default and in the policy. */
export function keysInQuestion(input: CheckInput): readonly string[] {
  const document = documentOf(input);
  return [...keysAsked(input, typeof document === 'string' ? noPolicy(input.bucket.name) : document)];
}

/** The policy as a document, one that denies nothing when there is none; why not, when it cannot be read. */
function documentOf({ bucket }: CheckInput): PolicyDocument | string {
  const { policy } = bucket;
  switch (policy.state) {
    case 'unknown':
      return `The bucket policy could not be read: ${describeReason(policy.reason)}.`;
    case 'absent':
      return noPolicy(bucket.name);
    case 'known':
      try {
        return parsePolicy(policy.value, 'bucket', `policy of ${bucket.name}`);
      } catch (error) {
        if (error instanceof AuditError) return `The bucket policy could not be understood: ${error.message}`;
        throw error;
      }
  }
}

const PATH_WORDS: Readonly<Record<WritePath, string>> = {
  put: 'Uploads and copies (s3:PutObject)',
  replicate: 'Replication (s3:ReplicateObject)',
  update: 'Changing encryption in place (s3:UpdateObjectEncryption)',
};

function verdictOf(input: CheckInput, proofs: Readonly<Record<WritePath, Proof>>): Verdict {
  const { requirement } = input;
  const tls = requirement.transport?.tls ?? null;
  const judgements = requirement.paths.map((path) => judgePath(path, proofs[path], tls));
  const command = policyCommandFor(input);
  const beside = WRITE_PATHS.filter((path) => !requirement.paths.includes(path));
  const status = worst(judgements);
  return {
    status,
    reasons: [
      ...reasonsOf(judgements),
      ...beside.map((path) => `Not part of the verdict: ${judgePath(path, proofs[path], tls).reason}`),
      ...unprovable(input),
    ],
    remediation:
      status === 'NON_COMPLIANT'
        ? command === null
          ? 'Add statements that close it.'
          : `Add statements that close it, which this writes and proves: ${command}.`
        : null,
    proofs,
  };
}

function judgePath(path: WritePath, proof: Proof, tls: string | null): Judgement {
  const what = PATH_WORDS[path];
  switch (proof.verdict) {
    case 'proved':
      return pass(`${what}: no request can break the requirement.`);
    case 'undecided':
      return dontKnow(`${what}: ${proof.reason}`);
    case 'refuted': {
      const { counterexample, carveOuts } = proof;
      const stored = Object.values(counterexample.storedAs).join(' under ');
      const how = wireOf(counterexample.context, tls);
      if (carveOuts.length === 0) return fail(`${what}: a request gets through that stores ${stored}${how}.`);
      const shown = carveOuts.slice(0, 5).join(', ');
      const more = carveOuts.length > 5 ? ` and ${carveOuts.length - 5} more` : '';
      return fail(
        `${what}: only exempted callers get through (${shown}${more}), and can store ${stored}${how}; everybody else is stopped.`,
      );
    }
  }
}

/** How the request travels, where that is what the policy fails to refuse. */
function wireOf(context: Counterexample['context'], least: string | null): string {
  if (context['aws:SecureTransport'] === 'false') return ' over plain HTTP';
  const version = context['s3:TlsVersion'];
  return least !== null && Number(version) < Number(least) ? ` over TLS ${String(version)}` : '';
}

/** Parts of a requirement for which S3 has no condition key (FACTS §6). */
function unprovable({ requirement }: CheckInput): readonly string[] {
  const { bucketKey, clientSide } = requirement.encryption;
  return [
    ...(bucketKey === 'any' ? [] : ['No policy can ask for S3 Bucket Keys: they have no condition key.']),
    ...(clientSide === 'any'
      ? []
      : ['No policy can ask for client-side encryption: it has no condition key.']),
  ];
}

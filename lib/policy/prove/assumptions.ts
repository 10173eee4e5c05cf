import type { WritePath } from '../../model/proof.ts';
import type { Question } from './question.ts';
import type { Space } from '../space/space.ts';

/** What an answer on one path rests on, beyond the documents themselves; each in a sentence. */
export function assumptionsOf(question: Question, path: WritePath, space: Space): readonly string[] {
  const { documents, sseC, tls, prefixes, organization } = question;
  const has = (kind: string): boolean => documents.some((document) => document.kind === kind);
  const say = (when: boolean, sentence: string): readonly string[] => (when ? [sentence] : []);
  const parts =
    'Parts and completion of a multipart upload are let through: it is judged when it is created, ';
  return [
    'Some identity policy allows the write: only Deny statements count.',
    ...say(
      organization === undefined && !has('rcp') && !has('scp'),
      'No RCP or SCP was looked at; one could only stop more requests.',
    ),
    ...say(
      organization?.bound === true,
      'RCPs and SCPs stay those that were read of the account, the units above it and the root.',
    ),
    ...say(
      organization?.bound === false,
      'The bucket is in the management account of its organization, which neither RCPs nor SCPs bind.',
    ),
    describeDefault(question),
    ...say(path === 'put', `${parts}as AWS does not say how the encryption condition is judged on parts.`),
    ...say(sseC === 'open', 'The bucket does not block SSE-C through BlockedEncryptionTypes.'),
    ...say(sseC === 'blocked', 'BlockedEncryptionTypes keep refusing SSE-C.'),
    ...say(prefixes !== null, `Only object keys under ${(prefixes ?? []).join(', ')} are asked about.`),
    ...say(
      space.readsKeyId,
      'The condition on the KMS key id is judged in every way AWS leaves open: as the header is written, as the ARN it resolves to, and as the key finally used.',
    ),
    ...say(
      tls !== null && path === 'put',
      'Calls that AWS services make by themselves travel encrypted, though they do not show it.',
    ),
    ...say(path === 'replicate', 'A replica is sealed as the replication rule or its source says.'),
    ...say(
      has('rcp') || has('scp'),
      'Service-linked roles, which neither RCPs nor SCPs bind, do not write to this bucket.',
    ),
    ...say(
      organization === undefined && (has('rcp') || has('scp')),
      'The bucket is not in the management account, which neither RCPs nor SCPs bind.',
    ),
    ...say(
      has('scp') && organization !== undefined,
      'SCPs bind the callers of the account of the bucket; others need an Allow in the bucket policy, as ACLs are off.',
    ),
    ...say(
      has('scp') && organization === undefined,
      'The SCPs are attached to every account of the organization that may write; other callers need an Allow in the bucket policy, as ACLs are off.',
    ),
  ];
}

function describeDefault({ default: seal }: Question): string {
  if (seal.state === 'unknown') return `The default encryption is not known: ${seal.why}.`;
  const under = seal.algorithm.startsWith('aws:kms') ? ` under ${seal.key ?? 'alias/aws/s3'}` : '';
  return `The bucket's default encryption stays ${seal.algorithm}${under}.`;
}

import type { AllowableType } from '../../lib/model/object-encryption.ts';
import { h, type HtmlElement } from './node.ts';
import { head, table } from './parts.ts';

type Kind = AllowableType | 'Client-side' | 'Not encrypted';
type Choice = {
  readonly kind: Kind;
  /** Follows "Take it". */
  readonly when: string;
  readonly keys: string;
  readonly reads: string;
  readonly loss: string;
};

/** Kinds of encryption, from the least to the most that it asks of whoever runs it. */
const CHOICES: readonly Choice[] = [
  {
    kind: 'SSE-S3',
    when: 'where reading the object may mean reading its contents, and nobody asks who decrypted.',
    keys: 'AWS holds and rotates the keys; no account sees them.',
    reads: 'Whoever may read the object: there is no second permission and no record of decryption.',
    loss: 'Nothing to lose: S3 keeps the keys as long as the object.',
  },
  {
    kind: 'SSE-KMS',
    when: 'where using the key must be a permission of its own and leave a record. With a key that you manage you also write its policy; objects under aws/s3 cannot be shared with other accounts.',
    keys: 'A key in AWS KMS: managed by AWS (aws/s3), or by you.',
    reads:
      'Whoever may read the object and use the key; CloudTrail records each use, or one for many with a bucket key.',
    loss: 'Deleting the key makes every object under it unreadable for ever.',
  },
  {
    kind: 'DSSE-KMS',
    when: 'only where a rule asks for two layers of encryption; without such a rule SSE-KMS does.',
    keys: 'As SSE-KMS, with two layers of AES-256 under one key.',
    reads: 'As SSE-KMS; every read asks KMS, because bucket keys do not apply.',
    loss: 'As SSE-KMS.',
  },
  {
    kind: 'SSE-C',
    when: 'hardly ever: only where keys may not be kept in AWS and yet S3 may see them. Since April 2026 new buckets refuse it unless that is changed.',
    keys: 'The client sends the key with each request; S3 keeps none.',
    reads: 'Whoever may read the object and has the key; S3 sees key and plaintext while it serves it.',
    loss: 'A lost key loses the object, and AWS cannot help. Attackers who may write use it to lock data away.',
  },
  {
    kind: 'Client-side',
    when: 'where S3 itself must never see plaintext. S3 still encrypts what it gets: choose one of the kinds above for that.',
    keys: 'The client encrypts before upload, under a key in KMS or its own; S3 never has the data key.',
    reads: 'Only who can unwrap the data key; S3 stores ciphertext and never sees plaintext.',
    loss: 'A lost wrapping key loses the object. S3 shows a claim in the metadata, which is not proof.',
  },
  {
    kind: 'Not encrypted',
    when: 'never: what is left of it should be written again. Every new object in AWS gets SSE-S3 at least.',
    keys: 'None: written before January 2023, when S3 began to encrypt every new object.',
    reads: 'Whoever may read the object.',
    loss: 'Nothing to lose.',
  },
];

/** The guide: when to take which kind, who holds the keys, who sees plaintext, what is lost with a key. */
export const choiceGuide = (): HtmlElement =>
  table(
    'Which encryption to take',
    'plain choices',
    head('Kind', 'Take it', 'Who holds the keys', 'Who can see plaintext', 'What a lost key loses'),
    h(
      'tbody',
      null,
      CHOICES.map(({ kind, when, keys, reads, loss }) =>
        h(
          'tr',
          null,
          h('th', { scope: 'row' }, kind),
          [when, keys, reads, loss].map((text) => h('td', null, text)),
        ),
      ),
    ),
  );

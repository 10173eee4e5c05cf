import { h, type HtmlElement } from './node.ts';
import { section } from './parts.ts';

type Term = { readonly term: string; readonly keys: string; readonly reads: string; readonly loss: string };

const TERMS: readonly Term[] = [
  {
    term: 'SSE-S3',
    keys: 'AWS holds and rotates the keys; no account sees them.',
    reads: 'Whoever may read the object: there is no second permission and no record of decryption.',
    loss: 'Nothing to lose: S3 keeps the keys as long as the object.',
  },
  {
    term: 'SSE-KMS',
    keys: 'A key in AWS KMS: managed by AWS (aws/s3), or by you.',
    reads:
      'Whoever may read the object and use the key; CloudTrail records each use, or one for many with a bucket key.',
    loss: 'Deleting the key makes every object under it unreadable for ever.',
  },
  {
    term: 'DSSE-KMS',
    keys: 'As SSE-KMS, with two independent layers of AES-256 under one key.',
    reads: 'As SSE-KMS; every read asks KMS, because bucket keys do not apply.',
    loss: 'As SSE-KMS.',
  },
  {
    term: 'SSE-C',
    keys: 'The client sends the key with each request; S3 keeps none.',
    reads: 'Whoever may read the object and has the key; S3 sees plaintext while it serves it.',
    loss: 'A lost key loses the object, and AWS cannot help. Attackers who may write use it to lock data away.',
  },
  {
    term: 'Client-side',
    keys: 'The client encrypts before upload; S3 never has the key.',
    reads: 'Only who can unwrap the data key; AWS stores ciphertext and never sees plaintext.',
    loss: 'A lost wrapping key loses the object. S3 shows a claim in the metadata, which is not proof.',
  },
  {
    term: 'Not encrypted',
    keys: 'None: written before January 2023, when S3 began to encrypt every new object.',
    reads: 'Whoever may read the object.',
    loss: 'Nothing to lose.',
  },
];

const STATUSES: readonly (readonly [string, string])[] = [
  ['Non-compliant', 'The evidence shows that the requirement is broken.'],
  [
    'Insufficient data',
    'Something needed for an answer could not be read or decided. Neither a pass nor a fail.',
  ],
  ['Waived', 'Not a pass, and taken out of the verdict by an approved waiver that has not expired.'],
  ['Compliant', 'The evidence shows that the requirement is met.'],
  ['Not applicable', 'The question does not arise for this resource.'],
];

/** The words of the report, one line each: who holds the keys, who sees plaintext, what a lost key loses. */
export const termSection = (): HtmlElement =>
  section(
    'terms',
    'Terms',
    null,
    h(
      'div',
      { class: 'terms-grid' },
      TERMS.map(({ term, keys, reads, loss }) =>
        h(
          'div',
          { class: 'card' },
          h('h3', null, term),
          h(
            'dl',
            null,
            h('dt', null, 'Who holds the keys'),
            h('dd', null, keys),
            h('dt', null, 'Who can see plaintext'),
            h('dd', null, reads),
            h('dt', null, 'What a lost key loses'),
            h('dd', null, loss),
          ),
        ),
      ),
    ),
    h('h3', null, 'Statuses'),
    h(
      'dl',
      { class: 'questions' },
      STATUSES.map(([status, meaning]) => h('div', null, h('dt', null, status), h('dd', null, meaning))),
    ),
  );

import type { Observed } from '../../lib/model/observed.ts';
import type { Counterexample, Proof, WritePath } from '../../lib/model/proof.ts';
import { WRITE_PATHS } from '../../lib/model/proof.ts';
import type { Outcome } from '../outcome.ts';
import { byCodeUnit } from '../format.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { badge, code, facts } from './parts.ts';
import { policyBlock } from './policy-text.ts';

const PATH_WORDS: Readonly<Record<WritePath, string>> = {
  put: 'Uploads and copies (s3:PutObject)',
  replicate: 'Replication (s3:ReplicateObject)',
  update: 'Changing encryption in place (s3:UpdateObjectEncryption)',
};
const VERDICTS: Readonly<
  Record<Proof['verdict'], { readonly outcome: Outcome; readonly word: string; readonly text: string }>
> = {
  proved: {
    outcome: 'COMPLIANT',
    word: 'Proved',
    text: 'No request on this path can store what the requirement forbids.',
  },
  refuted: { outcome: 'NON_COMPLIANT', word: 'Refuted', text: 'The policy lets this request through:' },
  undecided: { outcome: 'INSUFFICIENT_DATA', word: 'Undecided', text: '' },
};

/** The proofs of one finding beside the policy that they are about. */
export function proofBlock(
  proofs: Readonly<Partial<Record<WritePath, Proof>>>,
  policy: Observed<string> | undefined,
): HtmlElement {
  const present = WRITE_PATHS.flatMap((path) => (proofs[path] ? [{ path, proof: proofs[path] }] : []));
  const statements = present
    .flatMap(({ proof }) => (proof.verdict === 'refuted' ? proof.nearMisses : []))
    .map((miss) => miss.statement);
  return h(
    'div',
    { class: 'proofs' },
    h(
      'div',
      { class: 'proof-list' },
      present.map(({ path, proof }) => proofView(path, proof)),
    ),
    policyBlock(policy, statements),
  );
}

function proofView(path: WritePath, proof: Proof): HtmlElement {
  const { outcome, word, text } = VERDICTS[proof.verdict];
  return h(
    'div',
    { class: 'proof' },
    h('h5', null, badge(outcome, word), ' ', PATH_WORDS[path]),
    h('p', null, proof.verdict === 'undecided' ? proof.reason : text),
    proof.verdict === 'refuted' && [
      proof.carveOuts.length > 0 &&
        h(
          'p',
          null,
          'Only these exempted principals get through: ',
          proof.carveOuts.map((arn) => [code(arn), ' ']),
        ),
      counterexampleView(proof.counterexample),
      proof.nearMisses.length > 0 && [
        h('h6', null, 'Deny statements that come closest'),
        h(
          'ul',
          { class: 'misses' },
          proof.nearMisses.map((miss) => h('li', null, code(miss.statement), h('span', null, miss.clause))),
        ),
      ],
    ],
    proof.assumptions.length > 0 &&
      h(
        'details',
        { class: 'assumptions' },
        h('summary', null, `Assumes (${proof.assumptions.length})`),
        h(
          'ul',
          null,
          proof.assumptions.map((assumption) => h('li', null, assumption)),
        ),
      ),
  );
}

function counterexampleView(example: Counterexample): Child {
  return [
    h(
      'pre',
      { class: 'command', tabindex: 0, role: 'group', 'aria-label': 'Command line of the request' },
      example.command,
    ),
    facts([
      ['Stored as', pairs(example.storedAs)],
      ['Headers', pairs(example.headers)],
      ['Context', pairs(example.context)],
      ['Action', code(example.action)],
      ['Resource', code(example.resource)],
      ['Principal', code(example.principal)],
    ]),
  ];
}

function pairs(record: Readonly<Record<string, string | readonly string[]>>): Child {
  const entries = Object.entries(record).sort(([a], [b]) => byCodeUnit(a, b));
  if (entries.length === 0) return h('span', { class: 'quiet' }, 'none');
  return h(
    'ul',
    { class: 'pairs' },
    entries.map(([key, value]) =>
      h(
        'li',
        null,
        code(key),
        h('span', { class: 'quiet' }, ': '),
        code(typeof value === 'string' ? value : value.join(', ')),
      ),
    ),
  );
}

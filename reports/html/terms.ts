import { h, type HtmlElement } from './node.ts';
import { section } from './parts.ts';

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

/** What each status means. */
export const termSection = (): HtmlElement =>
  section(
    'terms',
    'Terms',
    ['The kinds of encryption are told apart under ', h('a', { href: '#advice' }, 'Advice'), '.'],
    h(
      'dl',
      { class: 'questions' },
      STATUSES.map(([status, meaning]) => h('div', null, h('dt', null, status), h('dd', null, meaning))),
    ),
  );

import type { Listed, PrincipalEntry } from '../document.ts';
import type { Clause, View } from '../search/cells.ts';
import { literal } from '../search/pattern.ts';
import { addAtom } from './builder.ts';
import type { Draft } from './builder.ts';
import { callerTrack } from './caller-shapes.ts';
import type { CallerTrack } from './caller-shapes.ts';

/** A Principal or NotPrincipal element as a clause over callers. */
export function principalClause(
  to: Draft,
  { negated, entries }: Listed<PrincipalEntry>,
  partition: string,
): Clause {
  const tests = entries.map((entry) => ({ kind: entry.kind, holds: entryTest(to, entry, partition) }));
  if (!negated) return (view) => (tests.some(({ holds }) => holds(view)) ? 'yes' : 'no');
  return (view) => {
    const listed = tests.filter(({ holds }) => holds(view)).map(({ kind }) => kind);
    if (listed.length === 0) return 'yes';
    const needed = FORMS[view.kind];
    if (listed.includes('everyone')) return 'no';
    return needed?.every((kind) => listed.includes(kind)) === true ? 'no' : 'maybe';
  };
}

/**
 * The forms of a caller that a NotPrincipal must all list before AWS promises to spare it.
 * Source: IAM User Guide, NotPrincipal with Deny.
 */
const FORMS: Readonly<Record<string, readonly PrincipalEntry['kind'][]>> = {
  root: ['account'],
  user: ['user', 'account'],
  role: ['session', 'role', 'account'],
  'federated-user': ['federated-user', 'account'],
  service: ['service'],
  'origin-identity': ['origin-identity'],
};

function entryTest(to: Draft, entry: PrincipalEntry, partition: string): (view: View) => boolean {
  const is = (track: CallerTrack, text: string): ((view: View) => boolean) => {
    const atom = addAtom(to, { track: callerTrack(track), pattern: literal(text) });
    to.named.push({ atom, text: entry.text });
    return (view) => view.holds(atom);
  };
  switch (entry.kind) {
    case 'everyone':
      return () => true;
    case 'account':
      return is('aws:principalaccount', entry.account);
    case 'user':
    case 'role':
    case 'federated-user':
    case 'origin-identity':
      return is('aws:principalarn', entry.text);
    case 'session':
      return is(
        'session',
        `arn:${partition}:sts::${entry.account}:assumed-role/${entry.role}/${entry.session}`,
      );
    case 'service':
      return is('aws:principalservicename', entry.text);
    case 'provider':
      return is('aws:federatedprovider', entry.text);
    case 'canonical':
    case 'deleted':
      return () => false;
  }
}

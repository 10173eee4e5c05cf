import { patternOf } from '../search/pattern.ts';
import type { Clause, Truth, View } from '../search/cells.ts';
import { either } from '../search/lists.ts';
import { literal, literalOf } from '../search/pattern.ts';
import type { AllowableType } from '../../model/object-encryption.ts';
import { parseTemplate } from '../parse/template.ts';
import { addAtom, matcher } from './builder.ts';
import type { Draft } from './builder.ts';
import type { Mode } from './modes.ts';
import type { Question } from '../prove/question.ts';
import { KEY_TRACKS } from './caller-shapes.ts';

const track = (name: (typeof KEY_TRACKS)[number]): number => KEY_TRACKS.indexOf(name);

/** How S3 seals what a mode writes; null when not known. */
export function sealOf(mode: Mode, question: Question): AllowableType | 'OTHER' | null {
  if (mode.customerKey) return 'SSE-C';
  const algorithm = mode.sse ?? (question.default.state === 'known' ? question.default.algorithm : null);
  switch (algorithm) {
    case null:
      return null;
    case 'AES256':
      return 'SSE-S3';
    case 'aws:kms':
      return 'SSE-KMS';
    case 'aws:kms:dsse':
      return 'DSSE-KMS';
    default:
      return 'OTHER';
  }
}

/** Whether a mode's seal breaks the requirement: `by-key` where its type is allowed and its key decides. */
export function modeBreaks(mode: Mode, question: Question): Truth | 'by-key' | 'refused' {
  const seal = sealOf(mode, question);
  if (seal === 'SSE-C') {
    if (question.sseC === 'blocked') return 'refused';
    if (question.allow.includes('SSE-C')) return 'no';
    return question.sseC === 'open' ? 'yes' : 'maybe';
  }
  if (seal === null || seal === 'OTHER') return 'maybe';
  if (!question.allow.includes(seal)) return 'yes';
  return seal !== 'SSE-S3' && question.key !== null ? 'by-key' : 'no';
}

/** Whether a key breaks the requirement: every kind of list it gives must be met. */
export function keyBreaks(to: Draft, key: NonNullable<Question['key']>, known: Question['keys']): Clause {
  const effective = track('effective');
  const arnOf = (text: string): ((view: View) => Truth) =>
    matcher(to, effective, patternOf(parseTemplate(text, GLOB), { arn: true, ignoreCase: false }));
  const arns = key.arns.map(arnOf);
  const accounts = key.accounts.map((account) => matcher(to, track('account'), literal(account)));
  const aliases = key.aliases.map((alias) =>
    matcher(to, track('alias'), patternOf(parseTemplate(alias, GLOB), { arn: false, ignoreCase: false })),
  );
  const aws = matcher(
    to,
    track('alias'),
    patternOf(parseTemplate('alias/aws/*', GLOB), { arn: false, ignoreCase: false }),
  );
  const named = known.map((one) => ({ ...one, is: matcher(to, effective, literal(one.arn)) }));
  // A key that somebody wrote out is one key, of which something may be true that is not known here.
  const written = to.atoms.flatMap((atom) =>
    'pattern' in atom && atom.track === effective && literalOf(atom.pattern) !== null ? [atom.pattern] : [],
  );
  const exact = written.map((pattern) => addAtom(to, { track: effective, pattern }));
  const any = (tests: readonly ((view: View) => Truth)[], view: View): boolean =>
    tests.some((test) => test(view) === 'yes');
  const unlessWritten = (view: View): Truth => (exact.some((atom) => view.holds(atom)) ? 'maybe' : 'yes');

  const knownKey = (view: View): Question['keys'][number] | undefined =>
    named.find(({ is }) => is(view) === 'yes');
  const managerBreaks = (view: View): Truth => {
    if (key.manager === 'any') return 'no';
    // An alias beside a key that is known says nothing new: it either leads to that key or the request cannot be.
    const manager = knownKey(view)?.manager ?? null;
    if (manager !== null) return manager === key.manager ? 'no' : 'yes';
    if (view.presence(track('alias')) !== 'there') return unlessWritten(view);
    const byAlias = aws(view) === 'yes' ? 'AWS' : 'CUSTOMER';
    return byAlias === key.manager ? 'no' : unlessWritten(view);
  };
  const aliasBreaks = (view: View): Truth => {
    if (aliases.length === 0) return 'no';
    const have = knownKey(view)?.aliases ?? null;
    if (have !== null) {
      return have.some((name) => key.aliases.some((pattern) => globTest(pattern, name))) ? 'no' : 'yes';
    }
    if (view.presence(track('alias')) === 'there' && any(aliases, view)) return 'no';
    return unlessWritten(view);
  };
  return (view) => {
    const listed: Truth = arns.length === 0 || any(arns, view) ? 'no' : 'yes';
    const owned: Truth = accounts.length === 0 || any(accounts, view) ? 'no' : 'yes';
    return [listed, owned, managerBreaks(view), aliasBreaks(view)].reduce(either);
  };
}

const GLOB = { wildcards: true, variables: false };

/** `*` and `?` over a known alias. */
function globTest(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(name);
}

import type { Condition } from '../document.ts';
import { termsOfKey } from '../keys/catalogue.ts';
import { SSE_KEY_ID } from '../keys/s3-keys.ts';
import { hasVariable } from '../search/pattern.ts';
import { modeBreaks } from '../space/goal.ts';
import { KEY } from '../space/places.ts';
import type { KeyReading } from '../space/places.ts';
import type { SpaceStatement } from '../space/space.ts';
import { cellAt } from './attempt.ts';
import type { Ground, Passage } from './attempt.ts';
import { KEY_TRACKS } from '../space/caller-shapes.ts';

/** Why it is not settled whether a request gets through, in a sentence. */
export function doubtOf(ground: Ground, passage: Passage, readings: readonly KeyReading[]): string {
  const [reading = 'header'] = readings;
  for (const deny of ground.denies) {
    const truths = deny.byReading[reading].map(
      ({ dimension, clause }) => passage.cells[dimension]?.clauses[clause] ?? 'maybe',
    );
    if (truths.includes('no') || !truths.includes('maybe')) continue;
    return `${deny.statement.name} stops it or not, which AWS does not document: ${whyOf(deny, passage)}.`;
  }
  return goalDoubt(ground, passage) ?? readingDoubt(readings);
}

function whyOf({ statement }: SpaceStatement, passage: Passage): string {
  const unknownKey = statement.conditions.find(({ keyId }) => termsOfKey(keyId) === null);
  if (unknownKey) return `${unknownKey.key} is no key that we know of an S3 write`;
  const related = statement.conditions.find(({ values }) =>
    values.some(({ template }) => hasVariable(template)),
  );
  if (related) return `${describe(related)} relates two values of the request`;
  if (statement.resource.entries.some(hasVariable))
    return 'its Resource depends on another value of the request';
  if (statement.principal?.negated === true) {
    return 'its NotPrincipal lists the caller without every form of it (session, role and account)';
  }
  if (passage.scenario.caller === 'service')
    return 'what a request of an AWS service carries is not documented';
  return 'its clauses mix kinds of comparison, or wildcards before the last part of a resource';
}

const describe = ({ operator, key, values }: Condition): string =>
  `${operator.name} ${key} ${values.map(({ text }) => text).join(', ')}`;

function goalDoubt({ question, space }: Ground, passage: Passage): string | null {
  if (passage.goal === 'transport') return null;
  const breaks = modeBreaks(passage.mode, question);
  if (breaks === 'maybe') {
    if (passage.mode.customerKey)
      return 'Whether the bucket blocks SSE-C is not known, and the policy does not refuse it.';
    const { default: seal } = question;
    const why =
      seal.state === 'unknown' ? seal.why : `${seal.algorithm} is an algorithm that nobody documented`;
    return `An upload that names no encryption gets through, and what it gets is not known: ${why}.`;
  }
  const key = cellAt(space, passage, KEY);
  if (breaks !== 'by-key' || key?.marks[0] !== 'maybe') return null;
  const arn = key.witness.values[KEY_TRACKS.indexOf('effective')] ?? 'the key';
  return `The policy lets ${arn} through, and whether the requirement accepts that key is not known: nothing here tells its manager and aliases.`;
}

const READS: Readonly<Record<KeyReading, string>> = {
  header: 'the header as it was sent',
  resolved: 'the ARN that the header resolves to',
  effective: 'the key that S3 finally uses',
};

function readingDoubt(readings: readonly KeyReading[]): string {
  const under = readings.map((reading) => READS[reading]).join(' or ');
  return `A request gets through only if AWS compares ${SSE_KEY_ID} with ${under}, which it does not document.`;
}

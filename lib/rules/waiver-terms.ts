import { CHECK_IDS } from '../model/finding.ts';
import { listOf, textOf, valueAt } from './data.ts';
import { dayNumber } from './dates.ts';
import { quote } from './problems.ts';
import type { Fault } from './problems.ts';
import type { PackYaml } from './schema.ts';

/** An exception that nobody looks at for longer than a year is a rule. */
const LONGEST_TERM_DAYS = 366;

type WaiverYaml = NonNullable<PackYaml['waivers']>[number];

/** Waivers whose dates cannot be true on the day `today`, YYYY-MM-DD; works on whatever dates are well formed. */
export const impossibleTerms = (pack: unknown, today: string): Fault[] =>
  listOf(valueAt(pack, ['waivers'])).flatMap((waiver, index): Fault[] => {
    const approved = textOf(waiver, 'approved') ?? '';
    const expires = textOf(waiver, 'expires') ?? '';
    if (dayNumber(approved) === null) return [];
    if (approved > today) {
      const message = `${quote(approved)} is in the future (today is ${today}); write the day it was approved`;
      return [{ path: ['waivers', index, 'approved'], at: 'value', message }];
    }
    if (dayNumber(expires) === null || expires >= approved) return [];
    const message = `${quote(expires)} is before the day of approval, ${approved}; write a later day`;
    return [{ path: ['waivers', index, 'expires'], at: 'value', message }];
  });

/** What a reader of the report would want to know about valid waivers on the day `today`. */
export const waiverWarnings = (waivers: readonly WaiverYaml[], today: string): Fault[] =>
  waivers.flatMap((waiver, index) =>
    [expiry(waiver, today), term(waiver), separation(waiver), scope(waiver)]
      .filter((found) => found !== null)
      .map(([key, message]): Fault => ({ path: ['waivers', index, key], at: 'value', message })),
  );

type Found = [key: keyof WaiverYaml, message: string] | null;

const expiry = ({ expires }: WaiverYaml, today: string): Found =>
  expires < today
    ? [
        'expires',
        `expired on ${expires}: what it covered fails again; mend it and remove the waiver, or have it approved anew with a later day`,
      ]
    : null;

function term({ approved, expires }: WaiverYaml): Found {
  const days = (dayNumber(expires) ?? 0) - (dayNumber(approved) ?? 0);
  return days > LONGEST_TERM_DAYS
    ? ['expires', `is ${days} days after approval; have exceptions approved anew at least once a year`]
    : null;
}

const separation = ({ owner, approver }: WaiverYaml): Found =>
  owner.trim().toLowerCase() === approver.trim().toLowerCase()
    ? ['approver', `${quote(approver)} is also the owner; let somebody else accept the risk`]
    : null;

function scope({ resource, checks }: WaiverYaml): Found {
  const name = resource.split(':').slice(5).join(':');
  const slash = name.indexOf('/');
  if (/^\*+$/.test(slash < 0 ? name : name.slice(0, slash))) {
    return ['resource', 'covers every bucket; name the buckets it is meant for'];
  }
  const wholeBucket = slash < 0 || /^\**$/.test(name.slice(slash + 1));
  const others = (checks ?? CHECK_IDS).filter((check) => check !== 'stored');
  if (wholeBucket || others.length === 0) return null;
  const bucket = quote(resource.slice(0, resource.indexOf('/')));
  return [
    'resource',
    `covers some objects of a bucket, which excuses nothing of ${others.join(', ')}; write checks: [stored], or ${bucket}`,
  ];
}

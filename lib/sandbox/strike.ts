import type { Call } from './call.ts';
import type { Fault, FaultEffect, FaultMatch } from './faults.ts';

/**
 * The effects that strike one request, in the order of the rules, and the rules' counters moved on. Several may:
 * a slow answer that is then cut, for example.
 */
export function strikesOn(faults: readonly Fault[], call: Call): readonly FaultEffect[] {
  if (faults.length === 0) return NONE;
  const strikes: FaultEffect[] = [];
  for (const rule of faults) if (matches(rule.match, call) && isDue(rule)) strikes.push(rule.effect);
  return strikes;
}

const NONE: readonly FaultEffect[] = [];

const matches = ({ service, operation, bucket, key }: FaultMatch, call: Call): boolean =>
  fits(service, call.service) &&
  fits(operation, call.operation) &&
  fits(bucket, call.bucket) &&
  fits(key, call.key);

const fits = (pattern: string | undefined, text: string | null): boolean =>
  pattern === undefined || (text !== null && patternOf(pattern).test(text));

const patterns = new Map<string, RegExp>();

/** `*` and `?` as in a shell. Patterns come from tests and estates, so backtracking is nobody's attack. */
function patternOf(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known) return known;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const compiled = new RegExp(`^${source}$`, 's');
  patterns.set(pattern, compiled);
  return compiled;
}

function isDue(rule: Fault): boolean {
  const { after = 0, times = Infinity, every = 1, rate } = rule.when;
  rule.seen += 1;
  if (rule.seen <= after || rule.struck >= times || (rule.seen - after) % every !== 0) return false;
  if (rate !== undefined && nextRandom(rule) >= rate) return false;
  rule.struck += 1;
  return true;
}

/** Mulberry32: small, seeded, and the same in every run. */
function nextRandom(rule: Fault): number {
  rule.random = (rule.random + 0x6d2b79f5) | 0;
  let t = Math.imul(rule.random ^ (rule.random >>> 15), 1 | rule.random);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

/**
 * `*` matches any run of characters, `?` exactly one; everything else is literal and case counts.
 * Linear in memory, at worst pattern × text in time: patterns come from rule packs and are not trusted to be kind.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p;
      p += 1;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      t = resume;
    } else {
      return false;
    }
  }
  while (p < pattern.length && pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** Whether an ARN matches an ARN pattern, colon segment by colon segment, as IAM's ArnLike does. */
export function matchesArn(pattern: string, arn: string): boolean {
  const wanted = splitArn(pattern);
  const actual = splitArn(arn);
  return wanted.length === actual.length && wanted.every((part, i) => matchesGlob(part, actual[i] ?? ''));
}

/** Six parts at most: the resource keeps its own colons. */
function splitArn(text: string): string[] {
  const parts = text.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

import type { Part, Template } from '../document.ts';

/** Whether a text matches a template of literals and wildcards; at worst template × text in time. */
export function matchesTemplate(template: Template, text: string): boolean {
  const units = template.flatMap(unitsOf);
  let u = 0;
  let t = 0;
  let run = -1;
  let resume = 0;
  while (t < text.length) {
    const unit = units[u];
    if (unit === RUN) {
      run = u;
      u += 1;
      resume = t;
    } else if (unit !== undefined && (unit === ONE || unit === text[t])) {
      u += 1;
      t += 1;
    } else if (run >= 0) {
      u = run + 1;
      resume += 1;
      t = resume;
    } else {
      return false;
    }
  }
  while (units[u] === RUN) u += 1;
  return u === units.length;
}

/** Wildcards are no single characters, so that a literal star cannot be taken for one. */
const RUN = 'run';
const ONE = 'one';

function unitsOf(part: Part): readonly string[] {
  switch (part.kind) {
    case 'text':
      return part.text.split('');
    case 'run':
      return [RUN];
    case 'one':
      return [ONE];
    case 'variable':
      return [];
  }
}

/** The six colon-delimited parts of an ARN; the last keeps its own colons. Null when there are fewer. */
export function arnParts(arn: string): readonly string[] | null {
  const parts = arn.split(':');
  return parts.length < 6 ? null : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** The same for a template, whose wildcards stay in their part. */
export function arnTemplateParts(template: Template): readonly Template[] | null {
  const parts: Part[][] = [[]];
  for (const part of template) {
    if (part.kind !== 'text') {
      parts.at(-1)?.push(part);
      continue;
    }
    part.text.split(':').forEach((text, index) => {
      if (index > 0 && parts.length < 6) parts.push([]);
      else if (index > 0) parts.at(-1)?.push({ kind: 'text', text: ':' });
      if (text !== '') parts.at(-1)?.push({ kind: 'text', text });
    });
  }
  return parts.length < 6 ? null : parts;
}

/** Each part of the ARN is compared by itself. Source: IAM User Guide, ARN condition operators. */
export function matchesArnTemplate(template: Template, arn: string): boolean {
  const wanted = arnTemplateParts(template);
  const actual = arnParts(arn);
  if (wanted === null || actual === null) return false;
  return wanted.every((part, index) => matchesTemplate(part, actual[index] ?? ''));
}

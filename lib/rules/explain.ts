import type * as z from 'zod';
import { valueAt } from './data.ts';
import { describe } from './fields.ts';
import { formatPath, quote } from './problems.ts';
import type { Fault, Path } from './problems.ts';
import type { YamlSource } from './source.ts';
import { closest } from '../model/spelling.ts';
import { homeOf } from './places.ts';

type Issue = z.core.$ZodIssue;

/** What to write where a required key is missing. */
const EXAMPLES: Readonly<Record<string, string>> = {
  pack: 'pack: hipaa',
  'data-classes': 'data-classes: { phi: { any: [{ bucket-name: "*-phi-*" }] } }',
  any: 'any: [{ bucket-name: "*-phi-*" }]',
  requirements: 'requirements: [{ id: …, title: …, data-class: …, severity: …, encryption: … }]',
  id: 'id: phi-sse-kms',
  title: 'title: PHI is encrypted under our own keys',
  'data-class': 'data-class: phi',
  severity: 'severity: high',
  encryption: 'encryption: { allow: [SSE-KMS, DSSE-KMS] }',
  allow: 'allow: [SSE-KMS, DSSE-KMS]',
  'max-days': 'max-days: 365',
  'tolerable-rate': 'tolerable-rate: 0.1%',
  tls: 'tls: "1.2"',
  principals: 'principals: ["arn:aws:iam::111122223333:role/ehr-*"]',
  requirement: 'requirement: phi-sse-kms',
  resource: 'resource: "arn:aws:s3:::legacy-archive/*"',
  reason: 'reason: why the exception is acceptable',
  owner: 'owner: who will end it',
  approver: 'approver: who accepted the risk',
  approved: 'approved: 2026-09-01',
  expires: 'expires: 2026-12-31',
};

/** What a schema found, as faults in the words of rule packs. */
export function faultsOf(issues: readonly Issue[], source: YamlSource): Fault[] {
  const faults = issues.flatMap((issue) => faultsOfIssue(issue, [], source));
  const misspelt = new Set(faults.map(({ meant }) => meant).filter((path) => path !== undefined));
  return faults.filter(
    ({ path, missing }) =>
      !source.unread.some((unread) => unread.every((step, index) => step === path[index])) &&
      // One slip of the pen is one problem: the misspelt key, and not the missing one as well.
      !(missing !== undefined && misspelt.has(missing)),
  );
}

/** `missing` and `meant` are paths of keys: one that is required, and one that an unknown key most likely meant. */
type Explained = Fault & { readonly missing?: string; readonly meant?: string };

function faultsOfIssue(issue: Issue, base: Path, source: YamlSource): Explained[] {
  const path = [...base, ...(issue.path as Path)];
  const value = valueAt(source.value, path);
  if (value === undefined) return [missing(path)];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], key, issue.message.split(' ')));
    case 'invalid_key':
      return issue.issues.map((inner) => ({ path, at: 'key', message: inner.message }));
    case 'invalid_union':
      return branch(issue.errors, value).flatMap((inner) => faultsOfIssue(inner, path, source));
    case 'invalid_type':
      return [{ path, at: 'value', message: wrongType(issue.expected, value, source.written(path), path) }];
    case 'too_small':
    case 'too_big':
      return [{ path, at: 'value', message: wrongSize(issue, value, path) }];
    default:
      return [{ path, at: 'value', message: issue.message }];
  }
}

/** The alternative that the writer meant: the one that fails deeper inside, otherwise the first, simplest one. */
function branch(errors: readonly (readonly Issue[])[], value: unknown): readonly Issue[] {
  const isContainer = typeof value === 'object' && value !== null;
  const inside = (issues: readonly Issue[]): boolean =>
    issues.length > 0 &&
    issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys' || code === 'too_small');
  return (isContainer ? errors.find(inside) : undefined) ?? errors[0] ?? [];
}

function missing(path: Path): Explained {
  const key = String(path.at(-1));
  const message = `${key} is missing; add ${EXAMPLES[key] ?? `${key}: …`}`;
  return { path: path.slice(0, -1), at: 'value', message, missing: formatPath(path) };
}

function unknownKey(path: Path, key: string, allowed: readonly string[]): Explained {
  const near = closest(key, allowed);
  const home = near === null ? homeOf(key) : null;
  const advice =
    near !== null ? `did you mean ${near}?` : home !== null ? `it belongs in ${home}.` : 'remove it.';
  const message = `is not a key that belongs here; ${advice} Allowed: ${allowed.join(', ')}`;
  const fault: Fault = { path, at: 'key', message };
  return near === null ? fault : { ...fault, meant: formatPath([...path.slice(0, -1), near]) };
}

function wrongType(expected: string, value: unknown, written: string | null, path: Path): string {
  if (value === null) {
    const example = EXAMPLES[String(path.at(-1))];
    return example === undefined
      ? 'has no value; write one, or remove the key'
      : `has no value; write ${example}`;
  }
  const found = describe(value);
  switch (expected) {
    case 'string': {
      if (typeof value === 'object') return `is ${found} where text belongs`;
      const text = written ?? JSON.stringify(value);
      return `${text} is ${typeof value === 'number' ? 'a number' : 'not text'} here; quote it: "${text}"`;
    }
    case 'array':
      return typeof value === 'string'
        ? `is not a list; put it in brackets: [${quote(value)}]`
        : `is ${found} where a list belongs; begin each entry with "- "`;
    case 'object':
    case 'record':
      return `is ${found} where a map of "key: value" lines belongs${exampleOf(path)}`;
    case 'int':
      return `${found} is not a whole number`;
    case 'number':
      return typeof value === 'string' && /^\d+$/.test(value)
        ? `${found} is text here; remove the quotes`
        : `${found} is not a number; write a whole number without quotes`;
    case 'boolean':
      return `${found} is neither true nor false`;
    default:
      return `${found} does not belong here`;
  }
}

function exampleOf(path: Path): string {
  const example = EXAMPLES[String(path.at(-1))];
  return example === undefined ? '' : `, for example ${example}`;
}

function wrongSize(
  issue: Extract<Issue, { code: 'too_small' | 'too_big' }>,
  value: unknown,
  path: Path,
): string {
  if (issue.code === 'too_small') {
    if (issue.origin === 'array') {
      return `is empty; list at least one${String(path.at(-1)) in EXAMPLES ? '' : ', or remove the key'}`;
    }
    if (issue.origin === 'string') return 'is blank';
    return `${describe(value)} is too small; at least ${issue.minimum}`;
  }
  return typeof value === 'string'
    ? `is ${value.length} characters long; at most ${issue.maximum}`
    : `${describe(value)} is too large; at most ${issue.maximum}`;
}

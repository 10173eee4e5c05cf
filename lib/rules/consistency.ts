import type { AllowableType } from '../model/object-encryption.ts';
import type * as z from 'zod';
import { matchesGlob } from '../model/glob.ts';
import { didYouMean } from '../model/spelling.ts';
import { quote } from './problems.ts';
import type { Fault, Path } from './problems.ts';
import { idFault } from './fields.ts';
import { canBeginWith } from './patterns.ts';
import { decryptYaml, encryptionYaml } from './schema.ts';
import { isMap, keysOf, listOf, textOf, valueAt } from './data.ts';

const KMS_TYPES: readonly AllowableType[] = ['SSE-KMS', 'DSSE-KMS'];
/** AWS managed keys rotate once a year, and nobody can change it. Source: KMS Developer Guide, rotate-keys. */
const AWS_ROTATION_DAYS = 365;

/**
 * What a schema cannot see: references that lead nowhere, ids used twice, requirements that contradict themselves.
 * Works on whatever parts are well formed, so that all problems of a pack are told at once.
 */
export function inconsistencies(pack: unknown): Fault[] {
  const classes = keysOf(valueAt(pack, ['data-classes']));
  const requirements = listOf(valueAt(pack, ['requirements']));
  const ids = requirements.map((requirement) => textOf(requirement, 'id'));
  return [
    ...requirements.flatMap((requirement, index) => [
      ...repeated(ids, index),
      ...unknownReference(
        ['requirements', index, 'data-class'],
        textOf(requirement, 'data-class'),
        classes,
        'a data class',
      ),
      ...contradictions(requirement, ['requirements', index]),
    ]),
    ...keysOf(valueAt(pack, ['data-classes'])).flatMap((name) =>
      matcherFaults(pack, ['data-classes', name, 'any']),
    ),
    ...listOf(valueAt(pack, ['waivers'])).flatMap((waiver, index) =>
      unknownReference(
        ['waivers', index, 'requirement'],
        textOf(waiver, 'requirement'),
        ids.filter((id) => id !== null),
        'a requirement',
      ),
    ),
  ];
}

function repeated(ids: readonly (string | null)[], index: number): Fault[] {
  const id = ids[index] ?? null;
  if (id === null || ids.indexOf(id) === index) return [];
  const message = `${quote(id)} is already the id of requirements[${ids.indexOf(id)}]; choose another`;
  return [{ path: ['requirements', index, 'id'], at: 'value', message }];
}

function unknownReference(path: Path, name: string | null, names: readonly string[], what: string): Fault[] {
  if (name === null || names.includes(name)) return [];
  const known = names.filter((each) => idFault(each) === null);
  const near = didYouMean(name, known);
  const defined = known.length === 0 ? 'None is defined' : `Defined: ${known.slice(0, 20).join(', ')}`;
  const message = `${quote(name)} is not ${what} of this pack${near || '; define it, or name another.'} ${defined}`;
  return [{ path, at: 'value', message }];
}

/** A matcher is one condition and a bucket tag one key, so that a reader need not know how several would combine. */
function matcherFaults(pack: unknown, path: Path): Fault[] {
  return listOf(valueAt(pack, path)).flatMap((matcher, index): Fault[] => {
    const here = [...path, index];
    const kinds = keysOf(matcher);
    if (!isMap(matcher)) return [];
    if (kinds.length === 0)
      return [{ path: here, at: 'value', message: 'is empty; write bucket-tag, bucket-name or key-prefix' }];
    if (kinds.length > 1) {
      const message = `holds ${kinds.length} conditions; give each its own "- ", as any of them is enough`;
      return [{ path: here, at: 'value', message }];
    }
    const tags = matcher['bucket-tag'];
    if (!isMap(tags) || keysOf(tags).length === 1) return [];
    const message = `holds ${keysOf(tags).length} tag keys; write exactly one, and another bucket-tag for another key`;
    return [{ path: [...here, 'bucket-tag'], at: 'value', message }];
  });
}

/** Requirements that nothing could ever meet, or of which a part could never apply. */
function contradictions(requirement: unknown, path: Path): Fault[] {
  const encryption = encryptionYaml.safeParse(valueAt(requirement, ['encryption'])).data;
  if (encryption === undefined) return [];
  const fault = (steps: Path, message: string): Fault => ({ path: [...path, ...steps], at: 'key', message });
  const faults: Fault[] = [];
  const asksKms = encryption.allow.some((type) => KMS_TYPES.includes(type));
  if (encryption.key !== undefined && !asksKms) {
    faults.push(
      fault(
        ['encryption', 'key'],
        'asks for a KMS key, but allow holds no KMS type; add SSE-KMS or DSSE-KMS, or remove key',
      ),
    );
  }
  if (encryption['sse-c'] === 'blocked' && encryption.allow.includes('SSE-C')) {
    faults.push(fault(['encryption', 'sse-c'], 'blocks SSE-C, which allow accepts; remove one of the two'));
  }
  const bucketKey = encryption['bucket-key'];
  if (bucketKey !== undefined && bucketKey !== 'any' && !encryption.allow.includes('SSE-KMS')) {
    const message = `is ${bucketKey}, but only SSE-KMS has bucket keys and allow does not hold it; add SSE-KMS, or remove bucket-key`;
    faults.push(fault(['encryption', 'bucket-key'], message));
  }
  if (decryptYaml.safeParse(valueAt(requirement, ['decrypt'])).success && !asksKms) {
    faults.push(
      fault(
        ['decrypt'],
        'is answered from KMS events, but allow holds no KMS type; add SSE-KMS or DSSE-KMS, or remove decrypt',
      ),
    );
  }
  return [...faults, ...keyContradictions(encryption.key, [...path, 'encryption', 'key'])];
}

function keyContradictions(key: z.infer<typeof encryptionYaml>['key'], path: Path): Fault[] {
  if (key === undefined) return [];
  const faults: Fault[] = [];
  const { manager = 'any', aliases = [], accounts = [], rotation } = key;
  aliases.forEach((alias, index) => {
    // Only what AWS manages may be called alias/aws/…
    if (manager === 'CUSTOMER' && alias.startsWith('alias/aws/')) {
      const message = `${quote(alias)} can only be an AWS managed key, but manager is CUSTOMER; change one of the two`;
      faults.push({ path: [...path, 'aliases', index], at: 'value', message });
    }
    if (manager === 'AWS' && !canBeginWith(alias, 'alias/aws/')) {
      const message = `${quote(alias)} can only be a customer managed key, but manager is AWS; change one of the two`;
      faults.push({ path: [...path, 'aliases', index], at: 'value', message });
    }
  });
  const owners = (key.arns ?? []).map((arn) => arn.split(':')[4] ?? '');
  if (
    accounts.length > 0 &&
    owners.length > 0 &&
    !owners.some((owner) => accounts.some((account) => matchesGlob(owner, account)))
  ) {
    const message = `names ${accounts.slice(0, 5).join(', ')}, and no pattern of arns can match a key of theirs; change one of the two`;
    faults.push({ path: [...path, 'accounts'], at: 'value', message });
  }
  if (manager === 'AWS' && typeof rotation === 'object' && rotation['max-days'] < AWS_ROTATION_DAYS) {
    const message = `is ${rotation['max-days']}, but AWS managed keys rotate every ${AWS_ROTATION_DAYS} days; write ${AWS_ROTATION_DAYS}, or manager: CUSTOMER`;
    faults.push({ path: [...path, 'rotation', 'max-days'], at: 'value', message });
  }
  return faults;
}

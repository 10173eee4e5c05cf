import { keyFromPattern } from './notation.ts';
import { randomStream } from './random.ts';
import type { Random } from './random.ts';
import type { EstateObjects } from './schema.ts';

/** Number of objects in a group. */
export const groupSize = (group: EstateObjects): number =>
  Array.isArray(group.keys) ? group.keys.length : (group.count ?? 1);

/** The client-side formats that keep their wrapped key in an object of its own. */
export const hasInstructionFile = (group: EstateObjects): boolean =>
  group['client-side']?.endsWith('instruction-file') ?? false;

/** Key of the instruction file beside an object. */
export const instructionKey = (key: string): string => `${key}.instruction`;

/** Seeds the chances of one group of objects. */
export const groupLabel = (bucket: string, index: number): string => `${bucket}/objects/${index}`;

/** The keys of a group without their instruction files, each with the stream of its object's further chances. */
export function* objectKeys(
  seed: number,
  label: string,
  group: EstateObjects,
): Generator<{ readonly key: string; readonly random: Random }> {
  const count = groupSize(group);
  for (let n = 1; n <= count; n += 1) {
    const random = randomStream(seed, `${label}/${n}`);
    const key = Array.isArray(group.keys)
      ? (group.keys[n - 1] ?? '')
      : keyFromPattern(group.keys, n, (digits) => hexDigits(random, digits));
    yield { key, random };
  }
}

/** So many hexadecimal digits. */
export const hexDigits = (random: Random, digits: number): string =>
  random
    .bytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits);

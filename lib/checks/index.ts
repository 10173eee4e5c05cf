import type { Check } from './check.ts';
import { bucketDefault } from './default.ts';
import { enforced } from './enforced.ts';
import { keys } from './keys.ts';
import { opened } from './opened.ts';
import { stored } from './stored.ts';

/** Every check, in the order that reports show them. A new check is a file and a line here. */
export const CHECKS: readonly Check[] = [stored, bucketDefault, enforced, keys, opened];

import { edited, lineOf } from './small.ts';
import type { Edit } from './small.ts';

/** What is done to the small estate, the passage whose line must be told, and what is told of it. */
export type Refusal = readonly [behaviour: string, edit: Edit, passage: string, problem: string];

/** The edited estate, and the line where the passage is. */
export function refusal(edit: Edit, passage: string): { readonly text: string; readonly line: number } {
  const text = edited(edit);
  return { text, line: lineOf(text, passage) };
}

import type { Census, ObjectRecord } from '../model/census.ts';
import type { ObjectEncryption } from '../model/object-encryption.ts';
import type { Spent } from '../model/spent.ts';
import { groupId } from './tally.ts';

/** What whoever takes a census wants to know of single objects. */
export type ObjectHooks = {
  /** Data classes of a key, sorted. */
  readonly classesOf: (key: string) => readonly string[];
  /** Asked once for each kind of seal: must its objects be recorded one by one? */
  readonly mustRecord: (dataClasses: readonly string[], encryption: ObjectEncryption) => Promise<boolean>;
  /** What was spent since this was asked before; asked at the end of each part, which keeps it. */
  readonly spent?: () => Spent;
};

/** A part with what was spent since the one before. */
export const withSpent = (census: Census, spent: ObjectHooks['spent']): Census =>
  spent ? { ...census, spent: spent() } : census;

/** Takes records; awaited, so that a slow disk slows the census down instead of filling memory. */
export type RecordObject = (record: ObjectRecord) => Promise<void>;

/** Answers at once where the answer is known already: for most objects of a large bucket. */
export type Wanted = (
  dataClasses: readonly string[],
  encryption: ObjectEncryption,
) => boolean | Promise<boolean>;

/** Asks once for each kind of seal. */
export function rememberWanted(ask: ObjectHooks['mustRecord']): Wanted {
  const asked = new Map<string, Promise<boolean>>();
  const decided = new Map<string, boolean>();
  return (dataClasses, encryption) => {
    const id = groupId(dataClasses, encryption);
    const known = decided.get(id);
    if (known !== undefined) return known;
    let answer = asked.get(id);
    if (!answer) {
      answer = ask(dataClasses, encryption).then((wanted) => {
        decided.set(id, wanted);
        return wanted;
      });
      asked.set(id, answer);
    }
    return answer;
  };
}

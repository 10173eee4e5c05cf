import { AuditError } from '../model/errors.ts';
import type { RunStore } from './run-store.ts';

/** Two-space JSON with a final newline; keys keep the order they were built in, which is fixed by the code. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A JSON file of the run, or null when there is none. Throws AuditError RUN_INVALID when it is not JSON. */
export async function readJson<T>(store: Pick<RunStore, 'read'>, path: string): Promise<T | null> {
  const bytes = await store.read(path);
  if (bytes === null) return null;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch (error) {
    throw new AuditError('RUN_INVALID', `The file ${path} of the run is not whole JSON.`, { cause: error });
  }
}

/** As `readJson`, but the file must be there. */
export async function requireJson<T>(store: RunStore, path: string): Promise<T> {
  const value = await readJson<T>(store, path);
  if (value === null) {
    throw new AuditError('RUN_INVALID', `${store.location} is not a whole run: it has no ${path}.`);
  }
  return value;
}

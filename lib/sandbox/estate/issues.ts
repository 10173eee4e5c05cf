import type { z } from 'zod';
import type { Problem } from './problem.ts';

/** What the schema finds, in words that say what to write. An unknown key is told where it stands. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...issue.path, key],
        message: 'is not a key that belongs here',
        at: 'key',
      }));
    }
    if (issue.code === 'invalid_key') {
      const why = issue.issues[0]?.message ?? issue.message;
      return [{ path: issue.path, message: why, at: 'key' }];
    }
    if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
      return [{ path: issue.path, message: 'is missing' }];
    }
    return [{ path: issue.path, message: issue.message.replace(/^Invalid (input|option): /, '') }];
  });
}

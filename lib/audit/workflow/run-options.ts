import { z } from 'zod';
import { AuditError } from '../../model/errors.ts';
import type { RunConfiguration } from '../../model/run.ts';

/** Stack parameters that are not set: CloudFormation has no empty ones. */
const unset = (value: string | undefined): string | undefined =>
  value === undefined || value === '' || value === 'none' ? undefined : value;

const options = z.object({
  SOURCE: z.enum(['live', 'sample'], 'is neither live nor sample').default('live'),
  OBJECT_READS: z.enum(['true', 'false'], 'is neither true nor false').default('true'),
  TRAIL: z
    .string()
    .regex(/^s3:\/\/[a-z0-9.-]{3,63}(\/.*)?$/, 'is not an address such as s3://bucket/prefix')
    .optional(),
});

/** What the stack was deployed to read, as a run's configuration has it. Throws AuditError INPUT_INVALID. */
export function runOptions(
  variables: Readonly<Record<string, string | undefined>>,
): Pick<RunConfiguration, 'source' | 'objectReads' | 'trail'> {
  const given = Object.fromEntries(
    Object.keys(options.shape).map((name) => [name, unset(variables[name])] as const),
  );
  const parsed = options.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    throw new AuditError(
      'INPUT_INVALID',
      `${name} is "${given[name] ?? ''}", which ${issue?.message ?? ''}.`,
    );
  }
  const { SOURCE, OBJECT_READS, TRAIL } = parsed.data;
  return {
    source: SOURCE,
    objectReads: OBJECT_READS === 'true',
    ...(TRAIL === undefined ? {} : { trail: TRAIL }),
  };
}

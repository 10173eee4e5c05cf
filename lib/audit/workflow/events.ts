import { z } from 'zod';
import { AuditError } from '../../model/errors.ts';
import { ledgerSlice } from './ledger-slices.ts';

const runId = z.string().regex(/^\d{8}T\d{6}Z-[0-9a-f]{6}$/, 'is not the id of a run');
const bucket = z.object({
  name: z.string().min(1),
  region: z.string().nullable(),
  createdAt: z.string().nullable(),
  /** Of another account than the caller's own, or where several are audited. */
  accountId: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
});

/** What starts a run: the execution it belongs to, and what its starter chose. */
export const planEvent = z.strictObject({
  runId: runId.nullish(),
  rules: z
    .array(z.string().regex(/^\w[\w.-]*$/, 'is a pack file name without folders'))
    .min(1)
    .nullish(),
  buckets: z.array(z.string().min(1)).min(1).nullish(),
  execution: z.strictObject({ id: z.string(), startTime: z.iso.datetime(), stateMachine: z.string() }),
});
export type PlanEvent = z.infer<typeof planEvent>;

/** One bucket of a run: what `inspect` is given. */
export const bucketEvent = z.strictObject({ runId, bucket });

const keyRange = z.strictObject({ after: z.string().nullable(), through: z.string().nullable() });
const ranges = z.array(keyRange).min(1).nullable();

/** What one Lambda counts at a time: key ranges of a bucket, or with null all that is left of it, and its census. */
export const shardEvent = z.strictObject({ runId, bucket, ranges });
export type Shard = Omit<z.output<typeof shardEvent>, 'runId'>;

/** One bucket, or some of its key ranges, that a stage gave up on, with the error it gave up with. */
export const lostEvent = z.strictObject({
  runId,
  bucket,
  ranges: ranges.optional(),
  stage: z.enum(['inspect', 'census']),
  error: z.string(),
  cause: z.string().nullish(),
});

/** The n-th time that a stage is asked what has yet to be done. */
export const roundEvent = z.strictObject({ runId, round: z.int().min(0) });

/** One slice of the ledger. */
export const sliceEvent = z.strictObject({ runId, slice: ledgerSlice });

/** One slice, or without one the whole ledger, that was given up on. */
export const lostSliceEvent = z.strictObject({
  runId,
  slice: ledgerSlice.optional(),
  error: z.string(),
  cause: z.string().nullish(),
});

/** A run whose buckets are all done. */
export const judgeEvent = z.strictObject({ runId });

/** Reads an event of the workflow. Throws AuditError INPUT_INVALID. */
export function parseEvent<Schema extends z.ZodType>(schema: Schema, event: unknown): z.output<Schema> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AuditError(
    'INPUT_INVALID',
    `The event is not one of the audit workflow: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
  );
}

/** An error as Step Functions tells of it: its name, and the message in a cause that is JSON with a stack. */
export function whyLost(error: string, cause: string | null | undefined): string {
  if (!cause) return error;
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? `${error}: ${errorMessage.slice(0, 300)}` : error;
  } catch {
    return `${error}: ${cause.slice(0, 300)}`;
  }
}

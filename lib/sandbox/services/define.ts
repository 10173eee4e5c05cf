import type { z } from 'zod';
import { jsonFault } from '../operation.ts';
import type { CallContext, JsonOperation } from '../operation.ts';
import type { SandboxState } from '../state.ts';

/** How the operations of one AwsJson service are addressed, and what it calls a request that breaks its model. */
export type JsonService = {
  /** Signing name and IAM prefix, such as `kms`. */
  readonly service: string;
  /** The part of X-Amz-Target before the dot, such as `TrentService`. */
  readonly targetPrefix: string;
  /** Error code of a request that breaks the service's model, such as `ValidationException`. */
  readonly invalidInput: string;
};

/** What an operation does with its validated input. */
export type Handler<Input> = (
  state: SandboxState,
  input: Input,
  context: CallContext,
) => Readonly<Record<string, unknown>>;

/** A function that makes the operations of one service; each checks its input before its handler sees it. */
export const operationsOf =
  ({ service, targetPrefix, invalidInput }: JsonService) =>
  <Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    handle: Handler<z.output<Schema>>,
  ): JsonOperation => ({
    service,
    target: `${targetPrefix}.${name}`,
    action: `${service}:${name}`,
    handle: (state, input, context) => {
      const parsed = schema.safeParse(input);
      if (!parsed.success) throw jsonFault(invalidInput, describeIssues(parsed.error));
      return handle(state, parsed.data, context);
    },
  });

/** AWS's own wording for a member that breaks its constraints. */
function describeIssues(error: z.ZodError): string {
  const [first] = error.issues;
  const count = error.issues.length;
  const errors = count === 1 ? '1 validation error' : `${count} validation errors`;
  return `${errors} detected: Value at '${first?.path.join('.') ?? ''}' failed to satisfy constraint: ${first?.message ?? ''}`;
}

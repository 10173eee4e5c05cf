import { z } from 'zod';
import { operationsOf } from '../define.ts';

/** Makes one AWS KMS operation. */
export const kmsOperation = operationsOf({
  service: 'kms',
  targetPrefix: 'TrentService',
  invalidInput: 'ValidationException',
});

/** A key id, key ARN, alias name or alias ARN: KMS bounds all of them alike. */
export const keyReference = z
  .string('Member must not be null')
  .min(1, 'Member must have length greater than or equal to 1')
  .max(2048, 'Member must have length less than or equal to 2048');

/** A blob, which AwsJson sends as base64. */
export const blob = (maxBytes: number): z.ZodPipe<z.ZodString, z.ZodTransform<Buffer, string>> =>
  z.string('Member must not be null').transform((text, context) => {
    const bytes = Buffer.from(text, 'base64');
    if (bytes.length < 1 || bytes.length > maxBytes) {
      context.addIssue(`Member must have length between 1 and ${maxBytes}, inclusive`);
    }
    return bytes;
  });

/** An encryption context: string to string, and its order carries no meaning. */
export const encryptionContext = z.record(z.string(), z.string()).optional();

/** How many items a page may hold. */
export const limitUpTo = (max: number): z.ZodOptional<z.ZodNumber> =>
  z
    .int()
    .min(1, 'Member must have value greater than or equal to 1')
    .max(max, `Member must have value less than or equal to ${max}`)
    .optional();

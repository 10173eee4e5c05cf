import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { curveOf } from './curves.ts';
import { keyMetadata } from './key-metadata.ts';
import { newKey } from './new-key.ts';
import { kmsOperation } from './operation.ts';

/** CreateKey: symmetric keys for encryption and NIST elliptic curve keys for signatures. */
export const createKey = kmsOperation(
  'CreateKey',
  z.object({
    Description: z.string().max(8192).optional(),
    KeySpec: z.string().default('SYMMETRIC_DEFAULT'),
    KeyUsage: z.string().optional(),
    Origin: z.enum(['AWS_KMS', 'EXTERNAL']).default('AWS_KMS'),
    MultiRegion: z.boolean().default(false),
    Policy: z.string().max(131_072).optional(),
    Tags: z.array(z.object({ TagKey: z.string(), TagValue: z.string() })).default([]),
  }),
  (state, input, context) => {
    const symmetric = input.KeySpec === 'SYMMETRIC_DEFAULT';
    if (!symmetric && curveOf(input.KeySpec) === null) {
      throw jsonFault(
        'UnsupportedOperationException',
        `The sandbox does not make keys of spec ${input.KeySpec}.`,
      );
    }
    const usage = symmetric ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY';
    // AWS asks for the usage of every key that is not symmetric, and refuses one that does not fit.
    if ((input.KeyUsage ?? (symmetric ? usage : null)) !== usage) {
      throw jsonFault(
        'ValidationException',
        input.KeyUsage === undefined
          ? 'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.'
          : `KeyUsage ${input.KeyUsage} is not compatible with KeySpec ${input.KeySpec}`,
      );
    }
    const id = randomUUID();
    const key = newKey({
      partition: state.partition,
      keyId: input.MultiRegion ? `mrk-${id.replaceAll('-', '')}` : id,
      accountId: context.accountId,
      region: context.region,
      createdAt: context.now,
      description: input.Description ?? '',
      spec: input.KeySpec,
      usage,
      origin: input.Origin,
      state: input.Origin === 'EXTERNAL' ? 'PendingImport' : 'Enabled',
      multiRegion: input.MultiRegion ? 'PRIMARY' : null,
      tags: Object.fromEntries(input.Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue])),
      ...(input.Policy === undefined ? {} : { policy: input.Policy }),
    });
    state.keys.set(key.arn, key);
    return { KeyMetadata: keyMetadata(state, key, context.now) };
  },
);

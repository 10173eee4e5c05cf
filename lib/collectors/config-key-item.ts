import { z } from 'zod';
import type { KeyEvidence } from '../model/evidence.ts';
import { known, unknown } from '../model/observed.ts';
import type { Observed } from '../model/observed.ts';
import { configText, configTime, malformation, opened, RECORDED } from './config-encoding.ts';

/** What an AWS Config item says about one KMS key at one moment. `recorded` is false for a key that is gone. */
export type RecordedKey = {
  readonly status: string;
  readonly recorded: boolean;
  /** ISO 8601 UTC. */
  readonly capturedAt: string;
  readonly facts: Omit<KeyEvidence, 'reference' | 'region'>;
};

/** Dates inside `configuration` are text, or numbers of milliseconds. */
const date = z
  .union([z.iso.datetime({ offset: true }), z.number().min(0).max(8.64e15)])
  .transform((at) => new Date(at).toISOString());

const keyItem = z.looseObject({
  configurationItemStatus: z.string().default('OK'),
  configurationItemCaptureTime: configTime,
  resourceType: z.literal('AWS::KMS::Key'),
  configuration: z.unknown(),
  supplementaryConfiguration: z.record(z.string(), z.unknown()).nullish(),
});

/** As AWS publishes it in its resource schema; neither the expiry of imported material nor aliases are in it. */
const configuration = z.looseObject({
  arn: configText,
  keyId: configText,
  awsaccountId: z.string().nullish(),
  keyManager: z.enum(['AWS', 'CUSTOMER']),
  keyState: configText,
  origin: configText,
  deletionDate: date.nullish(),
});

const OPERATION = 'config:GetResourceConfigHistory';

/** Reads an item of a key; a string says what is wrong with it, in words that complete "the item …". */
export function readKeyItem(value: unknown): RecordedKey | string {
  const parsed = keyItem.safeParse(value);
  if (!parsed.success) return malformation(parsed.error);
  const item = parsed.data;
  const status = item.configurationItemStatus;
  const notHeld = (what: string): Observed<never> =>
    unknown({ code: 'NOT_READ', operation: OPERATION, message: `AWS Config items do not hold ${what}` });
  return {
    status,
    recorded: RECORDED.has(status),
    capturedAt: item.configurationItemCaptureTime,
    facts: {
      metadata: metadataOf(item.configuration),
      rotation: rotationOf(item.supplementaryConfiguration ?? {}),
      policy: notHeld('the key policy in a form this version reads'),
      aliases: notHeld('the aliases of a key in a form this version reads'),
    },
  };
}

function metadataOf(value: unknown): KeyEvidence['metadata'] {
  const parsed = configuration.safeParse(opened(value));
  if (!parsed.success) {
    const message = `the AWS Config item ${malformation(parsed.error)}`;
    return unknown({ code: 'MALFORMED', operation: OPERATION, message });
  }
  const key = parsed.data;
  return known({
    arn: key.arn,
    accountId: key.awsaccountId ?? key.arn.split(':')[4] ?? '',
    manager: key.keyManager,
    state: key.keyState,
    origin: key.origin,
    // Ids of multi-Region keys begin so.
    multiRegion: key.keyId.startsWith('mrk-'),
    deletionDate: key.deletionDate ?? null,
    validTo: null,
  });
}

/** Whether it rotates; how often is not recorded. */
function rotationOf(of: Readonly<Record<string, unknown>>): KeyEvidence['rotation'] {
  const enabled = Object.hasOwn(of, 'KeyRotationStatus') ? opened(of['KeyRotationStatus']) : undefined;
  if (typeof enabled === 'boolean') return known({ enabled, periodInDays: null, nextRotation: null });
  const message = 'the AWS Config item has no KeyRotationStatus';
  return unknown({ code: 'NOT_READ', operation: OPERATION, message });
}

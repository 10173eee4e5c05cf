import { z } from 'zod';
import { bucketArn } from '../model/arn.ts';
import type { BucketEvidence, DefaultEncryption } from '../model/evidence.ts';
import { absent, known, unknown } from '../model/observed.ts';
import type { Observed } from '../model/observed.ts';
import { configText, configTime, malformation, opened, RECORDED } from './config-encoding.ts';

/** What an AWS Config item says about one bucket at one moment. `recorded` is false for a bucket that is gone. */
export type RecordedBucket = {
  readonly status: string;
  readonly recorded: boolean;
  /** ISO 8601 UTC. */
  readonly capturedAt: string;
  readonly evidence: BucketEvidence;
};

/**
 * An item in any of its three encodings (FACTS §8): the API's, where supplementary values are JSON text; a rule
 * event's, where they are objects and some names differ; an advanced query's, where tags are a list.
 */
const configItem = z
  .looseObject({
    configurationItemStatus: z.string().default('OK'),
    configurationItemCaptureTime: configTime,
    resourceType: z.literal('AWS::S3::Bucket'),
    resourceId: configText,
    resourceName: z.string().nullish(),
    awsRegion: configText,
    accountId: z.string().nullish(),
    awsAccountId: z.string().nullish(),
    arn: z.string().nullish(),
    ARN: z.string().nullish(),
    resourceCreationTime: configTime.nullish(),
    tags: z
      .union([
        z.record(z.string(), z.string().nullable()),
        z.array(z.looseObject({ key: z.string(), value: z.string().nullish() })),
      ])
      .nullish(),
    supplementaryConfiguration: z.record(z.string(), z.unknown()).nullish(),
  })
  .refine((item) => item.accountId ?? item.awsAccountId, 'names no account');

/**
 * Reads an item of a bucket; a string says what is wrong with it, in words that complete "the item …". `operation` is
 * the call that told it.
 */
export function readConfigItem(
  value: unknown,
  operation = 'config:GetResourceConfigHistory',
): RecordedBucket | string {
  const parsed = configItem.safeParse(value);
  if (!parsed.success) return malformation(parsed.error);
  const item = parsed.data;
  const from: Source = { of: item.supplementaryConfiguration ?? {}, operation };
  const name = item.resourceName ?? item.resourceId;
  return {
    status: item.configurationItemStatus,
    recorded: RECORDED.has(item.configurationItemStatus),
    capturedAt: item.configurationItemCaptureTime,
    evidence: {
      name,
      arn: item.arn ?? item.ARN ?? bucketArn(name),
      accountId: item.accountId ?? item.awsAccountId ?? '',
      region: known(item.awsRegion),
      createdAt: item.resourceCreationTime ?? null,
      capturedAt: item.configurationItemCaptureTime,
      tags: tagsOf(item.tags, from),
      ...supplementaryFacts(from),
    },
  };
}

/** Supplementary values by name, and the call that told them. */
type Source = { readonly of: Readonly<Record<string, unknown>>; readonly operation: string };

function supplementaryFacts(
  of: Source,
): Omit<BucketEvidence, 'name' | 'arn' | 'accountId' | 'region' | 'createdAt' | 'capturedAt' | 'tags'> {
  const notHeld = (what: string): Observed<never> =>
    unknown({
      code: 'NOT_READ',
      operation: of.operation,
      message: `AWS Config items do not hold ${what}`,
    });
  return {
    defaultEncryption: fact(of, 'ServerSideEncryptionConfiguration', encryption, toDefaultEncryption),
    policy: fact(of, 'BucketPolicy', policy, ({ policyText }) => policyText ?? null),
    versioning: fact(of, 'BucketVersioningConfiguration', versioning, ({ status }) => status ?? 'Off'),
    publicAccessBlock: fact(of, 'PublicAccessBlockConfiguration', publicAccessBlock, (block) => block),
    logging: fact(of, 'BucketLoggingConfiguration', logging, (to) =>
      to.destinationBucketName
        ? { targetBucket: to.destinationBucketName, targetPrefix: to.logFilePrefix ?? '' }
        : null,
    ),
    ownership: notHeld('bucket ownership'),
    replication: notHeld('replication in a form this version reads'),
    objectLock: notHeld('Object Lock in a form this version reads'),
    inventories: notHeld('inventory configurations'),
    metadataTable: notHeld('metadata tables'),
  };
}

const encryption = z.looseObject({
  rules: z
    .array(
      z.looseObject({
        applyServerSideEncryptionByDefault: z
          .looseObject({ sseAlgorithm: configText, kmsMasterKeyID: z.string().nullish() })
          .nullish(),
        bucketKeyEnabled: z.boolean().nullish(),
      }),
    )
    .length(1),
});
const policy = z.looseObject({ policyText: z.string().nullish() });
const versioning = z.looseObject({ status: z.enum(['Enabled', 'Suspended', 'Off']).nullish() });
const logging = z.looseObject({
  destinationBucketName: z.string().nullish(),
  logFilePrefix: z.string().nullish(),
});
const publicAccessBlock = z.object({
  blockPublicAcls: z.boolean(),
  ignorePublicAcls: z.boolean(),
  blockPublicPolicy: z.boolean(),
  restrictPublicBuckets: z.boolean(),
});

/** Blocked encryption types are in no item seen so far: null, which is not known. */
function toDefaultEncryption({ rules: [rule] }: z.infer<typeof encryption>): DefaultEncryption {
  const byDefault = rule?.applyServerSideEncryptionByDefault;
  return {
    algorithm: byDefault?.sseAlgorithm ?? 'AES256',
    kmsKey: byDefault?.kmsMasterKeyID ?? null,
    bucketKey: rule?.bucketKeyEnabled ?? false,
    blocked: null,
  };
}

/** One supplementary value. One that is not there is not known: items from before 2023 leave out what is in force. */
function fact<Schema extends z.ZodType, T>(
  { of, operation }: Source,
  name: string,
  schema: Schema,
  read: (value: z.output<Schema>) => T | null,
): Observed<T> {
  const value = Object.hasOwn(of, name) ? opened(of[name]) : null;
  if (value === null || value === undefined) {
    return unknown({ code: 'NOT_READ', operation, message: `the AWS Config item has no ${name}` });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const message = `${name} of the AWS Config item is not as AWS documents it`;
    return unknown({ code: 'MALFORMED', operation, message });
  }
  const fine = read(parsed.data);
  return fine === null ? absent : known(fine);
}

const tagging = z.looseObject({
  tagSets: z.array(z.looseObject({ tags: z.record(z.string(), z.string()) })),
});

/** Tags of the item itself, else of its tagging configuration; without either they are not known. */
function tagsOf(tags: z.infer<typeof configItem>['tags'], of: Source): BucketEvidence['tags'] {
  if (tags === null || tags === undefined) {
    return fact(of, 'BucketTaggingConfiguration', tagging, ({ tagSets }) =>
      sorted(tagSets.flatMap((set) => Object.entries(set.tags))),
    );
  }
  const pairs = Array.isArray(tags)
    ? tags.map(({ key, value }) => [key, value ?? ''] as const)
    : Object.entries(tags).map(([key, value]) => [key, value ?? ''] as const);
  return pairs.length === 0 ? absent : known(sorted(pairs));
}

const sorted = (pairs: readonly (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries([...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

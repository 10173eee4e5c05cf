import { z } from 'zod';
import { CLIENT_FORMATS } from './client-side.ts';
import { LIMITS } from './limits.ts';
import { instant, instants, sizes } from './notation.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/, 'a name has lower-case letters, digits, dots and hyphens');
const bucketName = name.min(3).max(63);
const accountId = z
  .string()
  .regex(/^\d{12}$/, 'an account id has 12 digits (quote it, or YAML reads a number)');
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a Region looks like eu-west-1');
const texts = z.record(z.string(), z.string());

/** A policy statement in IAM's own words; placeholders are in placeholders.ts. */
const statement = z
  .record(z.string(), z.unknown())
  .refine((value) => JSON.stringify(value).length <= LIMITS.statementText, {
    error: `a statement has at most ${LIMITS.statementText} characters`,
  });

const key = z.strictObject({
  alias: name.optional(),
  description: z.string().default(''),
  region: region.optional(),
  account: accountId.optional(),
  created: instant.default({ at: Date.UTC(2022, 0, 10) }),
  state: z
    .enum(['Enabled', 'Disabled', 'PendingDeletion', 'PendingImport', 'Unavailable'])
    .default('Enabled'),
  deletion: instant.optional(),
  'rotation-days': z.int().min(90).max(2560).nullable().default(null),
  'next-rotation': instant.optional(),
  spec: z.enum(['SYMMETRIC_DEFAULT', 'ECC_NIST_P256', 'ECC_NIST_P384']).default('SYMMETRIC_DEFAULT'),
  origin: z.enum(['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE']).default('AWS_KMS'),
  /** When imported key material expires. */
  'material-expires': instant.optional(),
  'multi-region': z.boolean().default(false),
  /** Principals, by name, that the key policy lets use the key. */
  users: z.array(z.string()).default([]),
  /** Further statements of the key policy. */
  policy: z.array(statement).default([]),
  /** What AWS Config recorded before, newest first: what was different until then. */
  earlier: z
    .array(
      z.strictObject({
        until: instant,
        state: z.enum(['Enabled', 'Disabled']).optional(),
        'rotation-days': z.int().min(90).max(2560).nullable().optional(),
      }),
    )
    .max(LIMITS.earlier)
    .default([]),
  /** True: every KMS call about the key is refused. */
  denied: z.boolean().default(false),
  tags: texts.default({}),
});

const seal = z.strictObject({
  /** As S3's header spells it; null for SSE-C and for objects from before 2023 without encryption. */
  algorithm: z.string().nullable(),
  /** A key of `keys`, or `aws/s3`. */
  key: z.string().optional(),
  'bucket-key': z.boolean().default(false),
  'customer-key': z.boolean().default(false),
});

const objectGroup = z.strictObject({
  /** A pattern with {n} or {hex}, or the keys themselves. */
  keys: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
    error: 'expected a pattern, or a list of keys',
  }),
  count: z.int().min(1).max(LIMITS.versions).optional(),
  size: sizes.default({ from: 1_000, to: 40_000 }),
  written: instants,
  seal: z.string(),
  'client-side': z.enum(CLIENT_FORMATS).optional(),
  metadata: texts.default({}),
  tags: texts.default({}),
  type: z.string().default('application/octet-stream'),
  'storage-class': z.string().default('STANDARD'),
  /** Noncurrent versions of every object of the group, newest first. */
  older: z.array(z.strictObject({ written: instants, seal: z.string() })).default([]),
  /** When set, a delete marker hides the object: all its versions are then noncurrent. */
  deleted: instants.optional(),
});

const upload = z.strictObject({
  key: z.string().min(1),
  count: z.int().min(1).max(LIMITS.uploads).default(1),
  seal: z.string(),
  initiated: instants,
  parts: z.int().min(0).max(100).default(2),
});

const versioning = z.enum(['Off', 'Enabled', 'Suspended']);
const defaultEncryption = z.strictObject({
  algorithm: z.enum(['AES256', 'aws:kms', 'aws:kms:dsse']),
  /** A key of `keys`, or literally what the bucket is configured with, when it begins with `alias/`. */
  key: z.string().optional(),
  'bucket-key': z.boolean().default(false),
  /** BlockedEncryptionTypes; null leaves the element out. */
  blocked: z
    .array(z.enum(['SSE-C', 'NONE']))
    .nullable()
    .default(null),
});
const policy = z.array(z.string()).max(LIMITS.statements);

const bucket = z.strictObject({
  region: region.optional(),
  account: accountId.optional(),
  created: instant,
  /** When set, the bucket is gone, and only AWS Config still knows of it. */
  deleted: instant.optional(),
  tags: texts.default({}),
  versioning: versioning.default('Off'),
  default: defaultEncryption,
  /** Statements of the bucket policy, by name; none means that the bucket has no policy. */
  policy: policy.default([]),
  /** What AWS Config recorded before, newest first: what was different until then. */
  earlier: z
    .array(
      z.strictObject({
        until: instant,
        tags: texts.optional(),
        versioning: versioning.optional(),
        default: defaultEncryption.optional(),
        policy: policy.optional(),
      }),
    )
    .max(LIMITS.earlier)
    .default([]),
  'public-access': z.enum(['blocked', 'allowed']).default('blocked'),
  'object-lock': z
    .strictObject({ mode: z.enum(['GOVERNANCE', 'COMPLIANCE']), days: z.int().min(1) })
    .optional(),
  logging: z.strictObject({ to: bucketName, prefix: z.string().default('') }).optional(),
  /** Requests to this bucket that are refused: an operation or a pattern, and the keys it is about. */
  denied: z
    .array(
      z.strictObject({
        operation: z.string().regex(/^[A-Za-z0-9*?]+$/, 'an operation looks like HeadObject, Get* or *'),
        keys: z.string().optional(),
      }),
    )
    .default([]),
  objects: z.array(objectGroup).default([]),
  uploads: z.array(upload).default([]),
});

const principal = z.union(
  [
    z.strictObject({ role: z.string(), account: accountId.optional(), sessions: z.array(z.string()).min(1) }),
    z.strictObject({ user: z.string(), account: accountId.optional() }),
    /** The account itself. */
    z.strictObject({ root: z.literal(true), account: accountId.optional() }),
    /** An AWS service that acts by itself. */
    z.strictObject({ service: z.string() }),
  ],
  { error: 'expected a role with its sessions, a user, root: true or a service' },
);

const event = z.strictObject({
  by: z.string(),
  call: z.enum(['Decrypt', 'GenerateDataKey', 'Encrypt']).default('Decrypt'),
  /** Through S3, for an object of this bucket … */
  bucket: z.string().optional(),
  prefix: z.string().default(''),
  /** … or straight to KMS, with this key and encryption context. */
  key: z.string().optional(),
  context: texts.default({}),
  count: z.int().min(1).max(LIMITS.events).default(1),
  when: instants,
  /** The error that the call ended with. */
  refused: z.enum(['AccessDenied', 'DisabledException', 'KMSInvalidStateException']).optional(),
  'source-ip': z.string().default('10.20.4.17'),
});

const organization = z.strictObject({
  id: z.string().regex(/^o-[a-z0-9]{10,32}$/),
  root: z.string().regex(/^r-[a-z0-9]{4,32}$/),
  'management-account': accountId,
  'management-email': z.string(),
  'delegated-administrators': z.array(accountId).default([]),
  /** Unit → its parent: another unit or the root. */
  units: texts.default({}),
  accounts: z.array(
    z.strictObject({
      id: accountId,
      name: z.string(),
      email: z.string(),
      parent: z.string(),
      status: z.string().default('ACTIVE'),
      joined: instant,
    }),
  ),
  policies: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      type: z.enum(['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']),
      'aws-managed': z.boolean().default(false),
      targets: z.array(z.string()),
      statements: z.array(statement),
    }),
  ),
});

const trail = z.strictObject({
  name,
  account: accountId.optional(),
  region: region.optional(),
  bucket: z.string(),
  prefix: z.string().optional(),
  'multi-region': z.boolean().default(true),
  organization: z.boolean().default(false),
  validation: z.boolean().default(true),
  key: z.string().optional(),
  logging: z.boolean().default(true),
  started: instant,
  stopped: instant.optional(),
  /** KMS counts Decrypt among the reads. */
  events: z.enum(['All', 'ReadOnly', 'WriteOnly']).default('All'),
  'excluded-sources': z.array(z.string()).default([]),
  /** True: nobody here may read its status and selectors. */
  denied: z.boolean().default(false),
});

/** The estate file. */
export const estateSchema = z.strictObject({
  estate: name,
  /** Moves every chance in the estate at once; the same seed gives the same estate. */
  seed: z.int(),
  account: accountId,
  region,
  organization: organization.optional(),
  principals: z.record(name, principal).default({}),
  keys: z.record(name, key).default({}),
  seals: z.record(name, seal).default({}),
  statements: z.record(name, statement).default({}),
  buckets: z.record(bucketName, bucket).refine((buckets) => Object.keys(buckets).length <= LIMITS.buckets, {
    error: `an estate has at most ${LIMITS.buckets} buckets`,
  }),
  trails: z.array(trail).default([]),
  events: z.array(event).max(LIMITS.eventLines).default([]),
  /** Roles that AssumeRole may be asked for. */
  roles: z
    .array(
      z.strictObject({
        arn: z.string(),
        'external-id': z.string().optional(),
        trusts: z.array(z.string()).nullable().default(null),
      }),
    )
    .default([]),
  /** Where AWS Config records, and since when; a Region alone has recorded since the day before. */
  'config-recorders': z
    .array(
      z.union(
        [
          region,
          z.strictObject({
            region,
            account: accountId.optional(),
            since: instant,
            stopped: instant.optional(),
            'resource-types': z.array(z.string()).optional(),
          }),
        ],
        { error: 'expected a Region, or a recorder with its region and since' },
      ),
    )
    .default([]),
  /** What AWS Config collects from other accounts and Regions. */
  'config-aggregators': z
    .array(
      z.strictObject({
        name: z.string().min(1),
        region: region.optional(),
        sources: z.array(
          z.strictObject({
            account: accountId,
            region,
            status: z.enum(['SUCCEEDED', 'FAILED', 'OUTDATED']).default('SUCCEEDED'),
          }),
        ),
      }),
    )
    .default([]),
});

export type Estate = z.output<typeof estateSchema>;
export type EstateBucket = Estate['buckets'][string];
export type EstateObjects = EstateBucket['objects'][number];
export type EstateEvent = Estate['events'][number];
export type EstatePrincipal = Estate['principals'][string];

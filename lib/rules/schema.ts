import * as z from 'zod';
import { CHECK_IDS } from '../model/finding.ts';
import { ALLOWABLE_TYPES } from '../model/object-encryption.ts';
import { WRITE_PATHS } from '../model/proof.ts';
import { SEVERITIES } from '../model/requirement.ts';
import { dateFault } from './dates.ts';
import { checked, id, list, map, oneOf, prose } from './fields.ts';
import {
  accountFault,
  aliasFault,
  bucketArnFault,
  bucketGlobFault,
  keyArnFault,
  keyPrefixFault,
  principalFault,
  rateFault,
} from './patterns.ts';

/** The periods KMS accepts for automatic rotation, in days. Source: KMS EnableKeyRotation. */
const ROTATION_DAYS = { min: 90, max: 2560 };

/** What the request header x-amz-server-side-encryption and everyday speech call the types. */
const HEADERS = {
  AES256: 'SSE-S3',
  'aws:kms': 'SSE-KMS',
  KMS: 'SSE-KMS',
  'aws:kms:dsse': 'DSSE-KMS',
  DSSE: 'DSSE-KMS',
};

const tagValue = z.string().max(256);

const matcher = map({
  'bucket-tag': z
    .record(z.string().min(1).max(128), z.union([tagValue, list(tagValue)]))
    .meta({ minProperties: 1, maxProperties: 1 })
    .optional()
    .describe('Buckets with this tag: one tag key, and the value or values that count. Exact; case counts.'),
  'bucket-name': checked(bucketGlobFault)
    .optional()
    .describe('Buckets whose name matches this glob (* and ?).'),
  'key-prefix': checked(keyPrefixFault)
    .max(1024)
    .optional()
    .describe('Objects whose key begins with this text. Literal; case counts.'),
}).meta({ minProperties: 1, maxProperties: 1 });

const dataClass = map({
  title: prose(200).optional().describe('What reports call the class. Default: its id.'),
  any: z.array(matcher).min(1).describe('How to tell what holds this data: any matcher is enough.'),
});

const rotation = z.union([
  oneOf('a rotation', ['required', 'any'], { also: ', or { max-days: 365 }' }),
  map({
    'max-days': z
      .int()
      .min(ROTATION_DAYS.min)
      .max(ROTATION_DAYS.max)
      .describe('Automatic rotation is on, with at most this many days between rotations.'),
  }),
]);

const key = map({
  manager: oneOf('a key manager', ['CUSTOMER', 'AWS', 'any'])
    .optional()
    .describe('Who manages the key: CUSTOMER, or AWS as with aws/s3. Default: any.'),
  arns: list(checked(keyArnFault)).optional().describe('Key ARN patterns, of which one must match.'),
  aliases: list(checked(aliasFault))
    .optional()
    .describe('Alias patterns, of which one alias of the key must match.'),
  accounts: list(checked(accountFault))
    .optional()
    .describe('Accounts, of which one must own the key. Quote them.'),
  rotation: rotation
    .optional()
    .describe('Automatic rotation: required, any, or { max-days: 365 }. Default: any.'),
});

/** What a seal must be; exported so that its contradictions can be told while other parts are still wrong. */
export const encryptionYaml = map({
  allow: list(oneOf('an encryption type', ALLOWABLE_TYPES, { synonyms: HEADERS })).describe(
    'The seals that meet the requirement.',
  ),
  key: key.optional().describe('What the KMS key of an SSE-KMS or DSSE-KMS seal must be.'),
  'bucket-key': oneOf('a bucket-key setting', ['required', 'forbidden', 'any'])
    .optional()
    .describe('S3 Bucket Keys on SSE-KMS seals. Default: any.'),
  'sse-c': oneOf('an sse-c setting', ['blocked', 'any'])
    .optional()
    .describe("blocked: the bucket's blocked encryption types must hold SSE-C. Default: any."),
  'client-side': oneOf('a client-side setting', ['required', 'any'])
    .optional()
    .describe('required: objects also claim encryption before upload. Default: any.'),
  'unfinished-uploads': oneOf('an unfinished-uploads setting', ['assess', 'exclude'])
    .optional()
    .describe('Unfinished multipart uploads, whose encryption S3 does not report. Default: assess.'),
});

/** Who may decrypt. */
export const decryptYaml = map({
  principals: list(checked(principalFault)).describe('ARN patterns of the principals who may decrypt.'),
  'max-age': z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('How many days back decrypts are judged. Default: all known.'),
  'deny-direct': z
    .boolean()
    .optional()
    .describe('true: a Decrypt call that did not come through S3 breaks the requirement. Default: false.'),
});

/** What a sample may leave open. */
const samplingYaml = map({
  'tolerable-rate': checked(rateFault).describe(
    'The share of objects that may break the requirement unseen, such as 0.1%.',
  ),
  confidence: oneOf('a confidence', ['90%', '95%', '99%'])
    .optional()
    .describe('How sure the sample must be of it. Default: 95%.'),
});

const requirement = map({
  id: id().describe('Unique in the pack; part of every finding.'),
  title: prose(200).describe('The requirement as one sentence.'),
  'data-class': z.string().describe('A data class that this pack defines.'),
  severity: oneOf('a severity', SEVERITIES).describe('How bad a breach is.'),
  rationale: prose().optional().describe('Why; shown with the findings.'),
  encryption: encryptionYaml.describe('What every object of the class must be sealed with.'),
  transport: map({
    tls: oneOf('a TLS version', ['1.2', '1.3']).describe('The oldest version accepted. Quote it.'),
  })
    .optional()
    .describe('What writes must travel over.'),
  decrypt: decryptYaml.optional().describe('Who may open objects of the class.'),
  sampling: samplingYaml.optional().describe('When a sample without a violation is enough. Default: never.'),
  paths: list(oneOf('a write path', WRITE_PATHS))
    .optional()
    .describe('The write paths whose proof decides the enforced check. Default: [put].'),
  controls: z
    .record(z.string(), list(prose(64)))
    .optional()
    .describe('Framework id to the control ids that the requirement speaks to.'),
});

const waiverYaml = map({
  requirement: z.string().describe('The id of a requirement of this pack.'),
  resource: checked(bucketArnFault).describe('ARN glob of the buckets it covers.'),
  checks: list(oneOf('a check', CHECK_IDS)).optional().describe('The checks it covers. Default: all five.'),
  reason: prose().describe('Why the exception is acceptable.'),
  owner: prose(200).describe('Who will end it.'),
  approver: prose(200).describe('Who accepted the risk.'),
  approved: checked(dateFault).describe('The day of approval, YYYY-MM-DD.'),
  expires: checked(dateFault).describe('The last day it holds, YYYY-MM-DD, UTC.'),
  compensating: prose().optional().describe('What lowers the risk meanwhile.'),
});

/** A rule pack as its YAML spells it. */
export const packYaml = map({
  pack: id().describe('The name of the pack, unique in a run.'),
  title: prose(200).optional().describe('What reports call the pack. Default: its name.'),
  description: prose().optional().describe('For readers of the file.'),
  'data-classes': z.record(id(), dataClass).describe('Kinds of data by id, and how to tell what holds them.'),
  requirements: z.array(requirement).min(1).describe('What each kind of data needs.'),
  waivers: z.array(waiverYaml).optional().describe('Exceptions that somebody answers for.'),
});
export type PackYaml = z.infer<typeof packYaml>;

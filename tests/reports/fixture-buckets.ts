import { bucketArn } from '../../lib/model/arn.ts';
import type { Census, SealGroup } from '../../lib/model/census.ts';
import type { BucketEvidence, DefaultEncryption } from '../../lib/model/evidence.ts';
import type { ClientSideEncryption, ServerSideEncryption } from '../../lib/model/object-encryption.ts';
import { absent, known } from '../../lib/model/observed.ts';
import {
  AWS_S3_KEY,
  CARD_KEY,
  denied,
  DOOMED_KEY,
  HOSTILE,
  KEYS_ACCOUNT,
  PHI_KEY,
  PROD,
} from './fixture-names.ts';

const GIB = 1024 ** 3;
const NO_CLIENT: ClientSideEncryption = { kind: 'none' };
const kms = (arn: string, bucketKey = true): ServerSideEncryption => ({
  type: 'SSE-KMS',
  keyArn: arn,
  bucketKey,
});

/** The policy that most tutorials give: it denies a wrong header and lets a missing one through. */
const LEAKY_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'DenyWrongEncryptionHeader',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: 'arn:aws:s3:::ehr-phi-imaging/*',
      Condition: {
        StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
        Null: { 's3:x-amz-server-side-encryption': 'false' },
      },
    },
    {
      Sid: 'DenyInsecureTransport',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::ehr-phi-imaging', 'arn:aws:s3:::ehr-phi-imaging/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
});
const HOSTILE_POLICY = `{"Statement":[{"Sid":"</script><script>alert(2)</script>\u2028","Effect":"Deny"}]}`;

type Seal = readonly [
  classes: string[],
  serverSide: ServerSideEncryption,
  objects: number,
  gib: number,
  clientSide?: ClientSideEncryption,
];
type BucketSpec = {
  readonly name: string;
  readonly region?: string;
  readonly accountId?: string;
  readonly default?: DefaultEncryption;
  readonly policy?: BucketEvidence['policy'];
  readonly seals: readonly Seal[];
  readonly census?: Partial<Census>;
};

const PHI = ['hipaa/phi'];
const CARDS = ['pci/cardholder'];
const phiDefault: DefaultEncryption = {
  algorithm: 'aws:kms',
  kmsKey: PHI_KEY,
  bucketKey: true,
  blocked: ['SSE-C'],
};

const SPECS: readonly BucketSpec[] = [
  { name: 'ehr-phi-records', default: phiDefault, seals: [[PHI, kms(PHI_KEY), 48_211, 812]] },
  {
    name: 'ehr-phi-imaging',
    default: phiDefault,
    policy: known(LEAKY_POLICY),
    seals: [
      [PHI, kms(PHI_KEY), 91_402, 6_240],
      [PHI, { type: 'SSE-S3' }, 1_204, 412.5],
      [PHI, kms(AWS_S3_KEY, false), 37, 1.25],
    ],
    census: { uploads: [{ dataClasses: PHI, uploads: 3, oldestInitiated: '2026-02-11T08:00:00Z' }] },
  },
  {
    name: 'legacy-phi-archive',
    seals: [
      [PHI, { type: 'SSE-S3' }, 20_480, 96],
      [PHI, { type: 'NONE' }, 512, 2.5],
    ],
    census: { deleteMarkers: 18 },
  },
  {
    name: 'claims-intake',
    seals: [
      [PHI, kms(PHI_KEY), 5_120, 11],
      [PHI, { type: 'SSE-C' }, 64, 0.5],
      [[], { type: 'SSE-S3' }, 900, 0.75],
    ],
    census: {
      unassessed: [
        { dataClasses: PHI, reason: 'ACCESS_DENIED', objects: 41, bytes: 0.125 * GIB },
        { dataClasses: [], reason: 'THROTTLED', objects: 2, bytes: 4096 },
      ],
      excluded: { VANISHED: 6 },
    },
  },
  {
    name: 'billing-cards-eu',
    default: { algorithm: 'aws:kms:dsse', kmsKey: DOOMED_KEY, bucketKey: false, blocked: ['SSE-C'] },
    seals: [[CARDS, { type: 'DSSE-KMS', keyArn: DOOMED_KEY }, 7_700, 24]],
  },
  {
    name: 'billing-cards-us',
    region: 'us-east-1',
    accountId: KEYS_ACCOUNT,
    default: { algorithm: 'aws:kms', kmsKey: CARD_KEY, bucketKey: false, blocked: null },
    seals: [[CARDS, { type: 'DSSE-KMS', keyArn: CARD_KEY }, 15_040, 51]],
  },
  {
    name: 'research-phi-exports',
    default: phiDefault,
    seals: [
      [PHI, kms(PHI_KEY), 300, 4],
      [
        PHI,
        kms(PHI_KEY),
        2_048,
        33,
        {
          kind: 'claimed',
          format: 'V2',
          keyWrap: 'kms+context',
          cipher: 'AES/GCM/NoPadding',
          instructionFile: false,
        },
      ],
      [
        PHI,
        { type: 'SSE-S3' },
        12,
        0.25,
        {
          kind: 'claimed',
          format: 'V1',
          keyWrap: null,
          cipher: 'AES/CBC/PKCS5Padding',
          instructionFile: true,
        },
      ],
      [PHI, { type: 'SSE-S3' }, 12, 0.0001, { kind: 'instruction-file' }],
      [
        PHI,
        kms(PHI_KEY),
        1,
        0.001,
        { kind: 'invalid', detail: 'Markers of formats V1 and V2 on one object.' },
      ],
      [
        PHI,
        kms(PHI_KEY),
        4,
        0.002,
        {
          kind: 'undetermined',
          detail: 'An instruction file exists under this key, for a version S3 does not record.',
        },
      ],
    ],
  },
  {
    name: 'partner-dropbox-phi',
    policy: denied('s3:GetBucketPolicy'),
    seals: [],
    census: {
      complete: false,
      incompleteReason: 'ACCESS_DENIED on s3:ListBucketVersions (HTTP 403): Access Denied',
      uploadsComplete: false,
      uploadsIncompleteReason: 'ACCESS_DENIED on s3:ListBucketMultipartUploads (HTTP 403): Access Denied',
    },
  },
  {
    name: 'public-website',
    seals: [
      [[], { type: 'SSE-S3' }, 3_321, 1.5],
      [[], { type: 'OTHER', header: 'aws:fsx' }, 2, 0.001],
    ],
  },
  {
    name: HOSTILE,
    default: phiDefault,
    policy: known(HOSTILE_POLICY),
    seals: [[PHI, kms(PHI_KEY), 9, 0.01]],
  },
];

/** The evidence of every bucket of the fixture. */
export const buckets: readonly BucketEvidence[] = SPECS.map((spec) => ({
  name: spec.name,
  arn: bucketArn(spec.name),
  accountId: spec.accountId ?? PROD,
  region: known(spec.region ?? 'eu-west-1'),
  createdAt: '2021-03-04T05:06:07Z',
  tags: spec.name === 'partner-dropbox-phi' ? denied('s3:GetBucketTagging') : known({ owner: 'platform' }),
  defaultEncryption: known(
    spec.default ?? { algorithm: 'AES256', kmsKey: null, bucketKey: false, blocked: ['NONE'] },
  ),
  policy: spec.policy ?? absent,
  versioning: known('Enabled'),
  publicAccessBlock: known({
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  }),
  ownership: known('BucketOwnerEnforced'),
  logging: absent,
  replication: absent,
  objectLock: absent,
  inventories: absent,
  metadataTable: absent,
}));

/** One census a bucket, each adding up. */
export const censuses: readonly Census[] = SPECS.map(({ name, seals, census = {} }) => {
  const groups: SealGroup[] = seals.map(
    ([dataClasses, serverSide, objects, gib, clientSide = NO_CLIENT]) => ({
      dataClasses,
      encryption: { serverSide, clientSide },
      objects,
      bytes: Math.round(gib * GIB),
      noncurrent: Math.floor(objects / 10),
    }),
  );
  const assessed = groups.reduce((total, group) => total + group.objects, 0);
  const unassessed = census.unassessed ?? [];
  const excluded = Object.values(census.excluded ?? {}).reduce((total, number) => total + number, 0);
  return {
    bucket: name,
    source: 'live',
    complete: true,
    incompleteReason: null,
    population: assessed + excluded + unassessed.reduce((total, group) => total + group.objects, 0),
    populationBytes: [...groups, ...unassessed].reduce((total, group) => total + group.bytes, 0),
    assessed,
    excluded: {},
    deleteMarkers: 0,
    groups,
    unassessed,
    uploads: [],
    uploadsComplete: true,
    uploadsIncompleteReason: null,
    ...census,
  };
});

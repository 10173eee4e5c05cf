import type { Requirement, RulePack, Waiver } from '../../lib/model/requirement.ts';
import { bucketArn } from '../../lib/model/arn.ts';
import { KEYS_ACCOUNT, PROD } from './fixture-names.ts';

const requirement = (
  over: Pick<Requirement, 'id' | 'pack' | 'title' | 'dataClass'> & Partial<Requirement>,
): Requirement => ({
  severity: 'high',
  rationale: null,
  encryption: {
    allow: ['SSE-KMS', 'DSSE-KMS'],
    key: null,
    bucketKey: 'any',
    sseC: 'any',
    clientSide: 'any',
    unfinishedUploads: 'assess',
  },
  transport: null,
  decrypt: null,
  paths: ['put'],
  controls: {},
  ...over,
});

/** Two packs and a baseline: a requirement with every outcome, one that passes, one that no bucket is in scope of. */
export const requirements: readonly Requirement[] = [
  requirement({
    pack: 'hipaa',
    id: 'phi-sse-kms',
    title: 'PHI must be SSE-KMS under a customer managed key of ours',
    dataClass: 'hipaa/phi',
    severity: 'critical',
    rationale: 'A key of our own lets us see who decrypts patient records, and lets us stop it.',
    encryption: {
      allow: ['SSE-KMS', 'DSSE-KMS'],
      key: {
        manager: 'CUSTOMER',
        arns: [`arn:aws:kms:*:${PROD}:key/*`],
        aliases: [],
        accounts: [],
        rotation: 'required',
        rotationMaxDays: 365,
      },
      bucketKey: 'any',
      sseC: 'blocked',
      clientSide: 'any',
      unfinishedUploads: 'assess',
    },
    transport: { tls: '1.2' },
    decrypt: { principals: [`arn:aws:iam::${PROD}:role/ehr-*`], maxAgeDays: 90, denyDirect: true },
    controls: {
      'nist-800-53': ['SC-28(1)', 'SC-12'],
      hipaa: ['164.312(a)(2)(iv)', '164.312(b)'],
      'pci-4.0.1': ['3.5.1'],
    },
  }),
  requirement({
    pack: 'pci',
    id: 'cardholder-dsse',
    title: 'Cardholder data must be DSSE-KMS under the key account',
    dataClass: 'pci/cardholder',
    encryption: {
      allow: ['DSSE-KMS'],
      key: {
        manager: 'CUSTOMER',
        arns: [],
        aliases: [],
        accounts: [KEYS_ACCOUNT],
        rotation: 'required',
        rotationMaxDays: null,
      },
      bucketKey: 'any',
      sseC: 'any',
      clientSide: 'any',
      unfinishedUploads: 'exclude',
    },
    paths: ['put', 'replicate'],
    controls: { 'pci-4.0.1': ['3.5.1', '3.7.5'] },
  }),
  requirement({
    pack: 'baseline',
    id: 'tls-only',
    title: 'Every request must use TLS 1.2 or later',
    dataClass: 'baseline/any',
    severity: 'medium',
    encryption: {
      allow: ['SSE-S3', 'SSE-KMS', 'DSSE-KMS', 'SSE-C'],
      key: null,
      bucketKey: 'any',
      sseC: 'any',
      clientSide: 'any',
      unfinishedUploads: 'exclude',
    },
    transport: { tls: '1.2' },
    controls: { 'cis-aws': ['2.1.1'] },
  }),
  requirement({
    pack: 'baseline',
    id: 'audit-logs',
    title: 'Audit logs must be sealed under the log key',
    dataClass: 'baseline/logs',
    severity: 'low',
  }),
];

const waiver = (over: Partial<Waiver>): Waiver => ({
  pack: 'hipaa',
  requirement: 'phi-sse-kms',
  resource: `${bucketArn('legacy-phi-archive')}/*`,
  checks: ['stored', 'default'],
  reason: 'The archive is read-only and is copied to ehr-phi-records until year end.',
  owner: 'records-platform@example.org',
  approver: 'J. Okafor, CISO',
  approved: '2026-09-01',
  expires: '2026-12-31',
  compensating: 'Access through one break-glass role; every read alarms.',
  ...over,
});

export const activeWaiver = waiver({});
export const expiredWaiver = waiver({
  resource: bucketArn('claims-intake'),
  checks: ['default'],
  reason: '=cmd|"/c calc"!A1 vendor cannot send headers <b>yet</b>',
  approver: 'M. Brandt, VP Claims',
  approved: '2025-10-01',
  expires: '2026-03-31',
  compensating: null,
});
/** In the pack, and about nothing that this run found. */
export const idleWaiver = waiver({
  pack: 'pci',
  requirement: 'cardholder-dsse',
  resource: bucketArn('retired-cards'),
  checks: ['keys'],
});

const pack = (id: string, title: string, waivers: readonly Waiver[], digit: string): RulePack => ({
  pack: id,
  title,
  file: `rules/${id}.yaml`,
  digest: digit.repeat(64),
  dataClasses: [],
  requirements: requirements.filter((item) => item.pack === id),
  waivers,
});

export const packs: readonly RulePack[] = [
  pack('hipaa', 'HIPAA Security Rule, § 164.312', [activeWaiver, expiredWaiver], 'a'),
  pack('pci', 'PCI DSS 4.0.1', [idleWaiver], 'b'),
  pack('baseline', 'Baseline for every bucket', [], 'c'),
];

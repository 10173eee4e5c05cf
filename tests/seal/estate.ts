import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateKeyCommand, EnableKeyRotationCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutBucketTaggingCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { silent } from '../../lib/audit/context.ts';
import type { AuditContext } from '../../lib/audit/context.ts';
import { retryOptions } from '../../lib/audit/defaults.ts';
import { runAudit } from '../../lib/audit/driver.ts';
import type { AuditResult } from '../../lib/audit/driver.ts';
import { folderStore } from '../../lib/audit/folder-store.ts';
import { loadRulePacks } from '../../lib/audit/rule-files.ts';
import { createClients } from '../../lib/collectors/clients.ts';
import type { AwsClients } from '../../lib/collectors/clients.ts';
import type { ReportWriting } from '../../lib/model/run.ts';
import { startSandbox } from '../../lib/sandbox/server.ts';
import { createState } from '../../lib/sandbox/state.ts';
import type { SandboxState } from '../../lib/sandbox/state.ts';

export const REPORTS = 'the-reports';

/** A small estate on a sandbox of its own, and audits of it. */
export type Estate = {
  readonly aws: AwsClients;
  readonly state: SandboxState;
  /** A folder that goes away with the estate. */
  readonly folder: string;
  readonly audit: (runId: string, over?: AuditOver) => Promise<AuditResult>;
  readonly signingKey: () => Promise<string>;
  /** Puts an object into the audited bucket: SSE-S3, or SSE-KMS under a key of the account that rotates. */
  readonly put: (key: string, sealed: 'AES256' | 'aws:kms') => Promise<void>;
  /** Key → text of everything in the report bucket. */
  readonly reports: () => ReadonlyMap<string, string>;
  readonly close: () => Promise<void>;
};

export type AuditOver = Partial<AuditContext> & { readonly report?: ReportWriting; readonly at?: string };

export async function openEstate({ locked = false } = {}): Promise<Estate> {
  let now = Date.parse('2026-11-24T14:15:02Z');
  const state = createState({ region: 'eu-west-1', now: () => now });
  const sandbox = await startSandbox({ port: 0, state });
  const aws = createClients({
    region: 'eu-west-1',
    endpoint: sandbox.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    toolVersion: 'test',
  });
  const folder = mkdtempSync(join(tmpdir(), 'sealcheck-estate-'));
  const s3 = aws.s3('eu-west-1');
  await s3.send(new CreateBucketCommand({ Bucket: 'ehr-phi-records' }));
  await s3.send(
    new PutBucketTaggingCommand({
      Bucket: 'ehr-phi-records',
      Tagging: { TagSet: [{ Key: 'data-class', Value: 'phi' }] },
    }),
  );
  await s3.send(new CreateBucketCommand({ Bucket: REPORTS, ObjectLockEnabledForBucket: locked }));
  const packs = await loadRulePacks(['rules/pii.yml', 'rules/hipaa.yml'], '2026-11-24');
  const kms = aws.kms('eu-west-1');
  const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!;
  await kms.send(new EnableKeyRotationCommand({ KeyId }));
  const put: Estate['put'] = async (Key, ServerSideEncryption) => {
    const key = ServerSideEncryption === 'aws:kms' ? { SSEKMSKeyId: KeyId } : {};
    await s3.send(
      new PutObjectCommand({ Bucket: 'ehr-phi-records', Key, Body: 'x', ServerSideEncryption, ...key }),
    );
  };
  await put('a', 'AES256');
  return {
    aws,
    state,
    folder,
    put,
    audit: async (runId, { report, at, ...over } = {}) => {
      now = at === undefined ? now + 1000 : Date.parse(at);
      return runAudit(
        {
          aws,
          store: folderStore(join(folder, runId)),
          toolVersion: '0.1.0',
          packs: packs.packs,
          packTexts: packs.packTexts,
          configuration: {
            bucketGlobs: [],
            source: 'live',
            objectReads: true,
            reportBucket: REPORTS,
            ...(report && { report }),
          },
          concurrency: 4,
          retry: { ...retryOptions(() => 0), sleep: () => Promise.resolve() },
          clock: () => new Date(now),
          progress: silent,
          ...over,
        },
        runId,
      );
    },
    signingKey: async () => {
      const { KeyMetadata } = await kms.send(
        new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
      );
      return KeyMetadata!.Arn!;
    },
    reports: () =>
      new Map(
        [...state.buckets.get(REPORTS)!.objects].map(([key, versions]) => [
          key,
          Buffer.from(versions[0]!.body!).toString('latin1'),
        ]),
      ),
    close: async () => {
      aws.close();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

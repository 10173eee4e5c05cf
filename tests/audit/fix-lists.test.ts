import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fixMethod, fixTarget } from '../../lib/audit/fix-plan.ts';
import type { FixMethod } from '../../lib/audit/fix-plan.ts';
import type { FixSet } from '../../lib/model/remedy.ts';
import { judge } from '../../lib/audit/judge-stage.ts';
import type { ServerSideEncryption } from '../../lib/model/object-encryption.ts';
import { known } from '../../lib/model/observed.ts';
import { sealCustomer, sealKms, sealNone, sealSseS3 } from '../../lib/sandbox/objects.ts';
import { audit, packText } from '../support/audit-run.ts';
import type { Finished } from '../support/audit-run.ts';
import {
  bucketEvidence,
  defaultEncryption,
  keyRequirement,
  requirement,
  sealed,
} from '../support/evidence.ts';
import { addBucket } from '../support/sandbox.ts';
import { put, startEstate } from '../support/sandbox-estate.ts';
import type { Estate } from '../support/sandbox-estate.ts';

const OURS = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OTHER = 'arn:aws:kms:eu-west-1:111122223333:key/99999999-12ab-34cd-56ef-1234567890ab';
const KMS = { type: 'SSE-KMS', keyArn: OURS, bucketKey: true } as const;
const S3 = { type: 'SSE-S3', keyArn: null, bucketKey: false } as const;

describe('how a violating object is put right', () => {
  test.each<readonly [ServerSideEncryption, boolean, typeof KMS | typeof S3 | null, FixMethod]>([
    [{ type: 'SSE-S3' }, true, KMS, 'update'],
    [{ type: 'SSE-S3' }, false, KMS, 'update'],
    [{ type: 'SSE-KMS', keyArn: OTHER, bucketKey: false }, true, KMS, 'update'],
    [{ type: 'DSSE-KMS', keyArn: OURS }, true, KMS, 'copy'],
    [{ type: 'NONE' }, true, KMS, 'copy'],
    [{ type: 'NONE' }, false, KMS, 'by-hand'],
    [{ type: 'SSE-C' }, true, KMS, 'by-hand'],
    [{ type: 'OTHER', header: 'aws:fsx' }, true, KMS, 'by-hand'],
    [{ type: 'SSE-KMS', keyArn: OURS, bucketKey: false }, true, S3, 'copy'],
    [{ type: 'SSE-S3' }, true, null, 'by-hand'],
  ])('%j, current: %s, to %j: %s', (serverSide, isLatest, target, method) => {
    expect(fixMethod({ encryption: sealed(serverSide), isLatest }, target).method).toBe(method);
  });

  test('the key is the one that the requirement names, else the default of the bucket, else nobody chose it', () => {
    const inBucket = bucketEvidence({
      defaultEncryption: known(defaultEncryption({ algorithm: 'aws:kms', kmsKey: OTHER, bucketKey: true })),
    });
    const keyOf = (arns: readonly string[] | null) =>
      fixTarget(requirement({ key: arns && keyRequirement({ arns }) }), inBucket)?.keyArn;
    expect(keyOf([OURS])).toBe(OURS);
    expect(keyOf(null)).toBe(OTHER);
    expect(keyOf(['arn:aws:kms:*:111122223333:key/*'])).toBeNull();
    expect(fixTarget(requirement(), bucketEvidence())?.keyArn).toBeNull();
    expect(fixTarget(requirement({ allow: ['DSSE-KMS'] }), inBucket)).toBeNull();
  });
});

describe('the fix list of a run', () => {
  let estate: Estate;
  let run: Finished | null = null;
  beforeEach(async () => {
    estate = await startEstate();
  });
  afterEach(async () => {
    await run?.remove();
    await estate.close();
  });
  const text = async (path: string): Promise<string> =>
    new TextDecoder().decode((await run?.store.read(path)) ?? undefined);

  test('has a manifest and a job for each way of fixing, whose counts are those of the finding', async () => {
    const phi = addBucket(estate.state, 'phi-a', { versioning: 'Enabled' });
    put(phi, 'ok', sealKms(OURS), { versionId: 'v' });
    put(phi, 'a,b "c"\nd+e%', sealSseS3, { versionId: 'v1' });
    put(phi, 'x', sealKms(OTHER), { versionId: 'v3' });
    put(phi, 'old', sealNone, { versionId: 'v4' });
    put(phi, 'old', sealNone, { versionId: 'v5' });
    put(phi, 'theirs', sealCustomer('m'), { versionId: 'v6' });
    run = await audit(
      estate,
      packText(`{ allow: [SSE-KMS], key: { arns: ["${OURS}"] }, unfinished-uploads: exclude }`),
      { source: 'live' },
    );
    const { sets } = JSON.parse(await text('fixes/summary.json')) as { sets: FixSet[] };
    expect(sets.map(({ method, objects }) => [method, objects])).toEqual([
      ['by-hand', 2],
      ['copy', 1],
      ['update', 2],
    ]);
    const violating = run.assessment.findings.find(({ check }) => check === 'stored')?.counts?.nonCompliant;
    expect(sets.reduce((sum, { objects }) => sum + objects, 0)).toBe(violating);
    expect(await text(sets[2]?.manifest ?? '')).toBe('phi-a,a%2Cb%20%22c%22%0Ad%2Be%25,v1\nphi-a,x,v3\n');
    const job = JSON.parse(await text(sets[2]?.job ?? ''));
    expect(job).toMatchObject({
      ConfirmationRequired: true,
      Operation: { S3UpdateObjectEncryption: { ObjectEncryption: { SSEKMS: { KMSKeyArn: OURS } } } },
      Manifest: { Spec: { Fields: ['Bucket', 'Key', 'VersionId'] } },
    });
    expect(JSON.parse(await text(sets[1]?.job ?? '')).Operation.S3PutObjectCopy.SSEAwsKmsKeyId).toBe(OURS);
    // Judging again writes the same bytes.
    const before = await text('manifest.json');
    await judge(run.store);
    expect(await text('manifest.json')).toBe(before);
  });

  test('is not written when nothing fails', async () => {
    put(addBucket(estate.state, 'phi-b'), 'a', sealKms(OURS));
    run = await audit(estate, packText('{ allow: [SSE-KMS], unfinished-uploads: exclude }'));
    expect(await run.store.list('fixes/')).toEqual([]);
  });
});

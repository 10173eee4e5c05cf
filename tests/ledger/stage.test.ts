import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderStore } from '../../lib/audit/folder-store.ts';
import { judge } from '../../lib/audit/judge-stage.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import { newKey } from '../../lib/sandbox/services/kms/new-key.ts';
import { auditSandbox, findingOf, removeRuns } from '../support/run.ts';
import {
  ACCOUNT,
  addBucket,
  addObjects,
  KEY_ARN,
  NOW,
  REGION,
  startTestSandbox,
} from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { context, decryptRecord, directRecord, role, user } from './records.ts';
import { deliver, writeFiles } from './trail-files.ts';

const PACK = `
pack: test
title: Test
data-classes:
  phi: { any: [{ bucket-name: "phi-*" }] }
requirements:
  - id: opened
    title: Only App opens PHI
    data-class: phi
    severity: high
    encryption: { allow: [SSE-KMS, DSSE-KMS] }
    decrypt: { principals: ["arn:aws:iam::111122223333:role/App"], max-age: 30, deny-direct: true }
    controls: {}
`;
const sealed = { algorithm: 'aws:kms', kmsKeyId: KEY_ARN, bucketKey: false, customerKeyMd5: null };

describe('the ledger stage of an audit', () => {
  let sandbox: TestSandbox;
  beforeEach(async () => {
    sandbox = await startTestSandbox();
    sandbox.state.now = () => NOW;
    for (const name of ['phi-records', 'phi-archive', 'public-site'])
      addObjects(addBucket(sandbox.state, name), ['a'], sealed);
  });
  afterEach(async () => sandbox.close());
  afterAll(async () => removeRuns());

  const at = (day: string) => `2026-11-${day}T09:00:00Z`;
  const happen = (record: Record<string, unknown>) =>
    sandbox.state.events.push({
      accountId: ACCOUNT,
      region: REGION,
      time: Date.parse(String(record['eventTime'])),
      record,
    });
  const read = (bucket: string, day: string, who: unknown, id: string) =>
    decryptRecord({
      eventID: id,
      eventTime: at(day),
      userIdentity: who,
      requestParameters: context(`arn:aws:s3:::${bucket}/a`),
      resources: [{ type: 'AWS::KMS::Key', ARN: KEY_ARN }],
    });
  const opened = (run: Awaited<ReturnType<typeof auditSandbox>>, bucket: string) =>
    findingOf(run, bucket, 'opened', 'opened');

  test('says who opened what, with the events and the files behind it', async () => {
    happen(read('phi-records', '20', role('App'), 'fine'));
    happen(read('phi-archive', '21', user('dana'), 'dana-1'));
    happen(read('phi-archive', '01', user('old'), 'older than thirty days is November 25 less 30: October'));
    happen(read('public-site', '21', user('anyone'), 'not asked'));
    const run = await auditSandbox(sandbox, { pack: PACK });
    expect(opened(run, 'phi-records')).toMatchObject({
      status: 'COMPLIANT',
      evidence: expect.arrayContaining(['evidence/ledger/ledger.json', 'evidence/trails/eu-west-1.json']),
    });
    expect(opened(run, 'phi-archive')).toMatchObject({
      status: 'NON_COMPLIANT',
      reasons: expect.arrayContaining([
        expect.stringMatching(/user\/dana decrypted once on 2026-11-21 \(events dana-1\)/),
      ]),
    });
    expect(run.assessment.ledger).toMatchObject({
      events: 4,
      window: { from: '2026-10-26T12:00:00Z', to: '2026-11-25T12:00:00Z' },
    });
    expect(await readFile(join(run.folder, 'decrypts.csv'), 'utf8')).toContain('user/dana');
  });

  test('a direct call with the key is a finding of every bucket that it seals', async () => {
    happen(
      directRecord({
        eventTime: at('20'),
        userIdentity: role('App'),
        requestParameters: { keyId: KEY_ARN },
        resources: [{ ARN: KEY_ARN }],
      }),
    );
    const direct = {
      ...directRecord({ eventTime: at('20') }),
      userIdentity: user('eve'),
      eventID: 'eve',
      resources: [{ ARN: KEY_ARN }],
    };
    happen(direct);
    const run = await auditSandbox(sandbox, { pack: PACK });
    for (const bucket of ['phi-records', 'phi-archive']) {
      expect(opened(run, bucket).reasons.join(' ')).toMatch(
        /user\/eve decrypted once .* outside S3 \(a direct call\)/,
      );
    }
  });

  test('no events are read when nobody asks', async () => {
    const run = await auditSandbox(sandbox);
    expect(run.assessment.ledger).toBeNull();
    expect(sandbox.state.requests.get('cloudtrail:LookupEvents')).toBeUndefined();
  });

  test('a refused event history is no verdict', async () => {
    sandbox.state.faults.push(fault({ operation: 'LookupEvents' }, { type: 'deny' }));
    const run = await auditSandbox(sandbox, { pack: PACK });
    expect(opened(run, 'phi-records')).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reasons: expect.arrayContaining([
        expect.stringMatching(/may be missing: eu-west-1: event history was read back/),
      ]),
    });
  });

  test('a key of another account leaves the question open', async () => {
    const foreign = newKey({
      partition: 'aws',
      keyId: 'f0000000-0000-4000-8000-00000000000f',
      accountId: '444455556666',
      region: REGION,
      createdAt: NOW,
    });
    sandbox.state.keys.set(foreign.arn, foreign);
    addObjects(addBucket(sandbox.state, 'phi-shared'), ['a'], { ...sealed, kmsKeyId: foreign.arn });
    const run = await auditSandbox(sandbox, { pack: PACK });
    expect(opened(run, 'phi-shared').reasons.join(' ')).toMatch(
      /account 444455556666 in eu-west-1 were not read/,
    );
  });

  test('a replay of the evidence gives the same bytes', async () => {
    happen(read('phi-archive', '21', user('dana'), 'dana-1'));
    const { folder, assessment } = await auditSandbox(sandbox, { pack: PACK });
    const before = await readFile(join(folder, 'manifest.json'), 'utf8');
    expect((await judge(folderStore(folder))).findings).toEqual(assessment.findings);
    expect(await readFile(join(folder, 'manifest.json'), 'utf8')).toBe(before);
  });

  test('from log files, the trail must have been able to know', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sealcheck-stage-'));
    try {
      const { files } = deliver({
        hours: 2,
        logs: { 'eu-west-1/1': [read('phi-archive', '01', role('App'), 'x')] },
        digests: false,
      });
      await writeFiles(files, folder);
      const run = await auditSandbox(sandbox, { pack: PACK, configuration: { trail: folder } });
      const reasons = opened(run, 'phi-archive').reasons.join(' ');
      expect(opened(run, 'phi-archive').status).toBe('INSUFFICIENT_DATA');
      expect(reasons).toMatch(/No trail records the events of eu-west-1/);
      expect(reasons).toMatch(/no log file/);
      await expect(
        auditSandbox(sandbox, { pack: PACK, configuration: { trail: '/nowhere' } }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('who is new since an earlier run', async () => {
    happen(read('phi-archive', '20', role('App'), 'known'));
    const first = await auditSandbox(sandbox, { pack: PACK });
    happen(read('phi-archive', '21', user('dana'), 'dana-1'));
    const second = await auditSandbox(sandbox, { pack: PACK, configuration: { baseline: first.folder } });
    expect(second.assessment.earlierLedger).toMatchObject({ events: 1 });
    expect(await readFile(join(second.folder, 'report.html'), 'utf8')).toMatch(
      /user\/dana<\/bdi><\/code><span class="newcomer">/,
    );
    const bare = await auditSandbox(sandbox);
    await expect(
      auditSandbox(sandbox, { pack: PACK, configuration: { baseline: bare.folder } }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CreateKeyCommand, DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms';
import { readCaller } from '../../lib/collectors/caller.ts';
import { readTrails } from '../../lib/collectors/trails.ts';
import { lookupLedger } from '../../lib/ledger/lookup.ts';
import type { DecryptLedger } from '../../lib/model/ledger.ts';
import { SERVERS } from './servers.ts';
import type { Server } from './servers.ts';

const REGION = 'us-east-1';

/** Only S3's own calls are ours to fake; a direct call is one that other servers record too. */
describe.each(SERVERS.filter(([name]) => name !== 'moto'))('event history of %s', (_name, start) => {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => server.close());

  async function ledger(): Promise<DecryptLedger> {
    const { accountId } = await readCaller(server.aws);
    const now = Date.now();
    const at = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
    const window = { from: at(now - 3_600_000), to: at(now + 60_000) };
    const pace = {
      intervalMs: 0,
      maxAttempts: 3,
      now: () => performance.now(),
      sleep: () => Promise.resolve(),
    };
    return lookupLedger({ aws: server.aws, accountId, regions: [REGION], window, now: window.to, pace });
  }

  test('a direct Decrypt is found, with its key, and is no read of S3', async () => {
    const kms = server.aws.kms(REGION);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.Arn;
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    await kms.send(new DecryptCommand({ CiphertextBlob, KeyId }));
    const { entries, events, fromS3, gaps } = await ledger();
    expect(events).toBeGreaterThan(0);
    expect(fromS3).toBe(0);
    expect(gaps.filter(({ loses }) => loses === 'events')).toEqual([]);
    const named = server.diverges.has('decrypt-names-no-key') ? null : KeyId;
    const own = entries.filter(({ keyArn, via }) => keyArn === named && via === 'direct');
    expect(own).toMatchObject([{ denied: 0, failed: 0, bucket: null, object: null }]);
    expect(own[0]?.count).toBeGreaterThan(0);
  });

  test('trails can be listed', async () => {
    expect(await readTrails(server.aws, REGION)).toMatchObject({ state: 'known' });
  });
});

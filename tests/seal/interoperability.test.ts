import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleFromJSON } from '@sigstore/bundle';
import type { SerializedBundle } from '@sigstore/bundle';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import { sha256 } from '../../lib/seal/digest.ts';
import { fingerprintOf } from '../../lib/seal/keys.ts';
import { SEAL_FILES } from '../../lib/seal/manifest.ts';
import type { Signer } from '../../lib/seal/signer.ts';
import { edSigner, otherSigner, sealedPack, signer } from './packs.ts';

type Envelope = { payload: string; payloadType: string; signatures: [{ sig: string }] };

const signers: readonly [string, Signer][] = [
  ['P-256', signer],
  ['Ed25519', edSigner],
];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sealcheck-openssl-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const bundleOf = async (by: Signer): Promise<SerializedBundle & { dsseEnvelope: Envelope }> =>
  JSON.parse((await sealedPack(by)).get(SEAL_FILES.signature)!.toString()) as SerializedBundle & {
    dsseEnvelope: Envelope;
  };

describe.each(signers)('a bundle signed with %s', (name, by) => {
  /** As an auditor without any tool of ours would: the DSSE text is put together by hand. */
  async function openssl(key: Signer, change: (pae: Buffer) => Buffer = (pae) => pae): Promise<string> {
    const { payload, payloadType, signatures } = (await bundleOf(by)).dsseEnvelope;
    const body = Buffer.from(payload, 'base64');
    const pae = Buffer.concat([
      Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `),
      body,
    ]);
    const at = (file: string) => join(folder, `${name}-${file}`);
    writeFileSync(at('pae.bin'), change(pae));
    writeFileSync(at('sig.bin'), Buffer.from(signatures[0].sig, 'base64'));
    writeFileSync(at('pub.pem'), key.publicKey.export({ type: 'spki', format: 'pem' }));
    const verify =
      name === 'P-256'
        ? ['dgst', '-sha256', '-verify', at('pub.pem'), '-signature', at('sig.bin'), at('pae.bin')]
        : [
            'pkeyutl',
            '-verify',
            '-rawin',
            '-pubin',
            '-inkey',
            at('pub.pem'),
            '-in',
            at('pae.bin'),
            '-sigfile',
            at('sig.bin'),
          ];
    return execFileSync('openssl', verify, { encoding: 'utf8', stdio: 'pipe' });
  }

  test('is accepted by openssl', async () => expect(await openssl(by)).toMatch(/Verified/));

  test('is refused by openssl under another key, and with a byte changed', async () => {
    await expect(openssl(name === 'P-256' ? otherSigner : signer)).rejects.toThrow();
    await expect(
      openssl(by, (pae) => {
        pae[100]! ^= 1;
        return pae;
      }),
    ).rejects.toThrow();
  });

  const sigstore = async (key: Signer, json?: SerializedBundle) => {
    const asked: (string | undefined)[] = [];
    const verifier = new Verifier(
      {
        certificateAuthorities: [],
        timestampAuthorities: [],
        tlogs: [],
        ctlogs: [],
        publicKey: (hint) => {
          asked.push(hint);
          return { publicKey: key.publicKey, validFor: () => true };
        },
      },
      { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 },
    );
    verifier.verify(toSignedEntity(bundleFromJSON(json ?? (await bundleOf(by)))));
    return asked;
  };

  test('is accepted by @sigstore/verify, which looks the key up by our hint', async () => {
    expect(await sigstore(by)).toEqual([fingerprintOf(by.publicKey)]);
  });

  test('is refused by @sigstore/verify under another key, and with its statement changed', async () => {
    await expect(sigstore(name === 'P-256' ? otherSigner : signer)).rejects.toThrow();
    const json = await bundleOf(by);
    const payload = Buffer.from(json.dsseEnvelope.payload, 'base64');
    payload[50]! ^= 1;
    json.dsseEnvelope.payload = payload.toString('base64');
    await expect(sigstore(by, json)).rejects.toThrow();
  });

  test('states the hash of the manifest and of every file, as in-toto asks for', async () => {
    const pack = await sealedPack(by);
    const statement = JSON.parse(Buffer.from((await bundleOf(by)).dsseEnvelope.payload, 'base64').toString());
    expect(statement._type).toBe('https://in-toto.io/Statement/v1');
    const stated = Object.fromEntries(
      (statement.subject as { name: string; digest: { sha256: string } }[]).map((s) => [
        s.name,
        s.digest.sha256,
      ]),
    );
    pack.delete(SEAL_FILES.signature);
    expect(stated).toEqual(Object.fromEntries([...pack].map(([path, bytes]) => [path, sha256(bytes)])));
  });
});

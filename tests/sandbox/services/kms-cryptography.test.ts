import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetPublicKeyCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { expectRefusal, newKey, useSandbox } from '../sdk.ts';

const rig = useSandbox();
let KeyId: string;
beforeAll(async () => {
  KeyId = await newKey(rig);
});
const encrypt = (text: string, EncryptionContext?: Record<string, string>) =>
  rig.kms.send(
    new EncryptCommand({
      KeyId,
      Plaintext: Buffer.from(text),
      ...(EncryptionContext ? { EncryptionContext } : {}),
    }),
  );

describe('Encrypt, Decrypt, GenerateDataKey', () => {
  test('give back any bytes under the same context, in whichever order it is written', async () => {
    const context = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 5 }), {
      maxKeys: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), context, async (Plaintext, pairs) => {
        // A JSON object has no such member of its own: zod leaves it out, as every JSON parser might.
        const EncryptionContext = Object.fromEntries(
          Object.entries(pairs).filter(([name]) => name !== '__proto__'),
        );
        const sealed = await rig.kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
        const reversed = Object.fromEntries(Object.entries(EncryptionContext).reverse());
        const opened = await rig.kms.send(
          new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: reversed }),
        );
        expect([...opened.Plaintext!]).toEqual([...Plaintext]);
        expect(opened.KeyId).toBe(KeyId);
      }),
      { numRuns: 25 },
    );
  });

  test.each<[string, Record<string, string> | undefined]>([
    ['none', undefined],
    ['another value', { purpose: 'other' }],
    ['another name', { Purpose: 'report' }],
    ['one pair more', { purpose: 'report', run: '1' }],
  ])('a context with %s opens nothing', async (_, EncryptionContext) => {
    const { CiphertextBlob } = await encrypt('x', { purpose: 'report' });
    const command = new DecryptCommand({
      CiphertextBlob,
      ...(EncryptionContext ? { EncryptionContext } : {}),
    });
    await expectRefusal(rig.kms.send(command), 400, 'InvalidCiphertextException');
  });

  test('a ciphertext that was changed anywhere opens nothing', async () => {
    const { CiphertextBlob } = await encrypt('secret');
    const blob = Buffer.from(CiphertextBlob!);
    for (const at of [0, 4, 20, blob.length - 20, blob.length - 1]) {
      const changed = Buffer.from(blob);
      changed[at]! ^= 1;
      await expectRefusal(
        rig.kms.send(new DecryptCommand({ CiphertextBlob: changed })),
        400,
        'InvalidCiphertextException',
      );
    }
    expect(blob.includes('secret')).toBe(false);
  });

  test('a key id that is given must be that of the ciphertext', async () => {
    const { CiphertextBlob } = await encrypt('x');
    const other = await newKey(rig);
    const command = new DecryptCommand({ CiphertextBlob, KeyId: other });
    await expectRefusal(rig.kms.send(command), 400, 'IncorrectKeyException');
    await rig.kms.send(new DecryptCommand({ CiphertextBlob, KeyId: KeyId.split('/')[1]! }));
  });

  test.each([
    [{ KeySpec: 'AES_256' as const }, 32],
    [{ KeySpec: 'AES_128' as const }, 16],
    [{ NumberOfBytes: 77 }, 77],
  ])('a data key of %j, in the clear and sealed', async (size, length) => {
    const { Plaintext, CiphertextBlob } = await rig.kms.send(new GenerateDataKeyCommand({ KeyId, ...size }));
    expect(Plaintext).toHaveLength(length);
    const opened = await rig.kms.send(new DecryptCommand({ CiphertextBlob }));
    expect(Buffer.from(opened.Plaintext!).equals(Buffer.from(Plaintext!))).toBe(true);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['4,097 bytes', () => encrypt('x'.repeat(4097))],
    ['no bytes', () => encrypt('')],
    ['a data key of no size', () => rig.kms.send(new GenerateDataKeyCommand({ KeyId }))],
    [
      'a data key of two sizes',
      () => rig.kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', NumberOfBytes: 1 })),
    ],
  ])('%s is refused', async (_, call) => {
    await expectRefusal(call(), 400, 'ValidationException');
  });
});

describe.each([
  ['ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256'],
  ['ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384'],
] as const)('Sign with %s', (KeySpec, SigningAlgorithm, hash) => {
  let signer: string;
  beforeAll(async () => {
    const { KeyMetadata } = await rig.kms.send(new CreateKeyCommand({ KeySpec, KeyUsage: 'SIGN_VERIFY' }));
    signer = KeyMetadata!.Arn!;
  });
  const publicKey = async () => {
    const { PublicKey, SigningAlgorithms } = await rig.kms.send(new GetPublicKeyCommand({ KeyId: signer }));
    expect(SigningAlgorithms).toEqual([SigningAlgorithm]);
    return createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
  };
  const sign = async (Message: Uint8Array, MessageType: 'RAW' | 'DIGEST') => {
    const command = new SignCommand({ KeyId: signer, Message, MessageType, SigningAlgorithm });
    return Buffer.from((await rig.kms.send(command)).Signature!);
  };

  test('node:crypto verifies messages and digests under its public key, and nothing else', async () => {
    const key = await publicKey();
    for (let i = 0; i < 10; i += 1) {
      const message = randomBytes(i * 40 + 1);
      const digest = createHash(hash).update(message).digest();
      for (const signature of [await sign(message, 'RAW'), await sign(digest, 'DIGEST')]) {
        expect(verify(hash, message, key, signature)).toBe(true);
        expect(verify(hash, Buffer.concat([message, Buffer.of(0)]), key, signature)).toBe(false);
      }
    }
  });

  test('no nonce is used twice, which would give the private key away', async () => {
    const message = Buffer.from('same');
    const r = async () => (await sign(message, 'RAW')).subarray(4, 24).toString('hex');
    expect(new Set([await r(), await r(), await r()]).size).toBe(3);
  });

  test('a digest of another length, another algorithm, and a key that encrypts are refused', async () => {
    await expectRefusal(sign(Buffer.alloc(20), 'DIGEST'), 400, 'ValidationException');
    const rsa = { KeyId: signer, Message: Buffer.from('x'), SigningAlgorithm: 'RSASSA_PSS_SHA_256' as const };
    await expectRefusal(rig.kms.send(new SignCommand(rsa)), 400, 'InvalidKeyUsageException');
    const symmetric = { KeyId, Message: Buffer.from('x'), SigningAlgorithm };
    await expectRefusal(rig.kms.send(new SignCommand(symmetric)), 400, 'InvalidKeyUsageException');
    await expectRefusal(
      rig.kms.send(new GetPublicKeyCommand({ KeyId })),
      400,
      'UnsupportedOperationException',
    );
    const encryption = new EncryptCommand({ KeyId: signer, Plaintext: Buffer.from('x') });
    await expectRefusal(rig.kms.send(encryption), 400, 'InvalidKeyUsageException');
  });
});

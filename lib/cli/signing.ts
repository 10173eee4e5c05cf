import { generateKeyPairSync } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openSigner } from '../audit/signing-key.ts';
import type { AwsClients } from '../collectors/clients.ts';
import { fingerprintOf } from '../seal/keys.ts';
import type { Signer } from '../seal/signer.ts';
import type { CliIo } from './io.ts';

/**
 * Who signs runs from the command line: the key that was named (`--signing-key`, SEALCHECK_SIGNING_KEY), else one of
 * the user's own, made on first use. Null, with a warning, where there is no folder to keep one in.
 */
export async function signerFor(
  io: CliIo,
  aws: AwsClients,
  named: string | undefined,
): Promise<Signer | null> {
  const reference = named ?? io.env['SEALCHECK_SIGNING_KEY'];
  if (reference !== undefined) return openSigner(aws, reference);
  const file = await ownKeyFile(io.env);
  const isNew = file === null ? null : await createOwnKey(file);
  if (file === null || isNew === null) {
    io.err.write('sealcheck: the report will not be signed: name a key with --signing-key.\n');
    return null;
  }
  const signer = await openSigner(aws, file);
  if (isNew) {
    io.err.write(
      `signing  made a key of your own: ${file} (keep it private), ${publicHalf(file)} (give it to your auditor),\n` +
        `         fingerprint ${fingerprintOf(signer.publicKey)}; a KMS key is better: --signing-key arn:aws:kms:…\n`,
    );
  }
  return signer;
}

/** Below the user's configuration folder, or null where the user has neither that nor a home. */
async function ownKeyFile(env: CliIo['env']): Promise<string | null> {
  const { XDG_CONFIG_HOME: config, HOME: home } = env;
  const base = config ?? home;
  const exists =
    base !== undefined &&
    (await access(base).then(
      () => true,
      () => false,
    ));
  return exists ? join(config ?? join(base, '.config'), 'sealcheck', 'signing-key.pem') : null;
}

const publicHalf = (file: string): string => file.replace(/\.pem$/, '.pub.pem');

/** True when it was made, false when it was there, null where nothing can be kept: a read-only home, say. */
async function createOwnKey(file: string): Promise<boolean | null> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // Exclusive: of two runs that start together, one makes the key and both use it.
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    await writeFile(publicHalf(file), publicKey.export({ type: 'spki', format: 'pem' }));
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? false : null;
  }
}

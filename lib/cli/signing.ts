import { generateKeyPairSync } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openSigner } from '../audit/signing-key.ts';
import type { AwsClients } from '../collectors/clients.ts';
import { AuditError } from '../model/errors.ts';
import { fingerprintOf } from '../seal/keys.ts';
import type { Signer } from '../seal/signer.ts';
import type { CliIo } from './io.ts';

/**
 * Who signs runs from the command line: the key that was named (`--signing-key`, SEALCHECK_SIGNING_KEY), else one of
 * the user's own, made on first use. Null, with a warning, where there is no home folder to keep one in.
 */
export async function signerFor(
  io: CliIo,
  aws: AwsClients,
  named: string | undefined,
): Promise<Signer | null> {
  const reference = named ?? io.env['SEALCHECK_SIGNING_KEY'];
  if (reference !== undefined) return openSigner(aws, reference);
  const file = ownKeyFile(io.env);
  if (file === null) {
    io.err.write('sealcheck: the report is not signed: name a key with --signing-key.\n');
    return null;
  }
  const isNew = await createOwnKey(file);
  const signer = await openSigner(aws, file);
  if (isNew) {
    io.err.write(
      `signing  made a key of your own: ${file} (keep it private), ${publicHalf(file)} (give it to your auditor),\n` +
        `         fingerprint ${fingerprintOf(signer.publicKey)}; a KMS key is better: --signing-key arn:aws:kms:…\n`,
    );
  }
  return signer;
}

function ownKeyFile(env: CliIo['env']): string | null {
  const folder = env['XDG_CONFIG_HOME'] ?? (env['HOME'] ? join(env['HOME'], '.config') : null);
  return folder === null ? null : join(folder, 'sealcheck', 'signing-key.pem');
}

const publicHalf = (file: string): string => file.replace(/\.pem$/, '.pub.pem');

async function createOwnKey(file: string): Promise<boolean> {
  try {
    await access(file);
    return false;
  } catch {
    // Made below; whatever else is wrong with the file is told when it is read.
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    await writeFile(publicHalf(file), publicKey.export({ type: 'spki', format: 'pem' }));
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Another run made one at the same moment.
    if (code === 'EEXIST') return false;
    throw new AuditError(
      'OUTPUT_UNWRITABLE',
      `No signing key can be kept at ${file} (${code ?? message}); name one with --signing-key.`,
      { cause: error },
    );
  }
}

import type { KeyObject } from 'node:crypto';
import { bundleText, parseBundle, preAuthEncoding } from './bundle.ts';
import type { SignedStatement } from './bundle.ts';
import { sha256 } from './digest.ts';
import { compareFiles } from './files.ts';
import type { ExpectedFile } from './files.ts';
import { fingerprintOf } from './keys.ts';
import { parseManifest, SEAL_FILES } from './manifest.ts';
import type { Manifest, ParsedManifest } from './manifest.ts';
import type { PackItem, PackProblem, PackProblemCode, PackReader } from './pack.ts';
import { isSignedBy } from './signer.ts';
import { statementText, subjectsOf } from './statement.ts';

/**
 * What came of verifying one pack. `whole`: every byte is what the holder of the key signed. `broken`: something is
 * not. `undecided`: nothing is wrong that this version can tell, but a newer one wrote the pack.
 */
export type PackVerdict = {
  readonly location: string;
  readonly verdict: 'whole' | 'broken' | 'undecided';
  readonly problems: readonly PackProblem[];
  /** The manifest, as far as it could be read; trust it only in a pack that is whole. */
  readonly manifest: Manifest | null;
  readonly manifestSha256: string | null;
  /** How many files were hashed. */
  readonly files: number;
};

/** Far above any manifest of ours (about 150 bytes a file), far below what would exhaust memory. */
const LARGEST_SEAL_FILE = 256 * 1024 * 1024;

/**
 * Checks one pack against a public key. What the signature covers is trusted first: under a good signature a changed
 * manifest is told apart from changed files. Reads everything, changes nothing, and never throws for what is in the pack.
 */
export async function verifyPack(pack: PackReader, key: KeyObject): Promise<PackVerdict> {
  const items = await pack.list();
  const [manifestBytes, bundleBytes] = [
    await readSeal(pack, items, SEAL_FILES.manifest),
    await readSeal(pack, items, SEAL_FILES.signature),
  ];
  const parsed = manifestBytes === null ? null : parseManifest(manifestBytes.toString('utf8'));
  const seal = checkSeal(manifestBytes, parsed, bundleBytes, key);
  const expected = expectedFiles(parsed, seal.signed);
  const problems = [
    ...seal.problems,
    ...(expected === null ? [] : await compareFiles(pack, items, expected)),
  ];
  return {
    location: pack.location,
    verdict: verdictOf(problems),
    problems,
    manifest: parsed?.kind === 'manifest' ? parsed.manifest : null,
    manifestSha256: manifestBytes && sha256(manifestBytes),
    files: expected === null ? 0 : items.length,
  };
}

function verdictOf(problems: readonly PackProblem[]): PackVerdict['verdict'] {
  if (problems.length === 0) return 'whole';
  return problems.every(({ code }) => code === 'NEWER_VERSION') ? 'undecided' : 'broken';
}

type SealCheck = {
  readonly problems: readonly PackProblem[];
  /** SHA-256 by path under a good signature; null without one. */
  readonly signed: ReadonlyMap<string, string> | null;
};

function checkSeal(
  manifestBytes: Buffer | null,
  parsed: ParsedManifest | null,
  bundleBytes: Buffer | null,
  key: KeyObject,
): SealCheck {
  const problems: PackProblem[] = [];
  const note = (code: PackProblemCode, subject: string, message: string): void => {
    problems.push({ code, subject, message });
  };
  const { manifest: M, signature: S } = SEAL_FILES;
  if (manifestBytes === null) {
    note('MANIFEST_MISSING', M, `There is no ${M}: the run was never finished, or the file was taken away.`);
  }
  const bundle = bundleBytes && parseBundle(bundleBytes.toString('utf8'));
  const trusted = bundle !== null && isSignedBy(key, preAuthEncoding(bundle.payload), bundle.signature);
  const signed = trusted ? subjectsOf(Buffer.from(bundle.payload).toString('utf8')) : null;
  const isVouchedFor = manifestBytes !== null && signed?.get(M) === sha256(manifestBytes);

  if (signed && manifestBytes && !isVouchedFor)
    note('MANIFEST_CHANGED', M, `${M} is not the one that was signed.`);
  else if (parsed?.kind === 'malformed') note('MANIFEST_MALFORMED', M, `${M} cannot be read: ${parsed.why}.`);
  if (parsed?.kind === 'newer' && (signed === null || isVouchedFor)) {
    note(
      'NEWER_VERSION',
      M,
      `${M} has version ${parsed.schemaVersion}, which a newer sealcheck wrote; verify it with that.`,
    );
  }

  if (bundleBytes === null) note('SIGNATURE_MISSING', S, `There is no ${S}: nobody vouches for this pack.`);
  else if (bundle === null)
    note('SIGNATURE_MALFORMED', S, `${S} is not a Sigstore bundle with one signature.`);
  else if (!trusted) problems.push(whyUntrusted(bundle, key));
  else if (!isExactly(bundleBytes, bundle, parsed, key, isVouchedFor)) {
    note('SIGNATURE_CHANGED', S, `${S} was changed in a part that its signature does not cover.`);
  }
  return { problems, signed };
}

/** A signature that does not hold: made by another key, as its hint says, or no longer that of what lies there. */
function whyUntrusted({ hint }: SignedStatement, key: KeyObject): PackProblem {
  const given = fingerprintOf(key);
  return hint === given
    ? {
        code: 'SIGNATURE_INVALID',
        subject: SEAL_FILES.signature,
        message: `${SEAL_FILES.signature} does not hold: its statement or its signature was changed.`,
      }
    : {
        code: 'WRONG_KEY',
        subject: SEAL_FILES.signature,
        message: `The pack is signed by the key ${printable(hint)}, not by the key given, ${given}.`,
      };
}

/** The hint comes from a file that nobody vouches for. */
const printable = (text: string): string => text.replace(/[^\x20-\x7E]/g, '?').slice(0, 80);

/** Of a signed manifest everything else follows, down to the byte; only the signature itself may be any good one. */
function isExactly(
  bytes: Buffer,
  bundle: SignedStatement,
  parsed: ParsedManifest | null,
  key: KeyObject,
  isVouchedFor: boolean,
): boolean {
  const rendered = bundleText({ ...bundle, hint: fingerprintOf(key) });
  if (bytes.toString('latin1') !== rendered) return false;
  if (parsed?.kind !== 'manifest' || !isVouchedFor) return true;
  return Buffer.from(bundle.payload).equals(Buffer.from(statementText(parsed.manifest)));
}

/** What the files are compared with: what was signed, else what the manifest says, else nothing. */
function expectedFiles(
  parsed: ParsedManifest | null,
  signed: ReadonlyMap<string, string> | null,
): ReadonlyMap<string, ExpectedFile> | null {
  const listed = parsed?.kind === 'manifest' ? parsed.manifest.files : [];
  if (signed === null) {
    return parsed?.kind === 'manifest' ? new Map(listed.map((file) => [file.path, file])) : null;
  }
  const sizes = new Map(listed.map(({ path, sha256: hash, bytes }) => [`${path}\n${hash}`, bytes]));
  return new Map(
    [...signed]
      .filter(([path]) => path !== SEAL_FILES.manifest)
      .map(([path, hash]) => [path, { sha256: hash, bytes: sizes.get(`${path}\n${hash}`) ?? null }]),
  );
}

async function readSeal(pack: PackReader, items: readonly PackItem[], path: string): Promise<Buffer | null> {
  const item = items.find((one) => one.path === path);
  if (!item?.file || item.bytes > LARGEST_SEAL_FILE) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of pack.open(path)) pieces.push(piece);
  return Buffer.concat(pieces);
}

import { createHash } from 'node:crypto';

/**
 * Where a run's files live: a folder, or a prefix of the report bucket. Paths are relative, with forward slashes.
 * A file appears whole or not at all, and the same path written twice holds the later bytes.
 */
export type RunStore = {
  /** Where this is, for people: a folder path or an s3:// address. */
  readonly location: string;
  /** The file's bytes, or null when there is none. */
  readonly read: (path: string) => Promise<Uint8Array | null>;
  readonly write: (path: string, bytes: Uint8Array | string, mediaType?: string) => Promise<void>;
  /**
   * Writes a file that is not there yet; false, and nothing written, when it is. Where two do this at once, one wins.
   */
  readonly create: (path: string, file: NewFile) => Promise<boolean>;
  /** A file too large for memory, written piece by piece; it appears when `close` resolves. */
  readonly openWrite: (path: string) => Promise<RunFileWriter>;
  /** The bytes piece by piece; throws AuditError RUN_INVALID when there is no such file. */
  readonly openRead: (path: string) => AsyncIterable<Uint8Array>;
  readonly has: (path: string) => Promise<boolean>;
  /** Every path under a folder (`evidence/`; `''` for all), sorted. */
  readonly list: (folder: string) => Promise<readonly string[]>;
};

/** A file to be written whole: `open` may be called again when writing has to be repeated. */
export type NewFile = {
  readonly bytes: number;
  readonly open: () => AsyncIterable<Uint8Array>;
  readonly mediaType?: string;
};

export type RunFileWriter = {
  readonly write: (bytes: Uint8Array | string) => Promise<void>;
  readonly close: () => Promise<void>;
  /** Leaves nothing behind. */
  readonly abandon: () => Promise<void>;
};

/** The files of a run that stages hand to each other. `judge` needs only what is under `evidence/`. */
export const RUN_FILES = {
  plan: 'evidence/plan.json',
  run: 'evidence/run.json',
  previous: 'evidence/previous.json',
  organization: 'evidence/organization.json',
  rules: (pack: string) => `evidence/rules/${safeName(pack)}.yml`,
  rulesFolder: 'evidence/rules/',
  bucket: (bucket: string) => `evidence/buckets/${safeName(bucket)}.json`,
  bucketFolder: 'evidence/buckets/',
  source: (bucket: string) => `evidence/sources/${safeName(bucket)}.json`,
  censusFolder: 'evidence/census/',
  census: (bucket: string) => `evidence/census/${safeName(bucket)}.json`,
  /** One key range, or one inventory file, of a bucket's census, and the objects recorded in it. */
  part: (bucket: string, part: string) => `evidence/parts/${safeName(bucket)}/${part}.json`,
  partFolder: (bucket: string) => `evidence/parts/${safeName(bucket)}/`,
  records: (bucket: string, part: string) => `evidence/objects/${safeName(bucket)}/${part}.jsonl.gz`,
  /** What calls that broke off had spent on counting a bucket, beyond the parts they finished. */
  spent: (bucket: string) => `evidence/spent/${safeName(bucket)}.json`,
  /** Requests of all kinds, by service. */
  requests: (stage: string) => `evidence/requests/${safeName(stage)}.json`,
  requestsFolder: 'evidence/requests/',
  /** What HEAD said of every version of a part, for a later run. */
  seals: (bucket: string, part: string) => `evidence/seals/${safeName(bucket)}/${part}.jsonl.gz`,
  sinceRun: 'evidence/since-run.json',
  changes: (region: string) => `evidence/changes/${safeName(region)}.json`,
  /** `account` is set where a run is about several. */
  key: (region: string, reference: string, account?: string) =>
    `evidence/keys/${account === undefined ? '' : `${safeName(account)}/`}${safeName(region)}/${safeName(reference)}.json`,
  keyFolder: 'evidence/keys/',
  trails: (region: string, account?: string) =>
    `evidence/trails/${account === undefined ? '' : `${safeName(account)}/`}${safeName(region)}.json`,
  trailFolder: 'evidence/trails/',
  ledger: 'evidence/ledger/ledger.json',
  earlierLedger: 'evidence/ledger/earlier.json',
  /** One Region's part of a ledger of event history that several read. */
  ledgerRegion: (region: string) => `evidence/ledger/regions/${safeName(region)}.json`,
  ledgerPieces: (region: string) => `evidence/ledger/pieces/${safeName(region)}/`,
  objects: (bucket: string) => `objects/${safeName(bucket)}.csv.gz`,
  findings: 'findings.json',
  fixManifest: (bucket: string, pack: string, requirement: string, method: string) =>
    `fixes/${safeName(bucket)}/${safeName(pack)}.${safeName(requirement)}.${method}.csv`,
  fixJob: (bucket: string, pack: string, requirement: string, method: string) =>
    `fixes/${safeName(bucket)}/${safeName(pack)}.${safeName(requirement)}.${method}.job.json`,
  fixSummary: 'fixes/summary.json',
} as const;

/** Bytes or text at hand as a file to be created. */
export function newFile(content: Uint8Array | string, mediaType?: string): NewFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    bytes: bytes.byteLength,
    open: async function* () {
      yield await Promise.resolve(bytes);
    },
    ...(mediaType === undefined ? {} : { mediaType }),
  };
}

/** The longest file name made from a name as it is; file systems take 255 bytes. */
const LONGEST = 180;

/**
 * A name that can only be one path segment, different for different names: names come from an endpoint that we do
 * not control. What is not plain is written as its UTF-8 bytes, `~2F` for a slash.
 */
function safeName(name: string): string {
  const escaped = name.replace(/[^A-Za-z0-9._-]/gu, escapeCharacter).replace(/^\./, '~2E');
  if (escaped.length <= LONGEST) return escaped === '' ? '~' : escaped;
  const digest = createHash('sha256').update(escaped).digest('hex').slice(0, 32);
  return `${escaped.slice(0, LONGEST - 40)}~h${digest}`;
}

function escapeCharacter(character: string): string {
  // Half of a surrogate pair has no UTF-8 bytes.
  if (!character.isWellFormed()) return `~u${character.charCodeAt(0).toString(16)}`;
  return [...Buffer.from(character)]
    .map((byte) => `~${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

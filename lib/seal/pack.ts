/** A pack as it lies there, for reading only. Everything in it is listed, also what no run would have written. */
export type PackReader = {
  /** Where this is, for people. */
  readonly location: string;
  readonly list: () => Promise<readonly PackItem[]>;
  /** The bytes of a listed file, piece by piece. */
  readonly open: (path: string) => AsyncIterable<Uint8Array>;
};

/** `file` is false for links, pipes and whatever else is no plain file: it is never opened. */
export type PackItem = { readonly path: string; readonly bytes: number; readonly file: boolean };

/** One thing that is wrong with a pack or a chain, and with which file or run. */
export type PackProblem = {
  readonly code: PackProblemCode;
  /** The file, or the run of a chain, that it is about. */
  readonly subject: string;
  /** One plain sentence. */
  readonly message: string;
};

export type PackProblemCode =
  | 'MANIFEST_MISSING'
  | 'MANIFEST_MALFORMED'
  | 'MANIFEST_CHANGED'
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_MALFORMED'
  | 'SIGNATURE_INVALID'
  | 'SIGNATURE_CHANGED'
  | 'WRONG_KEY'
  | 'NEWER_VERSION'
  | 'FILE_CHANGED'
  | 'FILE_TRUNCATED'
  | 'FILE_MISSING'
  | 'FILE_ADDED'
  | 'FILE_RENAMED'
  | 'FILES_SWAPPED'
  | 'CHAIN_CUT'
  | 'CHAIN_REORDERED'
  | 'CHAIN_FORKED'
  | 'CHAIN_BROKEN'
  | 'CHAIN_HEAD';

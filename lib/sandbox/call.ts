import type { AwsFault, CallContext } from './operation.ts';
import type { Authenticated } from './authenticate.ts';
import type { Readable } from 'node:stream';

/** An answer on its way out. Header names are lower case. */
export type Reply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Readable | null;
};

/** A request resolved to an operation of its protocol, not carried out yet. */
export type Call = {
  readonly service: string;
  /** Operation name; `Unknown` when the sandbox has none that fits. */
  readonly operation: string;
  /** IAM action that permits it, such as `s3:ListBucketVersions` for ListObjectVersions. */
  readonly action: string;
  readonly bucket: string | null;
  readonly key: string | null;
  /** Carries it out. Throws AwsFault. */
  readonly run: (caller: Authenticated, context: CallContext) => Reply;
  /** The error as this protocol writes it. */
  readonly refuse: (fault: AwsFault, requestId: string) => Reply;
};

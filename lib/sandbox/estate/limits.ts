/** What one estate may ask for: far more than a demo or a test needs, and still loaded in seconds. */
export const LIMITS = {
  /** UTF-16 units of the file. */
  text: 512 * 1024,
  /** Maps and lists inside each other. */
  depth: 16,
  buckets: 500,
  /** Statements of one bucket policy, and characters of one statement. */
  statements: 50,
  statementText: 20_000,
  /** Earlier states of one bucket or key. */
  earlier: 50,
  /** Versions of objects in all buckets, instruction files and delete markers included. */
  versions: 100_000,
  uploads: 5000,
  events: 20_000,
  /** Lines that say which events, as each is looked up among the objects of its bucket. */
  eventLines: 1000,
  /** Bytes of UTF-8 in an object key, S3's own limit. */
  keyBytes: 1024,
  /** The largest object S3 takes. */
  objectBytes: 50e12,
  /** Problems told of one file; how many more there are is told too. */
  problems: 50,
} as const;

/**
 * What is deployed, functions/<name>.ts, with the services that each talks to: the client of any other stays out of its
 * bundle. tests/deploy/roles.test.ts holds this against the roles.
 */
export const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  api: ['s3', 'kms', 'sfn'],
  census: ['s3', 'kms', 'sts'],
  'config-rule': ['s3', 'kms', 'config-service'],
  inspect: ['s3', 'kms', 'sts'],
  judge: ['s3', 'kms'],
  ledger: ['s3', 'cloudtrail', 'sts'],
  plan: ['s3', 'sfn', 'sts', 'organizations'],
};

/** Bytes of a bundle at most. */
export const MOST_BYTES = 1_000_000;

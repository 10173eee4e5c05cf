import type { JsonOperation, QueryOperation } from '../operation.ts';
import { cloudTrailOperations } from './cloudtrail/operations.ts';
import { configOperations } from './config/operations.ts';
import { kmsOperations } from './kms/operations.ts';
import { organizationsOperations } from './organizations/operations.ts';
import { stsOperations } from './sts/operations.ts';

/** Every AwsJson operation the sandbox answers. */
export const jsonOperations: readonly JsonOperation[] = [
  ...cloudTrailOperations,
  ...configOperations,
  ...kmsOperations,
  ...organizationsOperations,
];

/** Every Query-protocol operation the sandbox answers. */
export const queryOperations: readonly QueryOperation[] = [...stsOperations];

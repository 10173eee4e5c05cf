import type { JsonOperation } from '../../operation.ts';
import { batchGetResourceConfig } from './batch-get-resource-config.ts';
import { describeConfigurationRecorders } from './describe-configuration-recorders.ts';
import { getResourceConfigHistory } from './get-resource-config-history.ts';
import { putEvaluations } from './put-evaluations.ts';
import { selectResourceConfig } from './select-resource-config.ts';

/** Every AWS Config operation of the sandbox. */
export const configOperations: readonly JsonOperation[] = [
  batchGetResourceConfig,
  describeConfigurationRecorders,
  getResourceConfigHistory,
  putEvaluations,
  selectResourceConfig,
];

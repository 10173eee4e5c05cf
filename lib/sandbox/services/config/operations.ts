import type { JsonOperation } from '../../operation.ts';
import { batchGetResourceConfig } from './batch-get-resource-config.ts';
import { describeConfigurationAggregatorSourcesStatus } from './describe-configuration-aggregator-sources-status.ts';
import { describeConfigurationRecorderStatus } from './describe-configuration-recorder-status.ts';
import { describeConfigurationRecorders } from './describe-configuration-recorders.ts';
import { describeRetentionConfigurations } from './describe-retention-configurations.ts';
import { getResourceConfigHistory } from './get-resource-config-history.ts';
import { listDiscoveredResources } from './list-discovered-resources.ts';
import { putEvaluations } from './put-evaluations.ts';
import { selectAggregateResourceConfig } from './select-aggregate-resource-config.ts';
import { selectResourceConfig } from './select-resource-config.ts';

/** Every AWS Config operation of the sandbox. */
export const configOperations: readonly JsonOperation[] = [
  batchGetResourceConfig,
  describeConfigurationAggregatorSourcesStatus,
  describeConfigurationRecorderStatus,
  describeConfigurationRecorders,
  describeRetentionConfigurations,
  getResourceConfigHistory,
  listDiscoveredResources,
  putEvaluations,
  selectAggregateResourceConfig,
  selectResourceConfig,
];

import { jsonFault } from '../../operation.ts';
import type { CallContext } from '../../operation.ts';
import type { ConfigAggregator } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';

/** An aggregator of the caller's account and Region. Throws NoSuchConfigurationAggregatorException. */
export function aggregatorNamed(state: SandboxState, context: CallContext, name: string): ConfigAggregator {
  const found = state.configAggregators.find(
    (one) => one.name === name && one.accountId === context.accountId && one.region === context.region,
  );
  if (found) return found;
  throw jsonFault(
    'NoSuchConfigurationAggregatorException',
    'The configuration aggregator does not exist. Check the configuration aggregator name and try again.',
  );
}

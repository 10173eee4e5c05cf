import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { configOperation } from './operation.ts';

/** DescribeConfigurationRecorders of this account and Region; a name that is not there is refused. */
export const describeConfigurationRecorders = configOperation(
  'DescribeConfigurationRecorders',
  z.object({ ConfigurationRecorderNames: z.array(z.string()).default([]) }),
  (state, input, context) => {
    const recorders = state.configRecorders.filter(
      ({ accountId, region }) => accountId === context.accountId && region === context.region,
    );
    const missing = input.ConfigurationRecorderNames.find(
      (name) => !recorders.some((each) => each.name === name),
    );
    if (missing !== undefined) {
      throw jsonFault(
        'NoSuchConfigurationRecorderException',
        `Cannot find configuration recorder with the specified name '${missing}'.`,
      );
    }
    const names = input.ConfigurationRecorderNames;
    return {
      ConfigurationRecorders: recorders
        .filter(({ name }) => names.length === 0 || names.includes(name))
        .map((recorder) => ({
          arn: `arn:${state.partition}:config:${recorder.region}:${recorder.accountId}:configuration-recorder/${recorder.name}`,
          name: recorder.name,
          roleARN: recorder.roleArn,
          recordingGroup: {
            allSupported: recorder.allSupported,
            includeGlobalResourceTypes: recorder.allSupported,
            resourceTypes: recorder.resourceTypes,
          },
          recordingMode: { recordingFrequency: 'CONTINUOUS' },
        })),
    };
  },
);

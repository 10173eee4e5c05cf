import { z } from 'zod';
import { configOperation } from './operation.ts';

/** DescribeConfigurationRecorderStatus of this account and Region: whether it records, since when, and its last stop. */
export const describeConfigurationRecorderStatus = configOperation(
  'DescribeConfigurationRecorderStatus',
  z.object({ ConfigurationRecorderNames: z.array(z.string()).default([]) }),
  (state, input, context) => ({
    ConfigurationRecordersStatus: state.configRecorders
      .filter(({ accountId, region }) => accountId === context.accountId && region === context.region)
      .filter(
        ({ name }) =>
          input.ConfigurationRecorderNames.length === 0 || input.ConfigurationRecorderNames.includes(name),
      )
      .map(({ name, recording, startedAt, stoppedAt }) => ({
        name,
        recording,
        lastStatus: 'SUCCESS',
        lastStartTime: startedAt === null ? undefined : new Date(startedAt),
        lastStopTime: stoppedAt === null ? undefined : new Date(stoppedAt),
      })),
  }),
);

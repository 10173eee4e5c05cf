import { z } from 'zod';
import { configOperation } from './operation.ts';

/** DescribeRetentionConfigurations: one, named `default`, when somebody has set a period; none means seven years. */
export const describeRetentionConfigurations = configOperation(
  'DescribeRetentionConfigurations',
  z.object({}),
  (state) => ({
    RetentionConfigurations:
      state.configRetentionDays === null
        ? []
        : [{ Name: 'default', RetentionPeriodInDays: state.configRetentionDays }],
  }),
);

import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { pageOf } from '../paging.ts';
import { aggregatorNamed } from './aggregators.ts';
import { configOperation, pageLength } from './operation.ts';

/** DescribeConfigurationAggregatorSourcesStatus: how the last reading of each account and Region went. */
export const describeConfigurationAggregatorSourcesStatus = configOperation(
  'DescribeConfigurationAggregatorSourcesStatus',
  z.object({
    ConfigurationAggregatorName: z.string(),
    UpdateStatus: z.array(z.enum(['FAILED', 'SUCCEEDED', 'OUTDATED'])).default([]),
    Limit: z.int().min(0).max(100).optional(),
    NextToken: z.string().optional(),
  }),
  (state, input, context) => {
    const { sources } = aggregatorNamed(state, context, input.ConfigurationAggregatorName);
    const wanted = new Set<string>(input.UpdateStatus);
    const found = sources
      .filter(({ status }) => wanted.size === 0 || wanted.has(status))
      .map((source) => ({
        SourceId: source.accountId,
        SourceType: 'ACCOUNT',
        AwsRegion: source.region,
        LastUpdateStatus: source.status,
        LastUpdateTime: new Date(context.now),
      }));
    const scope = [input.ConfigurationAggregatorName, input.UpdateStatus];
    const page = pageOf(found, pageLength(input.Limit, 50), input.NextToken, scope);
    if (page === null) throw jsonFault('InvalidNextTokenException', 'The nextToken provided is invalid');
    return { AggregatedSourceStatusList: page.items, NextToken: page.next ?? undefined };
  },
);

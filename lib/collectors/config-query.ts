import {
  DescribeConfigurationAggregatorSourcesStatusCommand,
  SelectAggregateResourceConfigCommand,
  SelectResourceConfigCommand,
} from '@aws-sdk/client-config-service';
import type { AggregatedSourceStatus, ConfigServiceClient } from '@aws-sdk/client-config-service';
import { AuditError } from '../model/errors.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import type { UnknownReason } from '../model/observed.ts';
import { readConfigItem } from './config-item.ts';
import { MalformedAnswer, reasonOf } from './observe.ts';

/** Buckets as recorded last. `incomplete` is set when a page or a row could not be read. */
export type QueriedBuckets = {
  readonly buckets: readonly BucketEvidence[];
  readonly incomplete: UnknownReason | null;
};

/** Supplementary values that the evidence of a bucket is made from. */
const VALUES = [
  'ServerSideEncryptionConfiguration',
  'BucketPolicy',
  'BucketVersioningConfiguration',
  'BucketTaggingConfiguration',
  'PublicAccessBlockConfiguration',
  'BucketLoggingConfiguration',
];

const EXPRESSION =
  'SELECT resourceId, resourceName, resourceType, accountId, awsRegion, arn, tags, resourceCreationTime, ' +
  'configurationItemCaptureTime, configurationItemStatus, ' +
  `${VALUES.map((name) => `supplementaryConfiguration.${name}`).join(', ')} WHERE resourceType = 'AWS::S3::Bucket'`;

/** The most rows that a page has. */
const PAGE = 100;
/** A million buckets: an answer that leads on further than that is none. */
const MAX_PAGES = 10_000;

/**
 * Every bucket that an advanced query tells of: of one account and Region, or of all that an aggregator collects.
 * Throws AuditError NOT_FOUND when there is no such aggregator.
 */
export async function queryBuckets(
  config: ConfigServiceClient,
  aggregator: string | null,
): Promise<QueriedBuckets> {
  const operation =
    aggregator === null ? 'config:SelectResourceConfig' : 'config:SelectAggregateResourceConfig';
  const byName = new Map<string, BucketEvidence>();
  const broken: string[] = [];
  try {
    for await (const row of rows(config, aggregator)) {
      const read = readRow(row, operation);
      if (typeof read === 'string') broken.push(read);
      // Named twice, as after a move from account to account: what was captured later is true.
      else if ((byName.get(read.name)?.capturedAt ?? '') <= (read.capturedAt ?? ''))
        byName.set(read.name, read);
    }
  } catch (error) {
    if ((error as Error).name === 'NoSuchConfigurationAggregatorException') {
      const message = `There is no AWS Config aggregator ${aggregator ?? ''} in this account and Region.`;
      throw new AuditError('NOT_FOUND', message, { cause: error });
    }
    return { buckets: [...byName.values()], incomplete: reasonOf(operation, error) };
  }
  const [first] = broken;
  const message = `rows of the answer that could not be read: ${broken.length}, of which the first ${first ?? ''}`;
  return {
    buckets: [...byName.values()],
    incomplete: first === undefined ? null : { code: 'MALFORMED', operation, message },
  };
}

async function* rows(config: ConfigServiceClient, aggregator: string | null): AsyncGenerator<string> {
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const input = {
      Expression: EXPRESSION,
      Limit: PAGE,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const answer = await (aggregator === null
      ? config.send(new SelectResourceConfigCommand(input))
      : config.send(
          new SelectAggregateResourceConfigCommand({ ...input, ConfigurationAggregatorName: aggregator }),
        ));
    yield* answer.Results ?? [];
    if (!answer.NextToken) return;
    if (answer.NextToken === token) break;
    token = answer.NextToken;
  }
  throw new MalformedAnswer('the answer leads on without an end');
}

function readRow(row: string, operation: string): BucketEvidence | string {
  let value: unknown;
  try {
    value = JSON.parse(row);
  } catch {
    return 'is not JSON';
  }
  const read = readConfigItem(value, operation);
  if (typeof read === 'string') return read;
  return read.recorded ? read.evidence : `is of a resource reported as ${read.status}`;
}

/** Sources named in a message, of those that were not read. */
const SHOWN = 5;

/** Why an aggregator does not know all that it collects from; null when its last reading of every source went well. */
export async function aggregatorGaps(
  config: ConfigServiceClient,
  aggregator: string,
): Promise<UnknownReason | null> {
  const operation = 'config:DescribeConfigurationAggregatorSourcesStatus';
  const behind: AggregatedSourceStatus[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await config.send(
        new DescribeConfigurationAggregatorSourcesStatusCommand({
          ConfigurationAggregatorName: aggregator,
          UpdateStatus: ['FAILED', 'OUTDATED'],
          Limit: PAGE,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      behind.push(...(page.AggregatedSourceStatusList ?? []));
      if (page.NextToken !== undefined && page.NextToken === token)
        throw new MalformedAnswer('the list leads back to the page it came from');
      token = page.NextToken;
    } while (token);
  } catch (error) {
    return reasonOf(operation, error);
  }
  if (behind.length === 0) return null;
  const told = behind
    .slice(0, SHOWN)
    .map((one) => `${one.SourceId ?? '?'} in ${one.AwsRegion ?? '?'} (${one.LastUpdateStatus ?? '?'})`);
  const more = behind.length > SHOWN ? ` and ${behind.length - SHOWN} more` : '';
  const message = `the aggregator ${aggregator} is not up to date with ${told.join(', ')}${more}`;
  return { code: 'NOT_RECORDED', operation, message };
}

import {
  DescribeConfigurationRecordersCommand,
  DescribeConfigurationRecorderStatusCommand,
  DescribeRetentionConfigurationsCommand,
} from '@aws-sdk/client-config-service';
import type { ConfigServiceClient, RecordingGroup } from '@aws-sdk/client-config-service';
import type { Observed } from '../model/observed.ts';
import { observe } from './observe.ts';

/** How AWS Config records in one account and Region, as it is set today. Times are ISO 8601 UTC. */
export type ConfigRecorder = {
  readonly recording: boolean;
  /** The last time it was started, and stopped; null when it never was. */
  readonly startedAt: string | null;
  readonly stoppedAt: string | null;
  readonly recordsBuckets: boolean;
  /** Days that items are kept. */
  readonly keptDays: number;
};

/** How long AWS Config keeps items when nobody has said otherwise, which is the longest that it can. */
export const LONGEST_KEPT_DAYS = 2557;

/** The recorder of one Region; absent when there is none. */
export const readRecorder = async (config: ConfigServiceClient): Promise<Observed<ConfigRecorder>> =>
  observe('config:DescribeConfigurationRecorders', async () => {
    const { ConfigurationRecorders: [recorder] = [] } = await config.send(
      new DescribeConfigurationRecordersCommand({}),
    );
    if (!recorder) return null;
    const { ConfigurationRecordersStatus: all = [] } = await config.send(
      new DescribeConfigurationRecorderStatusCommand({}),
    );
    const status = all.find(({ name }) => name === recorder.name);
    const { RetentionConfigurations: [retention] = [] } = await config.send(
      new DescribeRetentionConfigurationsCommand({}),
    );
    return {
      recording: status?.recording ?? false,
      startedAt: status?.lastStartTime?.toISOString() ?? null,
      stoppedAt: status?.lastStopTime?.toISOString() ?? null,
      recordsBuckets: records(recorder.recordingGroup, 'AWS::S3::Bucket'),
      keptDays: retention?.RetentionPeriodInDays ?? LONGEST_KEPT_DAYS,
    };
  });

/** Whether a recording group takes in a type: all but the excluded, all, or those that it lists. */
export function records(group: RecordingGroup | undefined, type: string): boolean {
  const among = (types: readonly string[] | undefined): boolean => types?.includes(type) ?? false;
  if (group?.recordingStrategy?.useOnly === 'EXCLUSION_BY_RESOURCE_TYPES')
    return !among(group.exclusionByResourceTypes?.resourceTypes);
  return (group?.allSupported ?? false) || among(group?.resourceTypes);
}

/**
 * Whether it was recording at a moment. Only the last start and the last stop are told: of a moment before both, and
 * of what was recorded when the types were chosen otherwise, nobody knows.
 */
export function wasRecording(
  { recording, startedAt, stoppedAt }: ConfigRecorder,
  when: string,
): 'yes' | 'no' | 'perhaps' {
  const startedBefore = startedAt !== null && startedAt <= when;
  if (recording) {
    if (startedBefore) return 'yes';
    return stoppedAt !== null && stoppedAt <= when ? 'no' : 'perhaps';
  }
  if (stoppedAt === null || stoppedAt <= when) return 'no';
  return startedBefore ? 'yes' : 'perhaps';
}

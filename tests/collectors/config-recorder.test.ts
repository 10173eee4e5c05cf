import { describe, expect, test } from '@jest/globals';
import { records, wasRecording } from '../../lib/collectors/config-recorder.ts';

const recorder = (recording: boolean, startedAt: string | null, stoppedAt: string | null) => ({
  recording,
  startedAt,
  stoppedAt,
  recordsBuckets: true,
  keptDays: 2557,
});
const [MAY, JUNE, JULY] = ['2026-05-01', '2026-06-01', '2026-07-01'] as const;

describe('whether a recorder was on in June', () => {
  test.each([
    ['on since before', recorder(true, MAY, null), 'yes'],
    ['on again since before', recorder(true, MAY, '2026-04-01'), 'yes'],
    ['off from May until July', recorder(true, JULY, MAY), 'no'],
    ['started in July for the first time, or made anew', recorder(true, JULY, null), 'perhaps'],
    ['stopped and started after June', recorder(true, '2026-08-01', JULY), 'perhaps'],
    ['off since May', recorder(false, '2026-04-01', MAY), 'no'],
    ['off since July, on since May', recorder(false, MAY, JULY), 'yes'],
    ['last on after June', recorder(false, JULY, '2026-08-01'), 'perhaps'],
    ['never on', recorder(false, null, null), 'no'],
  ])('%s', (_name, given, answer) => {
    expect(wasRecording(given, JUNE)).toBe(answer);
  });
});

describe('whether it records buckets', () => {
  const BUCKET = 'AWS::S3::Bucket';
  test.each<[string, Parameters<typeof records>[0], boolean]>([
    ['everything', { allSupported: true }, true],
    ['a list with buckets', { allSupported: false, resourceTypes: [BUCKET] }, true],
    ['a list without', { allSupported: false, resourceTypes: ['AWS::KMS::Key'] }, false],
    [
      'everything but buckets',
      {
        allSupported: false,
        exclusionByResourceTypes: { resourceTypes: [BUCKET] },
        recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
      },
      false,
    ],
    [
      'everything but keys',
      {
        exclusionByResourceTypes: { resourceTypes: ['AWS::KMS::Key'] },
        recordingStrategy: { useOnly: 'EXCLUSION_BY_RESOURCE_TYPES' },
      },
      true,
    ],
    ['nothing that is told', undefined, false],
  ])('%s', (_name, group, answer) => {
    expect(records(group, BUCKET)).toBe(answer);
  });
});

import { wasRecording } from '../collectors/config-recorder.ts';
import type { ConfigRecorder } from '../collectors/config-recorder.ts';
import type { Observed } from '../model/observed.ts';

/** What a run as of a past moment rests on, and what it cannot know, in plain sentences. */
export function notesAsOf({
  asOf,
  now,
  regions,
  recorders,
  excluded,
}: {
  readonly asOf: string;
  readonly now: string;
  readonly regions: readonly string[];
  readonly recorders: ReadonlyMap<string, Observed<ConfigRecorder>>;
  readonly excluded: ReadonlyMap<string, number>;
}): readonly string[] {
  const unsure = regions.filter((region) => {
    const recorder = recorders.get(region);
    return !(recorder?.state === 'known' && wasRecording(recorder.value, asOf) === 'yes');
  });
  const lines: (string | false)[] = [
    `Configuration is as AWS Config had recorded it by ${asOf}; waivers and dates are judged as of then too. The rule packs are those of ${now.slice(0, 10)}.`,
    'Objects cannot be counted as of a past moment, so "stored" is not decided; nor are facts that AWS Config does not record, such as blocked encryption types.',
    `Buckets that have been deleted since are known only where AWS Config has a record of them, in ${regions.join(', ')}.`,
    unsure.length > 0 &&
      `Whether AWS Config recorded at that moment is not known of ${unsure.join(', ')}: only the last start and the last stop of a recorder are told.`,
    excluded.has('CREATED_LATER') &&
      'CREATED_LATER are buckets that AWS Config began to record after that moment, where its recorder had been on since before.',
    excluded.has('DELETED_BEFORE') &&
      'DELETED_BEFORE are buckets that AWS Config had recorded as deleted by that moment.',
    'AWS Config records a change some minutes late, and once a day where its recorder is set so: the last changes before that moment may be missing.',
  ];
  return lines.filter((line) => line !== false);
}

/** What the name of a trail's file tells. `time` is ISO 8601 UTC. */
export type LogName = { readonly accountId: string; readonly region: string; readonly time: string };
export type DigestName = LogName & { readonly trail: string; readonly backfill: boolean };

/** `111122223333_CloudTrail_eu-west-1_20260801T0905Z_AbCd….json.gz`, wherever it lies; null for any other file. */
export function parseLogName(path: string): LogName | null {
  const [, accountId, region, date, hour, minute] =
    /(?:^|\/)(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8})T(\d\d)(\d\d)Z_[A-Za-z0-9]+\.json(?:\.gz)?$/.exec(
      path,
    ) ?? [];
  if (accountId === undefined || region === undefined || date === undefined) return null;
  return { accountId, region, time: `${dashed(date)}T${hour ?? ''}:${minute ?? ''}:00Z` };
}

/** `…_CloudTrail-Digest_REGION_TRAIL_HOMEREGION_20260801T100000Z.json.gz`; null for any other file. */
export function parseDigestName(path: string): DigestName | null {
  const [, accountId, region, trail, date, hour, minute, second, backfill] =
    /(?:^|\/)(\d{12})_CloudTrail-Digest_([a-z0-9-]+)_([A-Za-z0-9._-]+)_(\d{8})T(\d\d)(\d\d)(\d\d)Z(_backfill)?\.json(?:\.gz)?$/.exec(
      path,
    ) ?? [];
  if (accountId === undefined || region === undefined || trail === undefined || date === undefined)
    return null;
  const time = `${dashed(date)}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`;
  return { accountId, region, trail, time, backfill: backfill !== undefined };
}

const dashed = (date: string): string => `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;

/** `2026/08/01/` of `2026-08-01`. */
export const dayFolder = (day: string): string => `${day.replaceAll('-', '/')}/`;

/** Every day from the one that holds `from` to the one that holds `to`. */
export function daysBetween(from: string, to: string): readonly string[] {
  const days: string[] = [];
  const last = to.slice(0, 10);
  for (
    let at = Date.parse(`${from.slice(0, 10)}T00:00:00Z`);
    days.at(-1) !== last && days.length < 36_500;
    at += 86_400_000
  )
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

import { plainLiteral, plainName } from '../collectors/athena-text.ts';
import { AuditError } from '../model/errors.ts';
import type { LedgerWindow } from '../model/ledger.ts';
import type { LogRegion } from './log-layout.ts';
import { daysToRead } from './log-listing.ts';

/** A table in Athena's catalogue over the log files of one trail. */
export type TrailTable = {
  readonly database: string;
  readonly table: string;
  /** `s3://bucket/prefix/` that holds the AWSLogs folder. */
  readonly location: string;
  readonly regions: readonly LogRegion[];
};

const literals = (texts: readonly string[]): string =>
  [...new Set(texts)].sort().map(plainLiteral).join(', ');

/**
 * Makes the table, without reading anything: partitions are computed from account, Region and day, so that none has
 * to be added (Athena user guide, partition projection). Only what the ledger needs is declared.
 */
export function createTable(trail: TrailTable, window: LedgerWindow): string {
  const { database, table, location, regions } = trail;
  const days = daysToRead(window);
  const range = [days[0] ?? '', days.at(-1) ?? ''].map((day) => day.replaceAll('-', '/')).join(',');
  const properties: readonly (readonly [string, string])[] = [
    ['projection.enabled', 'true'],
    ['projection.account.type', 'enum'],
    ['projection.account.values', [...new Set(regions.map(({ accountId }) => accountId))].sort().join(',')],
    ['projection.region.type', 'enum'],
    ['projection.region.values', [...new Set(regions.map(({ region }) => region))].sort().join(',')],
    ['projection.day.type', 'date'],
    ['projection.day.format', 'yyyy/MM/dd'],
    ['projection.day.interval', '1'],
    ['projection.day.interval.unit', 'DAYS'],
    ['projection.day.range', range],
    ['storage.location.template', partitionTemplate(trail)],
  ];
  return [
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${plainName(database, '`')}.${plainName(table, '`')} (`,
    '  useridentity STRUCT<type: STRING, arn: STRING, accountid: STRING, invokedby: STRING,',
    '    sessioncontext: STRUCT<sessionissuer: STRUCT<arn: STRING>>>,',
    '  eventtime STRING, eventsource STRING, eventname STRING, sourceipaddress STRING, errorcode STRING,',
    '  requestparameters STRING, eventid STRING, sharedeventid STRING,',
    '  resources ARRAY<STRUCT<arn: STRING>>)',
    'PARTITIONED BY (`account` STRING, `region` STRING, `day` STRING)',
    "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'",
    "STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'",
    "OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'",
    `LOCATION ${plainLiteral(location)}`,
    `TBLPROPERTIES (${properties.map(([name, value]) => `${plainLiteral(name)}=${plainLiteral(value)}`).join(', ')})`,
  ].join('\n');
}

/** Where a partition lies. One table has one pattern: the accounts must share their AWSLogs folder. */
function partitionTemplate({ location, regions }: TrailTable): string {
  const heads = new Set(
    regions.map(({ accountId, region, logs }) => logs.slice(0, -`${accountId}/CloudTrail/${region}/`.length)),
  );
  const [head, ...others] = heads;
  if (head === undefined)
    throw new AuditError('NOT_FOUND', `There are no CloudTrail log files at ${location}.`);
  if (others.length > 0) {
    throw new AuditError('USAGE', `${location} holds several trails; name the prefix of one of them.`);
  }
  return `${location}${head}\${account}/CloudTrail/\${region}/\${day}/`;
}

const isDecrypt = "eventsource = 'kms.amazonaws.com' AND eventname = 'Decrypt'";
const INSTANT = "'^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'";

const inWindow = ({ from, to }: LedgerWindow): string =>
  `eventtime >= ${plainLiteral(from)} AND eventtime < ${plainLiteral(to)}`;

/** Partitions alone decide what is read, and so what the query costs. */
function partitions({ regions }: TrailTable, window: LedgerWindow): string {
  const days = daysToRead(window).map((day) => day.replaceAll('-', '/'));
  return [
    `account IN (${literals(regions.map(({ accountId }) => accountId))})`,
    `region IN (${literals(regions.map(({ region }) => region))})`,
    `day BETWEEN ${plainLiteral(days[0] ?? '')} AND ${plainLiteral(days.at(-1) ?? '')}`,
  ].join(' AND ');
}

const from = ({ database, table }: TrailTable): string =>
  `${plainName(database, '"')}.${plainName(table, '"')}`;

/** What attribution looks at. */
const GROUP = `caller_type, caller_arn, caller_account, invoked_by, issuer_arn, source_service, errorcode,
  context_json, key_id, resource_1, resource_2`;

/**
 * Decrypts, each call once, grouped by all that attribution looks at. Of copies in several accounts the one that
 * tells most of the caller counts, as in `fold.ts`.
 */
export function decryptQuery(trail: TrailTable, window: LedgerWindow): string {
  return `WITH decrypts AS (
  SELECT
    useridentity.type AS caller_type, useridentity.arn AS caller_arn, useridentity.accountid AS caller_account,
    useridentity.invokedby AS invoked_by, useridentity.sessioncontext.sessionissuer.arn AS issuer_arn,
    CASE WHEN sourceipaddress = 'AWS Internal' OR sourceipaddress LIKE '%.amazonaws.com'
      THEN sourceipaddress END AS source_service,
    errorcode, eventtime, eventid,
    json_format(json_extract(requestparameters, '$.encryptionContext')) AS context_json,
    json_extract_scalar(requestparameters, '$.keyId') AS key_id,
    element_at(resources, 1).arn AS resource_1, element_at(resources, 2).arn AS resource_2,
    coalesce(sharedeventid, eventid) AS call_id,
    row_number() OVER (PARTITION BY coalesce(sharedeventid, eventid) ORDER BY
      CASE WHEN useridentity.arn IS NOT NULL OR useridentity.type = 'AWSService' THEN 0
        WHEN useridentity.type = 'AWSAccount' THEN 1 ELSE 2 END, eventid) AS copy_number
  FROM ${from(trail)}
  WHERE ${partitions(trail, window)}
    AND ${isDecrypt}
    AND ${inWindow(window)}
    AND regexp_like(eventtime, ${INSTANT})
)
SELECT ${GROUP},
  substr(eventtime, 1, 10) AS event_day, count(*) AS calls, min(eventtime) AS first_time, max(eventtime) AS last_time,
  min(eventid) AS event_id, count(*) - count(call_id) AS nameless
FROM decrypts
WHERE copy_number = 1 OR call_id IS NULL
GROUP BY ${GROUP},
  substr(eventtime, 1, 10)
ORDER BY 12, 2, 14, 16`;
}

/** What was there to read, by account, Region and day: the query that tells quiet days from missing ones. */
export function coverageQuery(trail: TrailTable, window: LedgerWindow): string {
  return `SELECT account, region, day, count(*) AS records,
  count_if(${isDecrypt} AND regexp_like(eventtime, ${INSTANT}) AND ${inWindow(window)}) AS decrypts,
  count_if(${isDecrypt} AND regexp_like(eventtime, ${INSTANT}) AND NOT (${inWindow(window)})) AS outside,
  count_if(${isDecrypt} AND NOT coalesce(regexp_like(eventtime, ${INSTANT}), false)) AS bad
FROM ${from(trail)}
WHERE ${partitions(trail, window)}
GROUP BY account, region, day
ORDER BY 1, 2, 3`;
}

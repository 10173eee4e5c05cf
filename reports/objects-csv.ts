import type { ObjectRecord } from '../lib/model/census.ts';
import { STATUSES, type Status } from '../lib/model/finding.ts';
import type { ClientSideEncryption, ServerSideEncryption } from '../lib/model/object-encryption.ts';
import { sealKeyArn } from '../lib/model/object-encryption.ts';
import { csvRow } from './csv.ts';

/** One requirement's answer about one object. */
export type ObjectVerdict = {
  readonly requirement: string;
  readonly status: Status;
  /** Why, in words without a full stop. */
  readonly reason: string;
};

/** The header row of `objects/*.csv.gz`. */
export const objectsCsvHeader = csvRow([
  'bucket',
  'key',
  'version_id',
  'is_latest',
  'size_bytes',
  'last_modified',
  'server_side',
  'kms_key_arn',
  'bucket_key',
  'client_side',
  'data_classes',
  'status',
  'requirements',
  'reason',
]);

/**
 * One object version as a row. `status` is the worst of the verdicts; `requirements` names each with its own, as
 * `id=STATUS`, because one object can fail one requirement and pass another.
 */
export function objectsCsvRow(record: ObjectRecord, verdicts: readonly ObjectVerdict[]): string {
  const { encryption } = record;
  const serverSide = encryption?.serverSide ?? null;
  return csvRow([
    record.bucket,
    record.key,
    record.versionId,
    record.isLatest,
    record.size,
    record.lastModified,
    serverSide && serverSideName(serverSide),
    (serverSide && sealKeyArn(serverSide)) ?? null,
    serverSide?.type === 'SSE-KMS' ? serverSide.bucketKey : null,
    encryption && clientSideName(encryption.clientSide),
    record.dataClasses.join('; '),
    STATUSES.find((status) => verdicts.some((verdict) => verdict.status === status)) ?? null,
    verdicts.map(({ requirement, status }) => `${requirement}=${status}`).join('; '),
    [...new Set(verdicts.map(({ reason }) => reason))].join('; '),
  ]);
}

/** `OTHER` with the header's value, so that an encryption S3 adds later is still named. */
function serverSideName(serverSide: ServerSideEncryption): string {
  return serverSide.type === 'OTHER' ? `OTHER(${serverSide.header})` : serverSide.type;
}

function clientSideName(clientSide: ClientSideEncryption): string {
  if (clientSide.kind !== 'claimed') return clientSide.kind;
  const { format, keyWrap, cipher } = clientSide;
  return ['claimed', format, keyWrap ?? 'key wrap unknown', cipher ?? 'cipher unknown'].join(' ');
}

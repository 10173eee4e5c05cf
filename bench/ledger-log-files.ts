/** A generated day of CloudTrail log files: of twelve events one is a Decrypt for S3 and one a GenerateDataKey. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

/** Writes `events` records in files of `perFile` under AWSLogs/…; resolves to the paths and the bytes of JSON. */
export async function generateLogFiles(
  folder: string,
  events: number,
  perFile: number,
): Promise<{ readonly files: readonly string[]; readonly jsonBytes: number }> {
  const files: string[] = [];
  let jsonBytes = 0;
  for (let at = 0; at < events; at += perFile) {
    const count = Math.min(perFile, events - at);
    const text = JSON.stringify({ Records: Array.from({ length: count }, (_, i) => record(at + i, events)) });
    jsonBytes += Buffer.byteLength(text);
    const stamp = instant(at, events)
      .replace(/[-:]/g, '')
      .replace(/\d\dZ$/, 'Z');
    const name = `${ACCOUNT}_CloudTrail_${REGION}_${stamp}_${digest(`file${at}`).slice(0, 16)}.json.gz`;
    const path = join(folder, 'AWSLogs', ACCOUNT, 'CloudTrail', REGION, '2026/08/01', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, gzipSync(text));
    files.push(path);
  }
  return { files, jsonBytes };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

function uuid(text: string): string {
  const hex = digest(text);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}

const instant = (i: number, events: number): string =>
  new Date(Date.UTC(2026, 7, 1) + Math.floor((i / events) * 86_400_000)).toISOString().replace(/\.\d+/, '');

function record(i: number, events: number): Record<string, unknown> {
  const role = `App${i % 7}`;
  const session = `i-${digest(`s${i % 400}`).slice(0, 17)}`;
  const common = {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROA${digest(role).slice(0, 17).toUpperCase()}:${session}`,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${session}`,
      accountId: ACCOUNT,
      accessKeyId: `ASIA${digest(session).slice(0, 16).toUpperCase()}`,
      sessionContext: {
        sessionIssuer: {
          type: 'Role',
          principalId: `AROA${digest(role).slice(0, 17).toUpperCase()}`,
          arn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
          accountId: ACCOUNT,
          userName: role,
        },
        attributes: { creationDate: '2026-08-01T00:00:00Z', mfaAuthenticated: 'false' },
      },
    },
    eventTime: instant(i, events),
    awsRegion: REGION,
    requestID: uuid(`r${i}`),
    eventID: uuid(`e${i}`),
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  };
  return i % 6 === 0 ? kmsRecord(common, i) : otherRecord(common, i);
}

function kmsRecord(common: Record<string, unknown>, i: number): Record<string, unknown> {
  const decrypt = i % 12 === 0;
  return {
    ...common,
    eventSource: 'kms.amazonaws.com',
    eventName: decrypt ? 'Decrypt' : 'GenerateDataKey',
    sourceIPAddress: 'fas.s3.amazonaws.com',
    userAgent: 'fas.s3.amazonaws.com',
    requestParameters: {
      encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      encryptionContext: { 'aws:s3:arn': `arn:aws:s3:::ehr-phi/records/2026/part-${i % 5000}.parquet` },
    },
    responseElements: null,
    additionalEventData: { keyMaterialId: digest('material') },
    readOnly: true,
    resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: KEY }],
  };
}

/** Calls of other services, some with large answers, as Describe calls have. */
function otherRecord(common: Record<string, unknown>, i: number): Record<string, unknown> {
  const large = i % 4 === 1;
  return {
    ...common,
    eventSource: large ? 'ecs.amazonaws.com' : 'sts.amazonaws.com',
    eventName: large ? 'RunTask' : 'AssumeRole',
    sourceIPAddress: `10.0.${i % 256}.${(i * 7) % 256}`,
    userAgent: 'aws-sdk-java/2.40.1 Linux/6.1.0-aarch64 OpenJDK_64-Bit_Server_VM/21.0.4+7-LTS Java/21.0.4',
    requestParameters: {
      roleArn: `arn:aws:iam::${ACCOUNT}:role/App${i % 11}`,
      roleSessionName: `batch-${i}`,
      note: 'a "quoted" word and a \\ backslash',
    },
    responseElements: {
      credentials: {
        accessKeyId: `ASIA${digest(`k${i}`).slice(0, 16).toUpperCase()}`,
        expiration: 'Aug 1, 2026, 1:00:00 PM',
      },
      ...(large
        ? {
            containers: Array.from({ length: 2 }, (_, c) => ({
              name: `app-${c}`,
              image: `repo/app:${digest(`${i}/${c}`)}`,
              status: 'PENDING',
              cpu: 0,
              networkInterfaces: [],
            })),
          }
        : {}),
    },
    readOnly: false,
    tlsDetails: {
      tlsVersion: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      clientProvidedHostHeader: 'sts.eu-west-1.amazonaws.com',
    },
  };
}

import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { bucketStore } from '../audit/bucket-store.ts';
import { runPrefix } from '../audit/publish.ts';
import { publishedRunIds } from '../audit/published-runs.ts';
import type { RunStore } from '../audit/run-store.ts';

/** The published runs, as the API reads them. */
export type ReportArchive = {
  /** Ids of everything that lies where runs lie, newest first; ids sort by time. */
  readonly runIds: () => Promise<readonly string[]>;
  readonly run: (runId: string) => Pick<RunStore, 'read' | 'has'>;
  /** An address that anybody can download this one file from, for so many seconds. */
  readonly link: (
    runId: string,
    path: string,
    seconds: number,
    disposition: 'inline' | 'attachment',
  ) => Promise<string>;
};

/** The report bucket as an archive. */
export function bucketArchive(s3: S3Client, bucket: string): ReportArchive {
  return {
    runIds: async () => publishedRunIds(s3, bucket),
    run: (runId) => bucketStore(s3, bucket, runPrefix(runId)),
    link: async (runId, path, expiresIn, disposition) =>
      getSignedUrl(
        s3,
        new GetObjectCommand({
          Bucket: bucket,
          Key: runPrefix(runId) + path,
          ResponseContentDisposition: `${disposition}; filename="${fileName(runId, path)}"`,
        }),
        { expiresIn },
      ),
  };
}

/** Named after run and file, in characters that no header and no file system takes amiss. */
const fileName = (runId: string, path: string): string =>
  `${runId}-${path.slice(path.lastIndexOf('/') + 1)}`.replace(/[^\w.-]/g, '_');

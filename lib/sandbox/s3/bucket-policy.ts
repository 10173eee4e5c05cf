import { AwsFault } from '../operation.ts';
import { bucketOperation } from './define.ts';
import { accessDenied } from './faults.ts';
import { noContent } from './respond.ts';

const MAX_BYTES = 20 * 1024;

/** `GET /?policy`: the document, byte for byte as it was put. */
export const getBucketPolicy = bucketOperation(
  { name: 'GetBucketPolicy', action: 's3:GetBucketPolicy', method: 'GET', query: ['policy'] },
  ({ bucket }) => {
    if (bucket.policy === null) {
      throw new AwsFault('NoSuchBucketPolicy', 404, 'The bucket policy does not exist', {
        fields: { BucketName: bucket.name },
      });
    }
    return { status: 200, headers: { 'content-type': 'application/json' }, body: bucket.policy };
  },
);

/** `PUT /?policy`: checked for being a policy at all, kept as it is, and enforced against nobody. */
export const putBucketPolicy = bucketOperation(
  { name: 'PutBucketPolicy', action: 's3:PutBucketPolicy', method: 'PUT', query: ['policy'] },
  ({ bucket, request }) => {
    const text = request.body.toString('utf8');
    if (request.body.length > MAX_BYTES || !isPolicy(text)) {
      throw new AwsFault(
        'MalformedPolicy',
        400,
        'Policies must be valid JSON and the first byte must be "{"',
      );
    }
    if (bucket.publicAccessBlock?.blockPublicPolicy === true && isPublic(text)) {
      throw accessDenied('because public policies are prevented by the BlockPublicPolicy setting');
    }
    bucket.policy = text;
    return noContent();
  },
);

/** `DELETE /?policy`: succeeds when there is none. */
export const deleteBucketPolicy = bucketOperation(
  { name: 'DeleteBucketPolicy', action: 's3:DeleteBucketPolicy', method: 'DELETE', query: ['policy'] },
  ({ bucket }) => {
    bucket.policy = null;
    return noContent();
  },
);

type Statement = { Effect?: unknown; Principal?: unknown; Condition?: unknown };

function statementsOf(text: string): readonly Statement[] | null {
  try {
    const { Statement: found } = JSON.parse(text) as { Statement?: unknown };
    const statements: readonly unknown[] = Array.isArray(found) ? found : [found];
    return statements.length > 0 && statements.every(isStatement) ? statements : null;
  } catch {
    return null;
  }
}

const isStatement = (value: unknown): value is Statement =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPolicy = (text: string): boolean => text.trimStart().startsWith('{') && statementsOf(text) !== null;

/** The plainest public grant, which is enough for a sandbox: Allow to everyone without any condition. */
const isPublic = (text: string): boolean =>
  statementsOf(text)?.some(
    ({ Effect, Principal, Condition }) =>
      Effect === 'Allow' &&
      Condition === undefined &&
      ['"*"', '{"AWS":"*"}', '{"AWS":["*"]}'].includes(JSON.stringify(Principal)),
  ) ?? false;

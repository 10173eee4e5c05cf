import { AwsFault } from '../operation.ts';
import { childText } from '../xml-parse.ts';
import { bucketOperation } from './define.ts';
import { parseBody } from './parse-body.ts';
import { noContent, ok, xmlResponse } from './respond.ts';

/** `GET /?publicAccessBlock`. */
export const getPublicAccessBlock = bucketOperation(
  {
    name: 'GetPublicAccessBlock',
    action: 's3:GetBucketPublicAccessBlock',
    method: 'GET',
    query: ['publicAccessBlock'],
  },
  ({ bucket }) => {
    const block = bucket.publicAccessBlock;
    if (!block) {
      throw new AwsFault(
        'NoSuchPublicAccessBlockConfiguration',
        404,
        'The public access block configuration was not found',
        { fields: { BucketName: bucket.name } },
      );
    }
    return xmlResponse('PublicAccessBlockConfiguration', {
      BlockPublicAcls: block.blockPublicAcls,
      IgnorePublicAcls: block.ignorePublicAcls,
      BlockPublicPolicy: block.blockPublicPolicy,
      RestrictPublicBuckets: block.restrictPublicBuckets,
    });
  },
);

/** `PUT /?publicAccessBlock`: a switch that is not named is off. */
export const putPublicAccessBlock = bucketOperation(
  {
    name: 'PutPublicAccessBlock',
    action: 's3:PutBucketPublicAccessBlock',
    method: 'PUT',
    query: ['publicAccessBlock'],
  },
  ({ bucket, request }) => {
    const body = parseBody(request, 'PublicAccessBlockConfiguration');
    const on = (name: string): boolean => childText(body, name) === 'true';
    bucket.publicAccessBlock = {
      blockPublicAcls: on('BlockPublicAcls'),
      ignorePublicAcls: on('IgnorePublicAcls'),
      blockPublicPolicy: on('BlockPublicPolicy'),
      restrictPublicBuckets: on('RestrictPublicBuckets'),
    };
    return ok();
  },
);

/** `DELETE /?publicAccessBlock`. */
export const deletePublicAccessBlock = bucketOperation(
  {
    name: 'DeletePublicAccessBlock',
    action: 's3:PutBucketPublicAccessBlock',
    method: 'DELETE',
    query: ['publicAccessBlock'],
  },
  ({ bucket }) => {
    bucket.publicAccessBlock = null;
    return noContent();
  },
);

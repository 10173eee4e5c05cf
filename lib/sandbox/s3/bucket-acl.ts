import { AwsFault } from '../operation.ts';
import { writeElement } from '../xml-parse.ts';
import { bucketOperation } from './define.ts';
import { parseBody } from './parse-body.ts';
import { canonicalUserId, documentResponse, ok } from './respond.ts';

/** `GET /?acl`: the owner alone has full control, unless an ACL was put. */
export const getBucketAcl = bucketOperation(
  { name: 'GetBucketAcl', action: 's3:GetBucketAcl', method: 'GET', query: ['acl'] },
  ({ bucket }) => documentResponse(bucket.acl ?? ownerOnly(canonicalUserId(bucket.accountId))),
);

/** `PUT /?acl`: refused where Object Ownership has switched ACLs off. */
export const putBucketAcl = bucketOperation(
  { name: 'PutBucketAcl', action: 's3:PutBucketAcl', method: 'PUT', query: ['acl'] },
  ({ bucket, request }) => {
    if (bucket.ownership === 'BucketOwnerEnforced') {
      throw new AwsFault('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
    }
    bucket.acl = writeElement(parseBody(request, 'AccessControlPolicy'));
    return ok();
  },
);

const ownerOnly = (id: string): string =>
  '<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
  `<Owner><ID>${id}</ID></Owner><AccessControlList><Grant>` +
  `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${id}</ID></Grantee>` +
  '<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>';

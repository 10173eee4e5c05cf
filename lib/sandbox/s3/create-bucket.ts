import { AwsFault } from '../operation.ts';
import type { S3Operation } from '../operation.ts';
import { newBucket } from '../objects.ts';
import { child, childText } from '../xml-parse.ts';
import { invalidArgument } from './faults.ts';
import { parseBody } from './parse-body.ts';
import { ok } from './respond.ts';
import { wholeSecond } from './store-object.ts';
import { MAX_BUCKET_TAGS, tagsOf } from './tag-documents.ts';

const NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const CONSTRAINT = /^(?:EU|[a-z]{2}(?:-[a-z]+)+-\d{1,2})?$/;

/** `PUT /bucket`: as S3 makes buckets since April 2026, in the Region of the LocationConstraint. */
export const createBucket: S3Operation = {
  name: 'CreateBucket',
  action: 's3:CreateBucket',
  method: 'PUT',
  target: 'bucket',
  handle: (state, request, context) => {
    const name = request.bucket ?? '';
    if (!NAME.test(name)) {
      throw new AwsFault('InvalidBucketName', 400, 'The specified bucket is not valid.', {
        fields: { BucketName: name },
      });
    }
    const configuration =
      request.body.length === 0 ? undefined : parseBody(request, 'CreateBucketConfiguration');
    const region = childText(configuration, 'LocationConstraint');
    const tags = child(configuration, 'Tags');
    if (region !== null && !CONSTRAINT.test(region)) {
      throw new AwsFault('InvalidLocationConstraint', 400, 'The specified location-constraint is not valid', {
        fields: { LocationConstraint: region },
      });
    }
    const existing = state.buckets.get(name);
    if (existing) throw alreadyExists(name, existing.accountId === context.accountId);
    const ownership = request.headers['x-amz-object-ownership'];
    const locked = request.headers['x-amz-bucket-object-lock-enabled'] === 'true';
    if (typeof ownership === 'string' && !OWNERSHIPS.includes(ownership)) {
      throw invalidArgument('x-amz-object-ownership', ownership, 'Invalid x-amz-object-ownership header');
    }
    state.buckets.set(
      name,
      newBucket({
        name,
        region: region === null || region === '' ? context.region : region === 'EU' ? 'eu-west-1' : region,
        accountId: context.accountId,
        createdAt: wholeSecond(context.now),
        tags: tags ? tagsOf(tags, MAX_BUCKET_TAGS) : new Map<string, string>(),
        ...(typeof ownership === 'string' ? { ownership } : {}),
        // Object Lock needs versioning, and S3 turns it on by itself.
        ...(locked
          ? { objectLock: { mode: null, days: null, years: null }, versioning: 'Enabled' as const }
          : {}),
      }),
    );
    return ok({ location: `/${name}` });
  },
};

/** The values of Object Ownership. */
export const OWNERSHIPS: readonly string[] = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'];

const alreadyExists = (name: string, own: boolean): AwsFault =>
  own
    ? new AwsFault(
        'BucketAlreadyOwnedByYou',
        409,
        'Your previous request to create the named bucket succeeded and you already own it.',
        { fields: { BucketName: name } },
      )
    : new AwsFault(
        'BucketAlreadyExists',
        409,
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. ' +
          'Please select a different name and try again.',
        { fields: { BucketName: name } },
      );

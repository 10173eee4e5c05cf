import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  GetBucketTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
} from '@aws-sdk/client-s3';
import type { ListBucketsCommandInput } from '@aws-sdk/client-s3';
import { newBucket as bucketRecord } from '../../../lib/sandbox/objects.ts';
import { ACCOUNT, expectRefusal, newBucket, NOON, put, useSandbox } from '../sdk.ts';

const rig = useSandbox();
const NAMES = ['alpha-1', 'alpha-2', 'alpha.3', 'beta-1', 'gamma-1'];
const REGIONS = ['eu-west-1', 'us-east-1', 'eu-west-1', 'us-east-1', 'ap-south-1'];

beforeAll(() => {
  // In another order than that of their names, and one of somebody else.
  for (const i of [3, 0, 4, 2, 1]) {
    const parts = { name: NAMES[i]!, region: REGIONS[i]!, accountId: ACCOUNT, createdAt: NOON };
    rig.state.buckets.set(parts.name, bucketRecord(parts));
  }
  const foreign = { name: 'alpha-0', region: 'eu-west-1', accountId: '444455556666', createdAt: NOON };
  rig.state.buckets.set(foreign.name, bucketRecord(foreign));
});

const list = (input: ListBucketsCommandInput = {}) => rig.s3.send(new ListBucketsCommand(input));
const names = async (input: ListBucketsCommandInput) => (await list(input)).Buckets!.map(({ Name }) => Name);

describe('ListBuckets', () => {
  test("the caller's own buckets, by name", async () => {
    expect(await names({})).toEqual(NAMES);
  });

  test.each<[ListBucketsCommandInput, string[]]>([
    [{ Prefix: 'alpha' }, ['alpha-1', 'alpha-2', 'alpha.3']],
    [{ BucketRegion: 'us-east-1' }, ['alpha-2', 'beta-1']],
    [{ Prefix: 'alpha', BucketRegion: 'eu-west-1' }, ['alpha-1', 'alpha.3']],
    [{ Prefix: 'nothing' }, []],
  ])('%j', async (input, expected) => {
    expect(((await list(input)).Buckets ?? []).map(({ Name }) => Name)).toEqual(expected);
  });

  test.each([1, 2, 3, 4, 5, 6])('pages of %i give exactly the whole list', async (MaxBuckets) => {
    const found: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await list({ MaxBuckets, ...(token === undefined ? {} : { ContinuationToken: token }) });
      expect(page.Buckets!.length).toBeLessThanOrEqual(MaxBuckets);
      found.push(...page.Buckets!.map(({ Name }) => Name));
      token = page.ContinuationToken;
    } while (token !== undefined);
    expect(found).toEqual(NAMES);
  });

  test('BucketRegion is told only to a request with a parameter (FACTS §4)', async () => {
    const regions = async (input: ListBucketsCommandInput) =>
      (await list(input)).Buckets!.map(({ BucketRegion }) => BucketRegion);
    expect(await regions({})).toEqual(NAMES.map(() => undefined));
    expect(await regions({ MaxBuckets: 10 })).toEqual(REGIONS);
    expect(await regions({ Prefix: 'alpha' })).toEqual(REGIONS.slice(0, 3));
    expect(await regions({ BucketRegion: 'us-east-1' })).toEqual(['us-east-1', 'us-east-1']);
  });

  test.each([0, 10_001, -1])('a page of %i is refused', async (MaxBuckets) => {
    await expectRefusal(list({ MaxBuckets }), 400, 'InvalidArgument');
  });

  test('an account of more than 10,000 buckets has to page', async () => {
    const many = rig.principal('arn:aws:iam::777788889999:user/many');
    for (let i = 0; i <= 10_000; i += 1) {
      const parts = { name: `many-${i}`, region: 'eu-west-1', accountId: '777788889999', createdAt: NOON };
      rig.state.buckets.set(parts.name, bucketRecord(parts));
    }
    await expectRefusal(many.s3.send(new ListBucketsCommand({})), 400, 'InvalidRequest');
    const page = await many.s3.send(new ListBucketsCommand({ MaxBuckets: 7 }));
    expect(page.Buckets).toHaveLength(7);
  });
});

describe('a bucket from creation to deletion', () => {
  test('is in the Region of its location constraint, or of the request', async () => {
    const far = await newBucket(rig, { CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } });
    const near = await newBucket(rig);
    const old = await newBucket(rig, { CreateBucketConfiguration: { LocationConstraint: 'EU' } });
    const home = await newBucket(rig.as({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' }, 'us-east-1'));
    const location = async (Bucket: string) =>
      (await rig.s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint;
    expect(await Promise.all([far, near, old, home].map(location))).toEqual([
      'us-west-2',
      'eu-west-1',
      'eu-west-1',
      undefined,
    ]);
    expect((await rig.s3.send(new HeadBucketCommand({ Bucket: far }))).BucketRegion).toBe('us-west-2');
  });

  test.each(['ab', 'Upper-case', 'under_score', '192.168.0.1', 'two..dots', '-dash', 'x'.repeat(64)])(
    '%s is no name',
    async (Bucket) => {
      await expectRefusal(rig.s3.send(new CreateBucketCommand({ Bucket })), 400, 'InvalidBucketName');
    },
  );

  test('has the tags it was made with', async () => {
    const TagSet = [{ Key: 'data-class', Value: 'phi' }];
    const Bucket = await newBucket(rig, { CreateBucketConfiguration: { Tags: TagSet } });
    expect((await rig.s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
  });

  test('a Region that could be none is refused', async () => {
    const CreateBucketConfiguration = { LocationConstraint: 'nowhere\n' as never };
    await expectRefusal(newBucket(rig, { CreateBucketConfiguration }), 400, 'InvalidLocationConstraint');
  });

  test('a name can be taken once', async () => {
    await expectRefusal(
      rig.s3.send(new CreateBucketCommand({ Bucket: 'beta-1' })),
      409,
      'BucketAlreadyOwnedByYou',
    );
    await expectRefusal(
      rig.s3.send(new CreateBucketCommand({ Bucket: 'alpha-0' })),
      409,
      'BucketAlreadyExists',
    );
  });

  test('only an empty one can be deleted', async () => {
    const Bucket = await newBucket(rig);
    await put(rig, Bucket, 'k');
    await expectRefusal(rig.s3.send(new DeleteBucketCommand({ Bucket })), 409, 'BucketNotEmpty');
    rig.state.buckets.get(Bucket)!.objects.clear();
    await rig.s3.send(new DeleteBucketCommand({ Bucket }));
    await expectRefusal(rig.s3.send(new HeadBucketCommand({ Bucket })), 404, 'NotFound');
    await expectRefusal(rig.s3.send(new DeleteBucketCommand({ Bucket })), 404, 'NoSuchBucket');
  });

  test('a request for another Region is redirected by a strict bucket, except for its location', async () => {
    const Bucket = await newBucket(rig, { CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } });
    rig.state.buckets.get(Bucket)!.strictRegion = true;
    const { s3 } = rig.as({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' }, 'us-west-2');
    await s3.send(new HeadBucketCommand({ Bucket }));
    await expectRefusal(put(rig, Bucket, 'k'), 301, 'PermanentRedirect');
    const { LocationConstraint } = await rig.s3.send(new GetBucketLocationCommand({ Bucket }));
    expect(LocationConstraint).toBe('us-west-2');
  });

  test('an expected owner who is another is denied', async () => {
    const Bucket = await newBucket(rig);
    await rig.s3.send(new HeadBucketCommand({ Bucket, ExpectedBucketOwner: ACCOUNT }));
    const expected = { Bucket, ExpectedBucketOwner: '444455556666' };
    await expectRefusal(rig.s3.send(new GetBucketLocationCommand(expected)), 403, 'AccessDenied');
  });
});

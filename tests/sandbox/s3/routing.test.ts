import { beforeAll, describe, expect, test } from '@jest/globals';
import * as sdk from '@aws-sdk/client-s3';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Agent } from 'node:http';
import { s3Operations } from '../../../lib/sandbox/s3/operations.ts';
import { head, newBucket, put, REGION, useSandbox } from '../sdk.ts';
import { errorCode, send } from '../wire.ts';

const rig = useSandbox();
let Bucket: string;
beforeAll(async () => {
  Bucket = await newBucket(rig);
  await put(rig, Bucket, 'k');
});

/** Parameters that the SDK adds from the input, and without which the address would be another operation's. */
const NEEDED: Readonly<Record<string, string>> = {
  AbortMultipartUpload: 'uploadId=u',
  CompleteMultipartUpload: 'uploadId=u',
  DeleteBucketInventoryConfiguration: 'id=i',
  GetBucketInventoryConfiguration: 'id=i',
  ListParts: 'uploadId=u',
  PutBucketInventoryConfiguration: 'id=i',
  UploadPart: 'partNumber=1&uploadId=u',
  UploadPartCopy: 'partNumber=1&uploadId=u',
};
const COPIES = ['CopyObject', 'UploadPartCopy'];
/** Of other endpoints than a general purpose bucket's: directory buckets, and Object Lambda. */
const ELSEWHERE = ['ListDirectoryBuckets', 'WriteGetObjectResponse'];

type Wire = { readonly name: string; readonly method: string; readonly path: string };

/** Every operation of Amazon S3 that the SDK knows, as the SDK's own schema addresses it. */
function everyOperation(): Wire[] {
  const operations: Wire[] = [];
  for (const schema of Object.values(sdk) as unknown[]) {
    if (!Array.isArray(schema) || schema[0] !== 9) continue;
    const [, , name, traits] = schema as [number, string, string, { http: [string, string] }];
    const [method, template] = traits.http;
    if (ELSEWHERE.includes(name)) continue;
    const needed = NEEDED[name] ?? '';
    const path = (name === 'ListBuckets' ? '' : '/BUCKET') + template.replace('{Key+}', 'k');
    operations.push({
      name,
      method,
      path: needed === '' ? path : path + (path.includes('?') ? '&' : '?') + needed,
    });
  }
  return operations;
}

describe('every operation that the SDK knows', () => {
  const known = new Set(s3Operations.map(({ name }) => name));
  const operations = everyOperation();

  test('is among the ones below', () => {
    expect(operations.length).toBeGreaterThan(100);
    const names = new Set(operations.map(({ name }) => name));
    expect([...known].filter((name) => !names.has(name))).toEqual([]);
  });

  test.each(operations)(
    '$name is answered as itself, or refused with 501',
    async ({ name, method, path }) => {
      const before = rig.state.log.length;
      const scratch = await newBucket(rig);
      await put(rig, scratch, 'k');
      const headers = COPIES.includes(name) ? { 'x-amz-copy-source': `/${Bucket}/k` } : {};
      const answer = await send(rig.port, { method, path: path.replace('BUCKET', scratch), headers });
      const [entry] = rig.state.log.slice(before + 2);
      if (known.has(name)) {
        expect(entry!.operation).toBe(`s3:${name}`);
        expect(answer.status).toBeLessThan(500);
      } else {
        expect([entry!.operation, answer.status]).toEqual(['s3:Unknown', 501]);
      }
    },
  );
});

describe('what is close to an operation and none', () => {
  test.each([
    ['PUT', '/BUCKET?cors', 'not CreateBucket'],
    ['DELETE', '/BUCKET?cors', 'not DeleteBucket'],
    ['GET', '/BUCKET?policyStatus', 'not a listing'],
    ['GET', '/BUCKET?list-type=2&accelerate', 'not a listing'],
    ['PUT', '/BUCKET/k?acl', 'not PutObject'],
    ['PUT', '/BUCKET/k?uploadId=u', 'not PutObject'],
    ['DELETE', '/BUCKET/k?acl', 'not DeleteObject'],
    ['GET', '/BUCKET/k?torrent', 'not GetObject'],
    ['POST', '/BUCKET/k', 'no form upload'],
    ['POST', '/BUCKET', 'no form upload'],
    ['PATCH', '/BUCKET/k', 'no such method'],
    ['PUT', '/', 'no such target'],
  ])('%s %s: %s', async (method, path) => {
    const answer = await send(rig.port, { method, path: path.replace('BUCKET', Bucket), body: 'x' });
    expect([answer.status, errorCode(answer)]).toEqual([501, 'NotImplemented']);
    expect((await head(rig, Bucket, 'k')).ContentLength).toBe(1);
  });

  test('parameters that S3 ignores are ignored', async () => {
    expect((await send(rig.port, { path: `/${Bucket}/k?x-id=GetObject&utm=1` })).text).toBe('x');
  });

  test('an object of a form’s content type is an object, and no call of a Query service', async () => {
    await put(rig, Bucket, 'form', { ContentType: 'application/x-www-form-urlencoded', Body: 'Action=x' });
    expect((await head(rig, Bucket, 'form')).ContentType).toBe('application/x-www-form-urlencoded');
  });
});

describe('addresses', () => {
  const at = (host: string, path: string) => send(rig.port, { path, headers: { host } });

  test.each([
    ['127.0.0.1', '/BUCKET/k'],
    ['localhost:4566', '/BUCKET/k'],
    ['s3.localhost:4566', '/BUCKET/k'],
    ['s3.eu-west-1.localhost', '/BUCKET/k'],
    ['BUCKET.localhost:4566', '/k'],
    ['BUCKET.s3.localhost', '/k'],
    ['BUCKET.s3.eu-west-1.localhost:4566', '/k'],
    ['BUCKET.LOCALHOST', '/k'],
  ])('http://%s%s', async (host, path) => {
    const answer = await at(host.replace('BUCKET', Bucket), path.replace('BUCKET', Bucket));
    expect([answer.status, answer.text]).toEqual([200, 'x']);
  });

  test('a bucket with dots in its name', async () => {
    rig.state.buckets.set('a.b.c', { ...rig.state.buckets.get(Bucket)!, name: 'a.b.c' });
    expect((await at('a.b.c.localhost', '/k')).text).toBe('x');
    expect((await at('a.b.c.s3.localhost', '/k')).text).toBe('x');
  });

  test('the SDK, virtual-hosted', async () => {
    const lookup: NonNullable<ConstructorParameters<typeof Agent>[0]>['lookup'] = (_host, options, done) =>
      options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
    const client = new S3Client({
      endpoint: `http://localhost:${rig.port}`,
      region: REGION,
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' },
      requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ lookup }) }),
    });
    await client.send(new PutObjectCommand({ Bucket, Key: 'a/b c', Body: 'virtual' }));
    client.destroy();
    expect((await head(rig, Bucket, 'a/b c')).ContentLength).toBe(7);
  });

  test('a key may look like anything', async () => {
    for (const key of ['//double', 'a/../b', './c', 'd?e=f', 'g#h', '100%', '+', 'ü/漢', 'k?encryption']) {
      const path = `/${Bucket}/${encodeURIComponent(key).replaceAll('%2F', '/')}`;
      expect((await send(rig.port, { method: 'PUT', path, body: key })).status).toBe(200);
      expect(rig.state.buckets.get(Bucket)!.objects.has(key)).toBe(true);
      expect((await send(rig.port, { path })).text).toBe(key);
    }
  });
});

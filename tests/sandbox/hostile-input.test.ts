import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { head, newBucket, put, useSandbox } from './sdk.ts';
import { errorCode, send, TRUSTED } from './wire.ts';
import type { WireRequest } from './wire.ts';

const LIMIT = 64 * 1024;
const rig = useSandbox({ maxBodyBytes: LIMIT });
let Bucket: string;
beforeAll(async () => {
  Bucket = await newBucket(rig);
  await put(rig, Bucket, 'k');
  const ours = { secret: 'secret', sessionToken: null, expired: false, accountId: '111122223333' };
  rig.state.credentials.set('AKIAKNOWN', { ...ours, arn: 'arn:aws:iam::111122223333:user/known' });
});

// Whatever a test sent, the sandbox answers the next request as if nothing had been.
afterEach(async () => {
  expect((await head(rig, Bucket, 'k')).ContentLength).toBe(1);
});

const of = (path: string): string => path.replace('BUCKET', Bucket);
const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
const tagging = (inside: string) => `<Tagging><TagSet>${inside}</TagSet></Tagging>`;

describe('XML that is none, or a trap', () => {
  test.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['JSON', '{"TagSet":[]}'],
    ['another root', '<Delete></Delete>'],
    ['an unclosed element', '<Tagging><TagSet>'],
    ['crossed elements', '<Tagging><TagSet></Tagging></TagSet>'],
    ['two roots', '<Tagging/><Tagging/>'],
    ['text after the root', '<Tagging></Tagging>x'],
    ['an attribute twice', '<Tagging a="1" a="2"/>'],
    ['an unclosed comment', '<Tagging><!-- </Tagging>'],
    ['an unclosed declaration', '<?xml version="1.0"'],
    ['an unclosed CDATA section', tagging('<![CDATA[x')],
    ['a DTD', `<!DOCTYPE Tagging>${tagging('')}`],
    [
      'entities that multiply',
      `<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${tagging('<Tag><Key>&b;</Key></Tag>')}`,
    ],
    ['an external entity', `<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]>${tagging('&x;')}`],
    ['an unknown entity', tagging('<Tag><Key>&nbsp;</Key><Value/></Tag>')],
    ['an entity named after a property of objects', tagging('<Tag><Key>&toString;</Key><Value/></Tag>')],
    ['a character beyond Unicode', tagging('<Tag><Key>&#x110000;</Key><Value/></Tag>')],
    ['half a character', tagging('<Tag><Key>&#xD800;</Key><Value/></Tag>')],
    ['a null character', tagging('<Tag><Key>&#0;</Key><Value/></Tag>')],
    ['a lone ampersand', tagging('<Tag><Key>a & b</Key><Value/></Tag>')],
    ['a processing instruction', `<Tagging><?php echo 1 ?></Tagging>`],
    ['10,000 levels', nested(10_000).slice(0, LIMIT)],
    ['spaces without end', `<Tagging${' '.repeat(LIMIT - 100)}`],
    ['a name without end', `<${'a'.repeat(LIMIT - 100)}`],
    ['no UTF-8', Buffer.from([0x3c, 0xff, 0xfe, 0x3e])],
  ])('%s → 400 MalformedXML', async (_, body) => {
    for (const path of ['/BUCKET?tagging', '/BUCKET/k?tagging']) {
      const answer = await send(rig.port, { method: 'PUT', path: of(path), body });
      expect([answer.status, errorCode(answer)]).toEqual([400, 'MalformedXML']);
    }
  });

  test.each([
    ['PUT', '/BUCKET?encryption', '<ServerSideEncryptionConfiguration/>'],
    ['PUT', '/BUCKET?versioning', '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>'],
    ['PUT', '/BUCKET?ownershipControls', '<OwnershipControls/>'],
    ['PUT', '/BUCKET?logging', '<BucketLoggingStatus><LoggingEnabled/></BucketLoggingStatus>'],
    ['PUT', '/BUCKET?object-lock', '<ObjectLockConfiguration/>'],
    ['PUT', '/BUCKET/k?encryption', '<ObjectEncryption><SSE-KMS/></ObjectEncryption>'],
    ['POST', '/BUCKET?delete', '<Delete><Object/></Delete>'],
    ['POST', '/BUCKET?metadataConfiguration', '<MetadataConfiguration/>'],
    ['POST', '/BUCKET?metadataTable', '<MetadataTableConfiguration/>'],
  ])('%s %s of a document without what it needs: %s', async (method, path, body) => {
    const answer = await send(rig.port, { method, path: of(path), body });
    expect([answer.status, errorCode(answer)]).toEqual([400, 'MalformedXML']);
  });

  test('escaped markup stays text: what is echoed cannot break out of its element', async () => {
    const key = '</Key><Key>"&\'>';
    const answer = await send(rig.port, { path: `/${Bucket}/${encodeURIComponent(key)}` });
    expect(answer.text).toContain('<Key>&lt;/Key&gt;&lt;Key&gt;&quot;&amp;');
    expect(answer.text.match(/<Key>/g)).toHaveLength(1);
  });
});

describe('addresses and headers', () => {
  const signed = (key: string) => TRUSTED.replace('AKIATRUSTED', key);

  test.each(['/%', '/%zz', '/%E0%A4', '/BUCKET/%', '/BUCKET/%ff', '/BUCKET?prefix=%', '/BUCKET?%ff'])(
    '%s → 400 InvalidURI, whoever signs',
    async (path) => {
      const answer = await send(rig.port, { path: of(path) });
      expect([answer.status, errorCode(answer)]).toEqual([400, 'InvalidURI']);
      const headers = {
        authorization: signed('AKIAKNOWN'),
        'x-amz-date': '20260901T120000Z',
        'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      };
      const known = await send(rig.port, { path: of(path), headers });
      expect(known.status).toBeGreaterThanOrEqual(400);
      expect(known.status).toBeLessThan(500);
    },
  );

  test.each<[string, Partial<WireRequest>, number]>([
    ['a header value out of a parameter', { path: '/BUCKET/k?response-content-type=a%0D%0Ax-evil:1' }, 400],
    ['a version id with a line feed', { method: 'DELETE', path: '/BUCKET/k?versionId=a%0Ab' }, 400],
    [
      'a Region with a line feed',
      {
        path: `/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A/20260901/a%0A/s3/aws4_request&X-Amz-Date=20260901T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=0`,
        headers: { authorization: null },
      },
      400,
    ],
    [
      'a checksum named after the prototype',
      { method: 'PUT', path: '/BUCKET/k', body: 'x', headers: { 'x-amz-checksum-__proto__': 'x' } },
      400,
    ],
    [
      'a checksum named after a method',
      { method: 'PUT', path: '/BUCKET/k', body: 'x', headers: { 'x-amz-checksum-constructor': 'x' } },
      400,
    ],
    [
      'two checksums',
      {
        method: 'PUT',
        path: '/BUCKET/k',
        body: 'x',
        headers: { 'x-amz-checksum-sha1': 'x', 'x-amz-checksum-sha256': 'x' },
      },
      400,
    ],
    [
      'a wrong checksum',
      { method: 'PUT', path: '/BUCKET/k', body: 'x', headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } },
      400,
    ],
    [
      'a wrong Content-MD5',
      { method: 'PUT', path: '/BUCKET/k', body: 'x', headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } },
      400,
    ],
    [
      'no Content-MD5 at all',
      { method: 'PUT', path: '/BUCKET/k', body: 'x', headers: { 'content-md5': 'x' } },
      400,
    ],
    [
      'tags that cannot be decoded',
      { method: 'PUT', path: '/BUCKET/k', body: 'x', headers: { 'x-amz-tagging': '%' } },
      400,
    ],
    [
      'eleven tags',
      {
        method: 'PUT',
        path: '/BUCKET/k',
        body: 'x',
        headers: {
          'x-amz-tagging': 'abcdefghijk'
            .split('')
            .map((k) => `${k}=1`)
            .join('&'),
        },
      },
      400,
    ],
    [
      '3 KB of metadata',
      { method: 'PUT', path: '/BUCKET/k', body: 'x', headers: { 'x-amz-meta-a': 'x'.repeat(3000) } },
      400,
    ],
    [
      'an unknown storage class',
      { method: 'PUT', path: '/BUCKET/k', body: 'x', headers: { 'x-amz-storage-class': 'SHELF' } },
      400,
    ],
    ['20 KB of headers', { path: '/', headers: { 'x-amz-meta-a': 'x'.repeat(20_000) } }, 431],
  ])('%s → %#', async (_, request, status) => {
    const answer = await send(rig.port, { ...request, path: of(request.path!) });
    expect(answer.status).toBe(status);
    expect(answer.headers['x-evil']).toBeUndefined();
  });

  test('a request line that is none', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(rig.port, '127.0.0.1', () => socket.write('EHLO sandbox\r\n\r\n'));
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => resolve(received));
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('bodies that are too large', () => {
  test('are refused by their length, before they are sent', async () => {
    const headers = { 'content-length': String(LIMIT + 1) };
    const answer = await send(rig.port, {
      method: 'PUT',
      path: of('/BUCKET/big'),
      headers,
      body: 'x'.repeat(LIMIT + 1),
    });
    expect(answer.status).toBe(413);
  });

  test('are refused when they turn out so', async () => {
    const headers = { 'transfer-encoding': 'chunked', 'content-length': null };
    const request = { method: 'PUT', path: of('/BUCKET/big'), body: 'x'.repeat(LIMIT * 4) };
    const answer = await send(rig.port, { ...request, headers });
    expect(answer.status).toBe(413);
    expect(rig.state.buckets.get(Bucket)!.objects.has('big')).toBe(false);
  });

  test('one byte less is taken', async () => {
    const answer = await send(rig.port, { method: 'PUT', path: of('/BUCKET/fits'), body: 'x'.repeat(LIMIT) });
    expect(answer.status).toBe(200);
  });
});

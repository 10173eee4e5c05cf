import { beforeAll, describe, expect, test } from '@jest/globals';
import { DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Credential } from '../../lib/sandbox/state.ts';
import { ACCOUNT, expectRefusal, head, newBucket, NOON, put, useSandbox } from './sdk.ts';
import type { Clients, Keys } from './sdk.ts';
import { presign } from './sign.ts';
import { errorCode, send, TRUSTED } from './wire.ts';

const rig = useSandbox();
const USER = { accessKeyId: 'AKIAUSER', secretAccessKey: 'user secret' };
const SESSION = { accessKeyId: 'ASIASESSION', secretAccessKey: 'session secret', sessionToken: 'the token' };
const EXPIRED = { accessKeyId: 'ASIAEXPIRED', secretAccessKey: 'expired secret', sessionToken: 'old token' };

let Bucket: string;
beforeAll(async () => {
  const register = (keys: Keys, rest: Partial<Credential> = {}) =>
    rig.state.credentials.set(keys.accessKeyId, {
      secret: keys.secretAccessKey,
      sessionToken: keys.sessionToken ?? null,
      expired: false,
      accountId: ACCOUNT,
      arn: `arn:aws:iam::${ACCOUNT}:user/${keys.accessKeyId}`,
      ...rest,
    });
  register(USER);
  register(SESSION, { expiresAt: NOON + 3_600_000 });
  register(EXPIRED, { expired: true });
  Bucket = await newBucket(rig);
  await put(rig, Bucket, 'k');
});

/** One call of each protocol. */
const PROTOCOLS: Readonly<Record<string, (clients: Clients) => Promise<unknown>>> = {
  s3: ({ s3 }) => s3.send(new ListBucketsCommand({})),
  json: ({ kms }) => kms.send(new ListKeysCommand({})),
  query: ({ sts }) => sts.send(new GetCallerIdentityCommand({})),
};

describe('registered credentials are verified, in the words of each protocol', () => {
  type Case = {
    what: string;
    keys: Keys;
    answers: Record<keyof typeof PROTOCOLS, readonly [number, string] | 'ok'>;
  };
  const cases: readonly Case[] = [
    { what: 'the right secret', keys: USER, answers: { s3: 'ok', json: 'ok', query: 'ok' } },
    { what: 'the right secret and token', keys: SESSION, answers: { s3: 'ok', json: 'ok', query: 'ok' } },
    {
      what: 'a wrong secret',
      keys: { ...USER, secretAccessKey: 'guess' },
      answers: {
        s3: [403, 'SignatureDoesNotMatch'],
        json: [400, 'InvalidSignatureException'],
        query: [403, 'SignatureDoesNotMatch'],
      },
    },
    {
      what: 'a wrong token',
      keys: { ...SESSION, sessionToken: 'guess' },
      answers: {
        s3: [400, 'InvalidToken'],
        json: [400, 'UnrecognizedClientException'],
        query: [403, 'InvalidClientTokenId'],
      },
    },
    {
      what: 'no token where one belongs',
      keys: { accessKeyId: SESSION.accessKeyId, secretAccessKey: SESSION.secretAccessKey },
      answers: {
        s3: [403, 'InvalidAccessKeyId'],
        json: [400, 'UnrecognizedClientException'],
        query: [403, 'InvalidClientTokenId'],
      },
    },
    {
      what: 'a token where none belongs',
      keys: { ...USER, sessionToken: 'made up' },
      answers: {
        s3: [400, 'InvalidToken'],
        json: [400, 'UnrecognizedClientException'],
        query: [403, 'InvalidClientTokenId'],
      },
    },
    {
      what: 'a session that is over',
      keys: EXPIRED,
      answers: {
        s3: [400, 'ExpiredToken'],
        json: [400, 'ExpiredTokenException'],
        query: [403, 'ExpiredToken'],
      },
    },
  ];
  const rows = cases.flatMap(({ what, keys, answers }) =>
    Object.entries(answers).map(([protocol, answer]) => ({ what, keys, protocol, answer })),
  );

  test.each(rows)('$what over $protocol → $answer', async ({ keys, protocol, answer }) => {
    const call = PROTOCOLS[protocol]!(rig.as(keys));
    if (answer === 'ok') await call;
    else await expectRefusal(call, answer[0], answer[1]);
  });

  test('a session ends by itself', async () => {
    const { s3 } = rig.as(SESSION);
    await s3.send(new ListBucketsCommand({}));
    rig.clock.now = NOON + 3_600_000;
    try {
      await expectRefusal(rig.as(SESSION).s3.send(new ListBucketsCommand({})), 400, 'ExpiredToken');
    } finally {
      rig.clock.now = NOON;
    }
  });

  test('keys with odd characters, parameters and Unicode metadata are signed as the SDK signs them', async () => {
    const clients = rig.as(USER);
    for (const key of ['a b+c', "(*)!'~", 'ü/漢/😀', '100%/%41', 'a//b', '=&?#']) {
      await put(clients, Bucket, key, { Metadata: { note: 'two  spaces' }, Tagging: 'a=b%20c' });
      expect((await head(clients, Bucket, key)).Metadata).toEqual({ note: 'two  spaces' });
    }
  });
});

describe('credentials that nobody registered', () => {
  test('are taken on trust, unless the sandbox is strict', async () => {
    const stranger = rig.as({ accessKeyId: 'AKIASTRANGER', secretAccessKey: 'anything' });
    const { Arn } = await stranger.sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(rig.state.callerArn);
    rig.state.strictCredentials = true;
    try {
      await expectRefusal(stranger.s3.send(new ListBucketsCommand({})), 403, 'InvalidAccessKeyId');
      const trails = stranger.cloudtrail.send(new DescribeTrailsCommand({}));
      await expectRefusal(trails, 400, 'UnrecognizedClientException');
      await expectRefusal(stranger.sts.send(new GetCallerIdentityCommand({})), 403, 'InvalidClientTokenId');
      await rig.as(USER).s3.send(new ListBucketsCommand({}));
    } finally {
      rig.state.strictCredentials = false;
    }
  });

  test.each<[string, Record<string, string | null>, number, string]>([
    ['nobody', { authorization: null }, 403, 'AccessDenied'],
    ['Signature Version 2', { authorization: 'AWS AKIA:signature' }, 400, 'InvalidRequest'],
    ['Signature Version 4A', { authorization: TRUSTED.replace('HMAC', 'ECDSA-P256') }, 400, 'InvalidRequest'],
    [
      'half a header',
      { authorization: 'AWS4-HMAC-SHA256 Credential=a/b' },
      400,
      'AuthorizationHeaderMalformed',
    ],
    [
      'a scope of four parts',
      { authorization: TRUSTED.replace('/s3/', '/') },
      400,
      'AuthorizationHeaderMalformed',
    ],
  ])('%s', async (_, headers, status, code) => {
    const answer = await send(rig.port, { path: '/', headers });
    expect([answer.status, errorCode(answer)]).toEqual([status, code]);
  });
});

describe('what was signed must be what arrives', () => {
  test.each([-16, 16])('a clock %i minutes off', async (minutes) => {
    const path = `/${Bucket}/k`;
    const at = new Date(NOON + minutes * 60_000).toISOString().replace(/[-:]|\.\d{3}/g, '');
    const headers = {
      authorization: TRUSTED.replace('AKIATRUSTED', USER.accessKeyId),
      'x-amz-date': at,
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    };
    const answer = await send(rig.port, { path, headers });
    expect([answer.status, errorCode(answer)]).toEqual([403, 'RequestTimeTooSkewed']);
  });

  /** Changes a request after the SDK has signed it. */
  async function tampered(
    change: (request: { headers: Record<string, string>; body: unknown; path: string }) => void,
  ) {
    const { s3 } = rig.as(USER);
    s3.middlewareStack.add(
      (next) => (args) => {
        change(args.request as never);
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low', name: 'tamper' },
    );
    return put({ s3 }, Bucket, 'k', { Metadata: { a: '1' } });
  }

  test.each<
    [
      string,
      (request: { headers: Record<string, string>; body: unknown; path: string }) => void,
      number,
      string,
    ]
  >([
    ['another header value', ({ headers }) => (headers['x-amz-meta-a'] = '2'), 403, 'SignatureDoesNotMatch'],
    ['another header', ({ headers }) => (headers['x-amz-acl'] = 'public-read'), 403, 'AccessDenied'],
    ['another key', (request) => (request.path = `/${Bucket}/other`), 403, 'SignatureDoesNotMatch'],
    ['another body', (request) => (request.body = 'y'), 400, 'XAmzContentSHA256Mismatch'],
    [
      'another day',
      ({ headers }) => (headers['x-amz-date'] = '20260831T120000Z'),
      400,
      'AuthorizationHeaderMalformed',
    ],
  ])('%s', async (_, change, status, code) => {
    await expectRefusal(tampered(change), status, code);
    expect((await head(rig, Bucket, 'k')).Metadata).toEqual({});
  });

  test('nothing changed', async () => {
    const { s3 } = rig.as(USER);
    await put({ s3 }, Bucket, 'unchanged', { Metadata: { a: '1' } });
  });
});

describe('presigned addresses', () => {
  const signed = (rest: Partial<Parameters<typeof presign>[3]> = {}, keys: Keys = USER) =>
    presign(rig.s3, rig.port, keys, { path: `/${Bucket}/k`, at: NOON, ...rest });
  const get = async (path: string, method = 'GET') => {
    const answer = await send(rig.port, { method, path, headers: { authorization: null } });
    return [answer.status, errorCode(answer) ?? answer.text];
  };

  test('read, and write, for as long as they last', async () => {
    expect(await get(await signed())).toEqual([200, 'x']);
    expect(await get(await signed({}, SESSION))).toEqual([200, 'x']);
    expect((await get(await signed({ method: 'PUT', path: `/${Bucket}/by-link` }), 'PUT'))[0]).toBe(200);
    expect(await get(await signed({ at: NOON - 59_000 }))).toEqual([200, 'x']);
    expect(await get(await signed({ at: NOON - 61_000 }))).toEqual([403, 'AccessDenied']);
    expect(await get(await signed({ at: NOON + 16 * 60_000 }))).toEqual([403, 'AccessDenied']);
  });

  test('name one method and one key, and cannot be changed', async () => {
    const address = await signed();
    expect(await get(address, 'DELETE')).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await get(address.replace('/k?', '/by-link?'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await get(address.replace('Expires=60', 'Expires=6000'))).toEqual([403, 'SignatureDoesNotMatch']);
    expect(await get(`${address}&response-content-type=text/html`)).toEqual([403, 'SignatureDoesNotMatch']);
  });

  test('die with their session', async () => {
    expect(await get(await signed({}, EXPIRED))).toEqual([400, 'ExpiredToken']);
    expect(await get(await signed({}, { ...SESSION, sessionToken: 'guess' }))).toEqual([400, 'InvalidToken']);
  });

  test.each([
    ['more than a week', (url: string) => url.replace('Expires=60', 'Expires=604801')],
    ['a negative time', (url: string) => url.replace('Expires=60', 'Expires=-1')],
    ['no time', (url: string) => url.replace('X-Amz-Expires=60&', '')],
    ['another algorithm', (url: string) => url.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-MD5')],
  ])('of %s are malformed', async (_, change) => {
    expect(await get(change(await signed()))).toEqual([400, 'AuthorizationQueryParametersError']);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ApiRequest } from '../../lib/api/http.ts';
import { ROUTES } from '../../lib/api/router.ts';
import { AuditError } from '../../lib/model/errors.ts';
import { fault } from '../../lib/sandbox/faults.ts';
import { removeRuns } from '../support/run.ts';
import { documented, operations, violations } from './openapi.ts';
import { BUCKET, HALF, RUNS, startWorld, token } from './support.ts';
import type { ApiWorld } from './support.ts';

let world: ApiWorld;
let signingKey: string | null;
beforeAll(async () => {
  world = await startWorld();
  signingKey = world.signing.key;
});
afterAll(async () => {
  await world.sandbox.close();
  await removeRuns();
});
beforeEach(() => {
  world.starter.states.clear();
  world.signing.key = signingKey;
  world.starter.requests.length = 0;
  world.sandbox.state.faults.length = 0;
  world.errors.length = 0;
});

const [LATEST] = RUNS;
const LIST = 'GET /runs';
const START = 'POST /runs';
const RUN = 'GET /runs/{runId}';
const FILE = 'GET /runs/{runId}/files/{path+}';
const DENY = { type: 'deny' } as const;
const DROP = { type: 'drop' } as const;

type Case = {
  readonly what: string;
  readonly operation: string;
  readonly request: Partial<ApiRequest>;
  readonly given?: (world: ApiWorld) => void;
  readonly status: number;
  /** What the problem says, or the answer holds. */
  readonly says: RegExp;
};

const busy = ({ starter }: ApiWorld) => starter.states.set('20261125T110000Z-0000ff', { status: 'running' });
const struck =
  (operation: string, effect: typeof DENY | typeof DROP) =>
  ({ sandbox }: ApiWorld) =>
    sandbox.state.faults.push(fault({ operation, bucket: BUCKET }, effect));
const file = (path: string, run: string = LATEST) => ({ path: `/runs/${run}/files/${path}` });
const post = (body: unknown, rest: Partial<ApiRequest> = {}) => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...rest,
});

const KEY = 'GET /signing-key';
const key = { path: '/signing-key' };
const keyStruck =
  (effect: typeof DENY | typeof DROP) =>
  ({ sandbox }: ApiWorld) =>
    sandbox.state.faults.push(fault({ operation: 'GetPublicKey' }, effect));

/** One row for each way an operation answers; every documented answer must have one. */
const CASES: readonly Case[] = [
  { what: 'the key', operation: KEY, request: key, status: 200, says: /BEGIN PUBLIC KEY/ },
  {
    what: 'the key for nobody',
    operation: KEY,
    request: { ...key, caller: null },
    status: 401,
    says: /bearer token/,
  },
  {
    what: 'the key for a starter alone',
    operation: KEY,
    request: { ...key, caller: token('sealcheck/start') },
    status: 403,
    says: /sealcheck\/read/,
  },
  {
    what: 'the key where nothing is signed',
    operation: KEY,
    request: key,
    given: ({ signing }) => void (signing.key = null),
    status: 404,
    says: /not signed here/,
  },
  {
    what: 'a key that is refused',
    operation: KEY,
    request: key,
    given: keyStruck(DENY),
    status: 500,
    says: /log of the function/,
  },
  {
    what: 'a KMS out of reach',
    operation: KEY,
    request: key,
    given: keyStruck(DROP),
    status: 503,
    says: /try again/,
  },
  { what: 'lists', operation: LIST, request: {}, status: 200, says: /"status":"complete"/ },
  {
    what: 'lists for a reader',
    operation: LIST,
    request: { caller: token('sealcheck/read') },
    status: 200,
    says: /runs/,
  },
  {
    what: 'a limit that is none',
    operation: LIST,
    request: { query: { limit: '0' } },
    status: 400,
    says: /limit/,
  },
  {
    what: 'a limit beyond the page',
    operation: LIST,
    request: { query: { limit: '51' } },
    status: 400,
    says: /limit/,
  },
  {
    what: 'a page mark that is no run',
    operation: LIST,
    request: { query: { before: '../x' } },
    status: 400,
    says: /not the id of a run/,
  },
  {
    what: 'a query nobody knows',
    operation: LIST,
    request: { query: { tenant: 'x' } },
    status: 400,
    says: /tenant/,
  },
  { what: 'nobody', operation: LIST, request: { caller: null }, status: 401, says: /bearer token/ },
  {
    what: 'a token without scopes',
    operation: LIST,
    request: { caller: token() },
    status: 403,
    says: /sealcheck\/read/,
  },
  {
    what: 'a bucket that is refused',
    operation: LIST,
    request: {},
    given: struck('ListObjectsV2', DENY),
    status: 500,
    says: /log of the function/,
  },
  {
    what: 'a bucket out of reach',
    operation: LIST,
    request: {},
    given: struck('HeadObject', DROP),
    status: 503,
    says: /try again/,
  },

  {
    what: 'starts',
    operation: START,
    request: post(''),
    status: 202,
    says: /"runId":"20261125T120000Z-800000"/,
  },
  {
    what: 'starts narrowed',
    operation: START,
    request: post({ rules: ['hipaa.yml'], buckets: ['phi-*'] }),
    status: 202,
    says: /running/,
  },
  {
    what: 'starts for a starter',
    operation: START,
    request: post({}, { caller: token('sealcheck/start') }),
    status: 202,
    says: /running/,
  },
  { what: 'a body that is no JSON', operation: START, request: post('{'), status: 400, says: /not JSON/ },
  { what: 'a body of another shape', operation: START, request: post([]), status: 400, says: /The body/ },
  {
    what: 'an option nobody knows',
    operation: START,
    request: post({ bucket: ['x'] }),
    status: 400,
    says: /bucket/,
  },
  {
    what: 'a pack that is not deployed',
    operation: START,
    request: post({ rules: ['../etc/passwd'] }),
    status: 400,
    says: /no rule pack/,
  },
  {
    what: 'a bucket that is no name',
    operation: START,
    request: post({ buckets: ['$(rm)'] }),
    status: 400,
    says: /not a bucket name/,
  },
  {
    what: 'nobody',
    operation: START,
    request: post({}, { caller: null }),
    status: 401,
    says: /bearer token/,
  },
  {
    what: 'a reader',
    operation: START,
    request: post({}, { caller: token('sealcheck/read') }),
    status: 403,
    says: /sealcheck\/start/,
  },
  {
    what: 'a run under way',
    operation: START,
    request: post({}),
    given: busy,
    status: 409,
    says: /20261125T110000Z-0000ff is under way/,
  },
  {
    what: 'a body beyond measure',
    operation: START,
    request: post('x'.repeat(200_000)),
    status: 413,
    says: /too large/,
  },
  {
    what: 'a starter that fails',
    operation: START,
    request: post({}),
    given: failingStart('FAILED'),
    status: 500,
    says: /log of the function/,
  },
  {
    what: 'a starter out of reach',
    operation: START,
    request: post({}),
    given: failingStart('UNREACHABLE'),
    status: 503,
    says: /try again/,
  },

  {
    what: 'tells of a run',
    operation: RUN,
    request: { path: `/runs/${LATEST}` },
    status: 200,
    says: /"path":"report.html"/,
  },
  {
    what: 'tells of one under way',
    operation: RUN,
    request: { path: '/runs/20261125T110000Z-0000ff' },
    given: busy,
    status: 200,
    says: /"status":"running"/,
  },
  {
    what: 'tells why one failed',
    operation: RUN,
    request: { path: `/runs/${HALF}` },
    given: ({ starter }) =>
      starter.states.set(HALF, { status: 'failed', reason: 'The rule pack is broken.' }),
    status: 200,
    says: /"reason":"The rule pack is broken\."/,
  },
  {
    what: 'an id that is none',
    operation: RUN,
    request: { path: '/runs/..%2F..' },
    status: 400,
    says: /not the id of a run/,
  },
  {
    what: 'nobody',
    operation: RUN,
    request: { path: `/runs/${LATEST}`, caller: null },
    status: 401,
    says: /bearer/,
  },
  {
    what: 'a starter',
    operation: RUN,
    request: { path: `/runs/${LATEST}`, caller: token('sealcheck/start') },
    status: 403,
    says: /sealcheck\/read/,
  },
  {
    what: 'a run that never was',
    operation: RUN,
    request: { path: '/runs/20250101T000000Z-abcdef' },
    status: 404,
    says: /There is no run/,
  },
  {
    what: 'half a run nobody remembers',
    operation: RUN,
    request: { path: `/runs/${HALF}` },
    status: 404,
    says: /There is no run/,
  },
  {
    what: 'another method',
    operation: RUN,
    request: { path: `/runs/${LATEST}`, method: 'DELETE' },
    status: 405,
    says: /answers GET/,
  },
  {
    what: 'a manifest that is refused',
    operation: RUN,
    request: { path: `/runs/${LATEST}` },
    given: struck('GetObject', DENY),
    status: 500,
    says: /log of the function/,
  },
  {
    what: 'a manifest out of reach',
    operation: RUN,
    request: { path: `/runs/${LATEST}` },
    given: struck('GetObject', DROP),
    status: 503,
    says: /try again/,
  },

  { what: 'links', operation: FILE, request: file('findings.json'), status: 200, says: /X-Amz-Signature=/ },
  {
    what: 'links into folders',
    operation: FILE,
    request: file('evidence/buckets/data.json'),
    status: 200,
    says: /"sha256":"[0-9a-f]{64}"/,
  },
  {
    what: 'links the manifest',
    operation: FILE,
    request: file('manifest.json'),
    status: 200,
    says: /"sha256":null/,
  },
  {
    what: 'a path that climbs',
    operation: FILE,
    request: file('../20261124T020000Z-00000a/findings.json'),
    status: 400,
    says: /not one that a run could have/,
  },
  {
    what: 'a path that climbs encoded',
    operation: FILE,
    request: file('..%2ffindings.json'),
    status: 400,
    says: /could have/,
  },
  {
    what: 'a path with an empty segment',
    operation: FILE,
    request: file('evidence//plan.json'),
    status: 400,
    says: /could have/,
  },
  {
    what: 'a path with a control character',
    operation: FILE,
    request: file('a%00b'),
    status: 400,
    says: /could have/,
  },
  {
    what: 'a path that cannot be decoded',
    operation: FILE,
    request: file('%E0%A4%A'),
    status: 400,
    says: /URL encoding/,
  },
  {
    what: 'nobody',
    operation: FILE,
    request: { ...file('findings.json'), caller: null },
    status: 401,
    says: /bearer/,
  },
  {
    what: 'a starter',
    operation: FILE,
    request: { ...file('findings.json'), caller: token('sealcheck/start') },
    status: 403,
    says: /read/,
  },
  {
    what: 'a file that no manifest lists',
    operation: FILE,
    request: file('secret.txt'),
    status: 404,
    says: /has no file secret\.txt/,
  },
  {
    what: 'a seal that was not made',
    operation: FILE,
    request: file('manifest.sigstore.json'),
    status: 404,
    says: /has no file/,
  },
  {
    what: 'a file of half a run',
    operation: FILE,
    request: file('evidence/plan.json', HALF),
    status: 404,
    says: /no report of run/,
  },
  {
    what: 'another method',
    operation: FILE,
    request: { ...file('findings.json'), method: 'PUT' },
    status: 405,
    says: /answers GET/,
  },
  {
    what: 'a manifest that is refused',
    operation: FILE,
    request: file('findings.json'),
    given: struck('GetObject', DENY),
    status: 500,
    says: /log/,
  },
  {
    what: 'a manifest out of reach',
    operation: FILE,
    request: file('findings.json'),
    given: struck('GetObject', DROP),
    status: 503,
    says: /try again/,
  },
];

function failingStart(code: 'FAILED' | 'UNREACHABLE') {
  return ({ starter }: ApiWorld): void => {
    starter.failNext = new AuditError(code, 'secret detail');
  };
}

describe('the API', () => {
  test.each(CASES.map((each) => [`${each.operation}: ${each.what} → ${each.status}`, each] as const))(
    '%s',
    async (_name, { operation, request, given, status, says }) => {
      given?.(world);
      const response = await world.ask(request);
      expect({ status: response.status, body: response.body }).toEqual({
        status,
        body: expect.stringMatching(says),
      });
      expect(violations(operation, response)).toEqual([]);
      expect(response.headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      });
      // What went wrong inside is for the log alone.
      expect(world.errors.length > 0).toBe(status >= 500);
      expect(response.body).not.toContain('secret detail');
    },
  );

  test('its file documents every route and every answer, and nothing else', () => {
    expect([...operations].sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort());
    const produced = new Set(CASES.map(({ operation, status }) => `${operation} ${status}`));
    expect([...documented].sort()).toEqual([...produced].sort());
  });
});

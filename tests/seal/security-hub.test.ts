import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { importFindings } from '../../lib/audit/security-hub.ts';
import { createClients } from '../../lib/collectors/clients.ts';
import type { AwsClients } from '../../lib/collectors/clients.ts';
import { asffFindings } from '../../reports/asff.ts';
import type { AsffFinding } from '../../reports/asff.ts';
import { assessment } from '../reports/fixture.ts';
import { validatorOf } from '../reports/validate.ts';

type Batch = { Findings: { Id: string; AwsAccountId: string }[] };
type Answer = { readonly status: number; readonly body: object; readonly error?: string };
/** The region that a request was signed for, and what was in it. */
type Call = { readonly region: string; readonly bytes: number; readonly batch: Batch };

const ACCOUNT = '111122223333';
const validate = validatorOf('tests/schemas/asff-2018-10-08.schema.json');
let server: Server;
let aws: AwsClients;
let calls: Call[];
let waits: number[];
/** What the hub answers; by default that everything was imported. */
let answer: (call: Call) => Answer;

const accepted = ({ batch }: Call): Answer => ({
  status: 200,
  body: { FailedCount: 0, SuccessCount: batch.Findings.length, FailedFindings: [] },
});
const error = (status: number, name: string): Answer => ({
  status,
  body: { Message: `${name}!` },
  error: name,
});
const refusing = (ids: readonly string[], ErrorCode: string): Answer => ({
  status: 200,
  body: {
    FailedCount: ids.length,
    SuccessCount: 0,
    FailedFindings: ids.map((Id) => ({ Id, ErrorCode, ErrorMessage: `${ErrorCode} it is` })),
  },
});

beforeEach(async () => {
  calls = [];
  waits = [];
  answer = accepted;
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const body = Buffer.concat(pieces);
      const region = /Credential=[^/]+\/\d+\/([^/]+)\/securityhub/.exec(
        request.headers.authorization ?? '',
      )?.[1];
      const call = { region: region ?? '', bytes: body.length, batch: JSON.parse(body.toString()) as Batch };
      if (request.method !== 'POST' || request.url !== '/findings/import') response.writeHead(404).end();
      else {
        calls.push(call);
        const { status, body: text, error: name } = answer(call);
        response.writeHead(status, {
          'content-type': 'application/json',
          ...(name === undefined ? {} : { 'x-amzn-errortype': name }),
        });
        response.end(JSON.stringify(text));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  aws = createClients({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    toolVersion: 'test',
  });
});
afterEach(() => {
  aws.close();
  server.close();
  server.closeAllConnections();
});

const send = async (findings: readonly AsffFinding[]) =>
  importFindings(findings, {
    hub: aws.securityHub,
    accountId: ACCOUNT,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
const [template] = asffFindings(assessment);
const many = (count: number, over: Partial<AsffFinding> = {}): AsffFinding[] =>
  Array.from({ length: count }, (_, i) => ({
    ...template!,
    AwsAccountId: ACCOUNT,
    ProductArn: `arn:aws:securityhub:eu-west-1:${ACCOUNT}:product/${ACCOUNT}/default`,
    Id: `sealcheck/${i}`,
    ...over,
  }));

describe('sending findings to AWS Security Hub', () => {
  test('every finding of the caller’s account arrives once, in the Region of its bucket, within the format', async () => {
    const findings = asffFindings(assessment);
    const own = findings.filter(({ AwsAccountId }) => AwsAccountId === ACCOUNT);
    const result = await send(findings);
    expect(result).toMatchObject({ imported: own.length, failed: [] });
    expect(result.skipped.map(({ code }) => code)).toEqual(
      Array(findings.length - own.length).fill('OTHER_ACCOUNT'),
    );
    const sent = calls.flatMap(({ batch }) => batch.Findings);
    expect(sent.map(({ Id }) => Id).sort()).toEqual(own.map(({ Id }) => Id).sort());
    expect(validate(sent)).toEqual([]);
    expect(calls.map(({ region }) => region)).toEqual(['eu-west-1']);
  });

  test('findings of accounts that a role leads into are sent from there', async () => {
    const foreign = many(2, { AwsAccountId: '444455556666', Id: 'sealcheck/foreign' });
    const asked: string[] = [];
    const result = await importFindings([...many(1), ...foreign], {
      hub: aws.securityHub,
      accountId: ACCOUNT,
      hubOf: (accountId) => {
        asked.push(accountId);
        return aws.securityHub;
      },
      sleep: () => Promise.resolve(),
    });
    expect(result).toEqual({ imported: 3, failed: [], skipped: [] });
    expect(new Set(asked)).toEqual(new Set(['444455556666']));
    // One call never mixes accounts.
    for (const { batch } of calls)
      expect(new Set(batch.Findings.map(({ AwsAccountId }) => AwsAccountId)).size).toBe(1);
  });

  test.each([
    [1, [1]],
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ])('%d findings go in calls of %j', async (count, sizes) => {
    expect(await send(many(count))).toEqual({ imported: count, failed: [], skipped: [] });
    expect(calls.map(({ batch }) => batch.Findings.length)).toEqual(sizes);
  });

  test('a call never has more than 6 MB, however many findings fit by number', async () => {
    const findings = many(90, { ProductFields: { big: 'x'.repeat(200_000) } });
    expect((await send(findings)).imported).toBe(90);
    expect(calls.length).toBeGreaterThan(2);
    for (const { bytes } of calls) expect(bytes).toBeLessThanOrEqual(6 * 1024 * 1024);
  });

  test('a finding above 240 KB is not sent, and told', async () => {
    const [big] = many(1, { ProductFields: { big: 'x'.repeat(250_000) }, Id: 'sealcheck/big' });
    const result = await send([...many(2), big!]);
    expect(result).toMatchObject({ imported: 2, failed: [{ id: 'sealcheck/big', code: 'TOO_LARGE' }] });
  });

  test('throttled calls are sent again, waiting longer each time', async () => {
    // In place of the SDK's client, which first waits and tries by itself.
    let sent = 0;
    const hub = {
      send: () => {
        sent += 1;
        const throttled = { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } };
        return sent < 5 ? Promise.reject(Object.assign(new Error('slow'), throttled)) : Promise.resolve({});
      },
    } as unknown as SecurityHubClient;
    const sleep = (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    };
    expect(await importFindings(many(3), { hub: () => hub, accountId: ACCOUNT, sleep })).toEqual({
      imported: 3,
      failed: [],
      skipped: [],
    });
    expect(waits).toEqual([500, 1000, 2000, 4000]);
  });

  test('throttled without end: every finding is told as failed, and it ends', async () => {
    answer = () =>
      refusing(
        calls.at(-1)!.batch.Findings.map(({ Id }) => Id),
        'ThrottlingException',
      );
    const result = await send(many(3));
    expect(result.imported).toBe(0);
    expect(result.failed.map(({ code }) => code)).toEqual(Array(3).fill('ThrottlingException'));
    expect(calls).toHaveLength(8);
  });

  test('a part that fails: the rest counts, what passes by itself is sent again, the others are told', async () => {
    let first = true;
    answer = (call) => {
      if (!first) return accepted(call);
      first = false;
      return {
        status: 200,
        body: {
          FailedCount: 2,
          SuccessCount: 3,
          FailedFindings: [
            { Id: 'sealcheck/1', ErrorCode: 'InvalidInput', ErrorMessage: 'Title is too long' },
            { Id: 'sealcheck/3', ErrorCode: 'InternalException', ErrorMessage: 'try again' },
          ],
        },
      };
    };
    expect(await send(many(5))).toEqual({
      imported: 4,
      failed: [{ id: 'sealcheck/1', code: 'InvalidInput', message: 'Title is too long' }],
      skipped: [],
    });
    expect(calls.map(({ batch }) => batch.Findings.map(({ Id }) => Id))).toEqual([
      many(5).map(({ Id }) => Id),
      ['sealcheck/3'],
    ]);
  });

  test.each([
    [401, 'InvalidAccessException', 'NOT_ENABLED', /not enabled in eu-west-1/],
    [403, 'AccessDeniedException', 'ACCESS_DENIED', /AccessDeniedException/],
  ])('%d %s: every finding is told as failed, and nothing throws', async (status, name, code, message) => {
    answer = () => error(status, name);
    const result = await send(many(2));
    expect(result.imported).toBe(0);
    expect(result.failed.map((failure) => failure.code)).toEqual([code, code]);
    expect(result.failed[0]!.message).toMatch(message);
    expect(calls).toHaveLength(1);
  });

  test('one Region without a hub does not keep the others from theirs', async () => {
    const other = { ProductArn: `arn:aws:securityhub:us-east-1:${ACCOUNT}:product/${ACCOUNT}/default` };
    answer = (call) => (call.region === 'eu-west-1' ? error(401, 'InvalidAccessException') : accepted(call));
    const result = await send([...many(2), ...many(3, other).map((one) => ({ ...one, Id: `${one.Id}/us` }))]);
    expect([result.imported, result.failed.length]).toEqual([3, 2]);
  });
});

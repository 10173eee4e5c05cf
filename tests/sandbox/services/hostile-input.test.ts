import { afterEach, describe, expect, test } from '@jest/globals';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { ACCOUNT, useSandbox } from '../sdk.ts';
import { errorCode, send } from '../wire.ts';

const rig = useSandbox();

// Whatever a test sent, the sandbox answers the next request as if nothing had been.
afterEach(async () => {
  expect((await rig.sts.send(new GetCallerIdentityCommand({}))).Account).toBe(ACCOUNT);
});

describe('services', () => {
  const json = (target: string, body: string | Buffer) =>
    send(rig.port, { method: 'POST', path: '/', headers: { 'x-amz-target': target }, body });

  test.each([
    ['TrentService.DescribeKey', 'no JSON', 'x', 'SerializationException'],
    ['TrentService.DescribeKey', 'a list', '[]', 'SerializationException'],
    ['TrentService.DescribeKey', 'null', 'null', 'SerializationException'],
    ['TrentService.DescribeKey', 'nothing', '', 'ValidationException'],
    ['TrentService.DescribeKey', 'a number for a key', '{"KeyId":5}', 'ValidationException'],
    [
      'TrentService.DescribeKey',
      'a key id of 3,000 characters',
      JSON.stringify({ KeyId: 'x'.repeat(3000) }),
      'ValidationException',
    ],
    [
      'TrentService.DescribeKey',
      'a deep tree',
      `{"KeyId":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      'ValidationException',
    ],
    [
      'TrentService.Decrypt',
      'no ciphertext of ours',
      '{"CiphertextBlob":"AAAA"}',
      'InvalidCiphertextException',
    ],
    [
      'TrentService.Decrypt',
      'a cut ciphertext',
      `{"CiphertextBlob":"${Buffer.from('SBX1\u00ff').toString('base64')}"}`,
      'InvalidCiphertextException',
    ],
    [
      'TrentService.CreateKey',
      'a prototype for a spec',
      '{"KeySpec":"__proto__","KeyUsage":"SIGN_VERIFY"}',
      'UnsupportedOperationException',
    ],
    ['TrentService.NoSuchThing', 'an unknown operation', '{}', 'UnknownOperationException'],
    ['Nobody.NoSuchThing', 'an unknown service', '{}', 'UnknownOperationException'],
    ['', 'no target', '{}', 'UnknownOperationException'],
    [
      'CloudTrail_20131101.LookupEvents',
      'a prototype for an attribute',
      '{"LookupAttributes":[{"AttributeKey":"__proto__","AttributeValue":"x"}]}',
      'InvalidLookupAttributesException',
    ],
    [
      'CloudTrail_20131101.LookupEvents',
      'a method for an attribute',
      '{"LookupAttributes":[{"AttributeKey":"toString","AttributeValue":"x"}]}',
      'InvalidLookupAttributesException',
    ],
    [
      'StarlingDoveService.SelectResourceConfig',
      '2,000 parentheses',
      JSON.stringify({ Expression: `SELECT a WHERE ${'('.repeat(2000)}` }),
      'InvalidExpressionException',
    ],
    [
      'StarlingDoveService.SelectResourceConfig',
      '1,000 NOTs',
      JSON.stringify({ Expression: `SELECT a WHERE ${'NOT '.repeat(1000)}b=1` }),
      'InvalidExpressionException',
    ],
    [
      'StarlingDoveService.SelectResourceConfig',
      'an unclosed quote',
      JSON.stringify({ Expression: `SELECT a WHERE b = '${"''".repeat(2000)}` }),
      'InvalidExpressionException',
    ],
  ])('%s with %s → 400', async (target, _, body, code) => {
    const answer = await json(target, body);
    expect([answer.status, (JSON.parse(answer.text) as { __type: string }).__type]).toEqual([400, code]);
  });

  test.each([
    ['an unknown action', 'Action=Nothing&Version=2011-06-15', 'InvalidAction'],
    ['another version', 'Action=GetCallerIdentity&Version=1999-01-01', 'InvalidAction'],
    ['an action with markup', 'Action=%3Cscript%3E&Version=2011-06-15', 'InvalidAction'],
    ['a broken escape', 'Action=%', 'MalformedQueryString'],
  ])('a form with %s → 400', async (_, body, code) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await send(rig.port, { method: 'POST', path: '/', headers, body });
    expect([answer.status, errorCode(answer)]).toEqual([400, code]);
    expect(answer.text).not.toContain('<script>');
  });
});

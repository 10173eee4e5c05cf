import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PORTAL_PATHS } from '../../lib/api/portal.ts';
import { ROUTES, SCOPES } from '../../lib/api/router.ts';
import { matchesGlob } from '../../lib/model/glob.ts';
import { FUNCTIONS as DEPLOYED, MOST_BYTES } from '../../scripts/functions.ts';
import { changeEvent, sse } from '../config-rule/items.ts';
import { KEY_ARN, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';
import { runCli } from '../support/cli.ts';
import { packStack, ROOT } from '../support/pack-stack.ts';
import type { PackedStack } from '../support/pack-stack.ts';
import { definition } from '../support/workflow.ts';

type Resource = {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly Properties: Record<string, unknown>;
};

let packed: PackedStack;
let folder: string;
let resources: Record<string, Resource>;

beforeAll(() => {
  packed = packStack('test');
  ({ folder } = packed);
  const template = JSON.parse(
    readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'),
  ) as { Resources: typeof resources };
  resources = template.Resources;
}, 120_000);
afterAll(() => packed.remove());

const ofType = (type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type);
const properties = (name: string): Record<string, unknown> => {
  expect(Object.keys(resources)).toContain(name);
  return resources[name]!.Properties;
};
const FUNCTIONS = Object.keys(DEPLOYED).sort();

describe('the bundles', () => {
  test.each(FUNCTIONS)('%s is a megabyte at most, and packed far smaller', (name) => {
    expect(MOST_BYTES).toBe(1_000_000);
    expect(statSync(join(ROOT, '.lambda', `${name}.mjs`)).size).toBeLessThanOrEqual(MOST_BYTES);
    expect(statSync(join(folder, `${name}.zip`)).size).toBeLessThan(400_000);
  });

  test.each(FUNCTIONS)('%s loads with what it is packed with, and has its handler', (name) => {
    const script = `const { handler } = await import(${JSON.stringify(
      pathToFileURL(join(ROOT, '.lambda', `${name}.mjs`)).href,
    )}); process.stdout.write(typeof handler);`;
    const env = {
      REPORT_BUCKET: 'r',
      STATE_MACHINE_ARN: 'm',
      AWS_REGION: 'eu-west-1',
      RULES_FOLDER: join(ROOT, 'rules'),
    };
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env });
    expect(out.toString()).toBe('function');
  });
});

describe('a bundle', () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(async () => sandbox.close());

  test('works as it is deployed, with credentials from the environment', async () => {
    const event = changeEvent({
      name: 'b',
      supplementary: { ServerSideEncryptionConfiguration: sse('aws:kms', KEY_ARN) },
    });
    const context = { invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:f' };
    const script = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(join(ROOT, '.lambda/config-rule.mjs')).href)});
      const context = { ...${JSON.stringify(context)}, getRemainingTimeInMillis: () => 60_000 };
      await handler(${JSON.stringify(event)}, context);
    `;
    const env = {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_SESSION_TOKEN: 'test',
      RULES: 'baseline.yml',
      RULES_FOLDER: join(ROOT, 'rules'),
      POWERTOOLS_TRACE_ENABLED: 'false',
    };
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env });
    expect(sandbox.state.configEvaluations).toMatchObject([{ ComplianceResourceId: 'b' }]);
    expect(sandbox.state.requests.get('kms:DescribeKey')).toBe(1);
  });
});

describe('functions', () => {
  test('each has a role of its own, tracing, a log that ends, and the newest runtime', () => {
    const functions = ofType('AWS::Lambda::Function');
    expect(functions.map(([, { Properties }]) => String(Properties['FunctionName'])).sort()).toEqual(
      FUNCTIONS.map((name) => `sealcheck-test-${name}`),
    );
    const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties['Role']));
    expect(new Set(roles).size).toBe(FUNCTIONS.length);
    for (const [, { Properties }] of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'Active' },
      });
    }
    for (const [, { Properties }] of ofType('AWS::Logs::LogGroup'))
      expect(Properties['RetentionInDays']).toBe(90);
  });

  test('run outside any VPC unless they are asked into one', () => {
    expect(ofType('AWS::Lambda::Function').filter(([, { Properties }]) => 'VpcConfig' in Properties)).toEqual(
      [],
    );
    expect(Object.values(resources).filter(({ Type }) => Type.startsWith('AWS::EC2::'))).toEqual([]);
  });

  test('no role allows every action of a service, or is open to other accounts', () => {
    for (const [name, { Properties }] of ofType('AWS::IAM::Role')) {
      const document = JSON.stringify(Properties['Policies']);
      expect([name, document.match(/"[a-z0-9]+:\*"|"\*:\*"/g)]).toEqual([name, null]);
      expect(Properties['ManagedPolicyArns']).toBeUndefined();
      expect(JSON.stringify(Properties['AssumeRolePolicyDocument'])).toMatch(
        /"Service":"[a-z]+\.amazonaws\.com"/,
      );
    }
  });

  test('whoever may call one is named, with the account or API that it calls for', () => {
    for (const [, { Properties }] of ofType('AWS::Lambda::Permission')) {
      expect(Properties['SourceArn'] ?? Properties['SourceAccount']).toBeDefined();
    }
  });
});

describe('logs', () => {
  test('are sealed under a key that CloudWatch Logs may use for this stage alone', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(FUNCTIONS.length);
    for (const [name, { Properties }] of groups)
      expect([name, Properties['KmsKeyId']]).toEqual([name, { 'Fn::GetAtt': ['TopicKey', 'Arn'] }]);
    type Statement = { Sid: string; Condition: { ArnLike: Record<string, { 'Fn::Sub': string }[]> } };
    const { Statement } = properties('TopicKey')['KeyPolicy'] as { Statement: Statement[] };
    const allowed = Statement.find(({ Sid }) => Sid === 'LogsSeal')!.Condition.ArnLike[
      'kms:EncryptionContext:aws:logs:arn'
    ]!.map((pattern) => pattern['Fn::Sub'].split(':log-group:')[1]!);
    for (const [, { Properties }] of groups) {
      const group = String(Properties['LogGroupName']);
      expect([group, allowed.some((pattern) => matchesGlob(pattern, group))]).toEqual([group, true]);
    }
  });
});

describe('the report bucket', () => {
  test('is sealed under its own rotating key, versioned, locked, and closed to the public', () => {
    expect(properties('ReportBucket')).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': ['ReportKey', 'Arn'] },
            },
          },
        ],
      },
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockEnabled: true,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
    expect(properties('ReportKey')).toMatchObject({ EnableKeyRotation: true });
    for (const name of ['ReportBucket', 'ReportKey']) expect(resources[name]!.DeletionPolicy).toBe('Retain');
  });

  test('refuses plain transport, other seals, other keys and customer keys, to everybody', () => {
    type Statement = { Sid: string; Effect: string; Principal: string };
    const document = properties('ReportBucketPolicy')['PolicyDocument'] as { Statement: Statement[] };
    const statements = document.Statement;
    expect(statements.map(({ Sid }) => Sid)).toEqual([
      'OnlyTls12',
      'OnlyEncryptedTransport',
      'OnlySseKms',
      'NeverTheAwsManagedKey',
      'OnlyOurKey',
      'NoCustomerKeys',
    ]);
    for (const { Effect, Principal } of statements) expect([Effect, Principal]).toEqual(['Deny', '*']);
  });

  test('has a policy that the prover proves: nothing but SSE-KMS under its own key, over TLS 1.2', async () => {
    const bucket = 'arn:aws:s3:::reports';
    const policy = JSON.stringify(properties('ReportBucketPolicy')['PolicyDocument'])
      .replaceAll('{"Fn::GetAtt":["ReportBucket","Arn"]}', JSON.stringify(bucket))
      .replaceAll('{"Fn::Sub":"${ReportBucket.Arn}/*"}', JSON.stringify(`${bucket}/*`))
      .replaceAll('{"Fn::GetAtt":["ReportKey","Arn"]}', JSON.stringify(KEY_ARN));
    expect(policy).not.toContain('Fn::');
    const file = join(folder, 'policy.json');
    writeFileSync(file, policy);
    const { stdout } = await runCli(
      [
        'prove',
        '--policy',
        file,
        '--require',
        'SSE-KMS',
        '--key',
        KEY_ARN,
        '--default',
        `aws:kms:${KEY_ARN}`,
      ].concat(['--tls', '1.2', '--paths', 'put,replicate,update', '--json']),
    );
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'proved',
      paths: { put: 'proved', replicate: 'proved', update: 'proved' },
    });
  });

  test('is not made where one is given', () => {
    for (const name of ['ReportBucket', 'ReportKey', 'ReportKeyAlias', 'ReportBucketPolicy']) {
      expect(resources[name]!.Condition).toBe('OwnBucket');
    }
  });
});

describe('the workflow', () => {
  test('is the definition that the tests execute, with every substitution filled in', () => {
    const { Definition, DefinitionSubstitutions } = properties('Workflow');
    const text = JSON.stringify(Definition);
    const named = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!);
    expect([...new Set(named)].sort()).toEqual(Object.keys(DefinitionSubstitutions as object).sort());
    const filled = text
      .replace(/\$\{(\w+)FunctionArn\}/g, (_, stage: string) => stage.toLowerCase())
      .replaceAll('${TopicArn}', 'topic');
    expect(JSON.parse(filled)).toEqual(definition);
  });

  test('starts by schedule, in the timezone that was asked for', () => {
    expect(properties('Schedule')).toMatchObject({
      ScheduleExpression: 'rate(1 day)',
      ScheduleExpressionTimezone: 'UTC',
      Target: { Arn: { Ref: 'Workflow' } },
    });
  });

  test('raises an alarm when a run fails, ends early, or does not come', () => {
    const metrics = ofType('AWS::CloudWatch::Alarm').map(([, { Properties }]) => [
      Properties['MetricName'],
      Properties['TreatMissingData'],
      Properties['AlarmActions'],
    ]);
    const topic = [{ Ref: 'Topic' }];
    expect(metrics).toEqual(
      expect.arrayContaining([
        ['ExecutionsFailed', 'notBreaching', topic],
        ['ExecutionsTimedOut', 'notBreaching', topic],
        ['ExecutionsAborted', 'notBreaching', topic],
        ['ExecutionsSucceeded', 'breaching', topic],
        ['Errors', 'notBreaching', topic],
      ]),
    );
  });

  test('reads log files only of the trail that it is given, and none where there is none', () => {
    expect(resources['LedgerTrailPolicy']!.Condition).toBe('HasTrail');
    expect(resources['LedgerTrailKeyPolicy']!.Condition).toBe('HasTrailKey');
    const text = JSON.stringify(properties('LedgerTrailPolicy'));
    expect(text).toContain('{"Fn::Select":[2,{"Fn::Split":["/","none/-/none"]}]}');
    // What is joined on leaves the bucket of an address where it is.
    expect('s3://logs/-/none'.split('/')[2]).toBe('logs');
    expect('s3://logs/org/x/-/none'.split('/')[2]).toBe('logs');
  });

  test('tells over a topic whose key alarms may use', () => {
    expect(properties('Topic')['KmsMasterKeyId']).toEqual({ Ref: 'TopicKey' });
    expect(JSON.stringify(properties('TopicKey')['KeyPolicy'])).toContain('cloudwatch.amazonaws.com');
  });
});

describe('the API', () => {
  const routes = () =>
    ofType('AWS::ApiGatewayV2::Route').map(([, { Properties, Condition }]) => ({
      key: String(Properties['RouteKey']),
      type: String(Properties['AuthorizationType']),
      scopes: Properties['AuthorizationScopes'] as string[] | undefined,
      condition: Condition,
    }));

  test('has a signed route and a token route for each that the handlers know, and the portal alone is open', () => {
    const signed = ROUTES.map(({ method, path }) => ({
      key: `${method} ${path}`,
      type: 'AWS_IAM',
      scopes: undefined,
      condition: undefined,
    }));
    const tokens = ROUTES.map(({ method, path, scope }) => ({
      key: `${method} /oidc${path}`,
      type: 'JWT',
      scopes: [scope],
      condition: 'HasIssuer',
    }));
    const open = ['GET /', 'GET /portal/{file}'].map((key) => ({
      key,
      type: 'NONE',
      scopes: undefined,
      condition: 'HasIssuer',
    }));
    const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
    expect(routes().sort(byKey)).toEqual([...signed, ...tokens, ...open].sort(byKey));
    expect(PORTAL_PATHS.every((path) => path === '/' || /^\/portal\/[^/]+$/.test(path))).toBe(true);
    expect(Object.values(SCOPES)).toHaveLength(2);
  });

  test('is rate limited and logged, without what a request carries', () => {
    const { DefaultRouteSettings, AccessLogSettings } = properties('ApiStage');
    expect(DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 });
    expect((AccessLogSettings as { Format: string }).Format).not.toMatch(/header|querystring|token/i);
  });
});

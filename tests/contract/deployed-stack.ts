import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createClients } from '../../lib/collectors/clients.ts';
import type { AwsClients } from '../../lib/collectors/clients.ts';
import { childrenNamed, child, childText } from '../../lib/sandbox/xml-parse.ts';
import type { XmlElement } from '../../lib/sandbox/xml-parse.ts';
import { packStack } from '../support/pack-stack.ts';
import { queryCall, send } from './aws-requests.ts';
import type { Place } from './aws-requests.ts';

/** The stack in an account that holds nothing else. */
export type DeployedStack = {
  readonly place: Place;
  readonly aws: AwsClients;
  readonly accountId: string;
  readonly region: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Logical ids of the resources that were made. */
  readonly resources: readonly string[];
  /** Logical ids of the packed template's resources whose condition holds. */
  readonly expected: readonly string[];
  /** What a function answers, or the error it ends with. */
  readonly invoke: (functionName: string, payload: unknown) => Promise<Invocation>;
};

export type Invocation =
  { readonly payload: unknown } | { readonly error: string; readonly message: string; readonly raw: string };

const REGION = 'eu-west-1';
const STACK = 'sealcheck-dev';
const CLOUDFORMATION = '2010-05-15';
type Template = {
  readonly Resources: Record<
    string,
    { readonly Type: string; readonly Condition?: string; readonly Properties: Record<string, unknown> }
  >;
};

/**
 * Deploys what `npm run package` packs the way osls does: a stack with the deployment bucket alone, the bundles into
 * that bucket, and the update to the whole stack. Nothing is left out of the templates.
 */
export async function deployStack(endpoint: string): Promise<DeployedStack> {
  // MiniStack keeps accounts apart by the access key, where that is an account id.
  const accountId = String(randomInt(100_000_000_000, 999_999_999_999));
  const credentials = { accessKeyId: accountId, secretAccessKey: 'test' };
  const aws = createClients({ region: REGION, endpoint, credentials, toolVersion: 'test' });
  const s3 = aws.s3(REGION);
  const place = { endpoint, region: REGION, credentials, sha256: s3.config.sha256 };
  const packed = packStack('dev');
  const read = (file: string) => readFileSync(join(packed.folder, file));
  try {
    await change(place, 'CreateStack', read('cloudformation-template-create-stack.json').toString());
    const text = read('cloudformation-template-update-stack.json').toString();
    const template = JSON.parse(text) as Template;
    const Bucket = (await outputsOf(place))['ServerlessDeploymentBucketName'];
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      const { S3Key: Key } = Properties['Code'] as { S3Key: string };
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: read(Key.split('/').at(-1) ?? '') }));
    }
    await s3.send(new PutObjectCommand({ Bucket, Key: 'template.json', Body: text }));
    await change(place, 'UpdateStack', `${endpoint}/${Bucket ?? ''}/template.json`);
    return {
      place,
      aws,
      accountId,
      region: REGION,
      outputs: await outputsOf(place),
      resources: await resourcesOf(place),
      // Neither subscriber nor issuer is among the parameters' defaults.
      expected: Object.entries(template.Resources)
        .filter(([, { Condition }]) => Condition === undefined || Condition === 'OwnBucket')
        .map(([name]) => name),
      invoke: async (name, payload) => invoke(place, name, payload),
    };
  } finally {
    packed.remove();
  }
}

/** Creates or updates the stack, and waits for it; a template by its text or its address. Throws when it fails. */
async function change(place: Place, action: 'CreateStack' | 'UpdateStack', template: string): Promise<void> {
  await queryCall(place, 'cloudformation', CLOUDFORMATION, {
    Action: action,
    StackName: STACK,
    [template.startsWith('http') ? 'TemplateURL' : 'TemplateBody']: template,
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
  });
  for (;;) {
    const status = childText(await describe(place), 'StackStatus') ?? '';
    if (!status.endsWith('_IN_PROGRESS')) {
      if (status !== `${action === 'CreateStack' ? 'CREATE' : 'UPDATE'}_COMPLETE`) {
        throw new Error(`${action} ended in ${status}: ${await failures(place)}`);
      }
      return;
    }
    await sleep(100);
  }
}

async function describe(place: Place): Promise<XmlElement | undefined> {
  const answer = await queryCall(place, 'cloudformation', CLOUDFORMATION, {
    Action: 'DescribeStacks',
    StackName: STACK,
  });
  return members(child(answer, 'DescribeStacksResult'), 'Stacks')[0];
}

const members = (element: XmlElement | undefined, list: string): readonly XmlElement[] => {
  const found = child(element, list);
  return found ? childrenNamed(found, 'member') : [];
};

async function outputsOf(place: Place): Promise<Readonly<Record<string, string>>> {
  const outputs = members(await describe(place), 'Outputs');
  return Object.fromEntries(
    outputs.map((each) => [childText(each, 'OutputKey') ?? '', childText(each, 'OutputValue') ?? '']),
  );
}

async function resourcesOf(place: Place): Promise<readonly string[]> {
  const answer = await queryCall(place, 'cloudformation', CLOUDFORMATION, {
    Action: 'DescribeStackResources',
    StackName: STACK,
  });
  return members(child(answer, 'DescribeStackResourcesResult'), 'StackResources').map(
    (each) => childText(each, 'LogicalResourceId') ?? '',
  );
}

async function failures(place: Place): Promise<string> {
  const answer = await queryCall(place, 'cloudformation', CLOUDFORMATION, {
    Action: 'DescribeStackEvents',
    StackName: STACK,
  });
  return members(child(answer, 'DescribeStackEventsResult'), 'StackEvents')
    .filter((each) => childText(each, 'ResourceStatus')?.endsWith('_FAILED'))
    .map((each) => `${childText(each, 'LogicalResourceId')}: ${childText(each, 'ResourceStatusReason')}`)
    .join('; ');
}

async function invoke(place: Place, name: string, payload: unknown): Promise<Invocation> {
  const { headers, text } = await send(place, 'lambda', {
    method: 'POST',
    path: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
    body: JSON.stringify(payload),
  });
  const answer = JSON.parse(text) as { readonly errorType?: string; readonly errorMessage?: string };
  if (headers.get('x-amz-function-error') === null) return { payload: answer };
  return { error: answer.errorType ?? 'Error', message: answer.errorMessage ?? '', raw: text };
}

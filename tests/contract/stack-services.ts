import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { child, childText } from '../../lib/sandbox/xml-parse.ts';
import { TaskError } from '../support/state-machine.ts';
import type { Services } from '../support/state-machine.ts';
import { jsonCall, queryCall, request } from './aws-requests.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** API versions, as the Query protocol names them. */
const [SNS, IAM, STS] = ['2010-03-31', '2010-05-08', '2011-06-15'];

/** What the workflow's tasks call, done by the account that the stack is in. */
export const servicesOf = ({ place, aws, region, invoke }: DeployedStack): Services => ({
  'arn:aws:states:::lambda:invoke': async ({ FunctionName, Payload }) => {
    const outcome = await invoke(String(FunctionName), Payload);
    if ('error' in outcome) throw new TaskError(outcome.error, outcome.raw);
    return { StatusCode: 200, Payload: outcome.payload };
  },
  'arn:aws:states:::s3:getObject': async ({ Bucket, Key }) => {
    const found = await aws
      .s3(region)
      .send(new GetObjectCommand({ Bucket: String(Bucket), Key: String(Key) }));
    return found.Body?.transformToString();
  },
  'arn:aws:states:::sns:publish': async ({ TopicArn, Subject, Message }) => {
    await queryCall(place, 'sns', SNS, {
      Action: 'Publish',
      TopicArn: String(TopicArn),
      Subject: String(Subject),
      Message: String(Message),
    });
    return {};
  },
  'arn:aws:states:::events:putEvents': async ({ Entries }) => {
    const entries = (Entries as { Detail: unknown }[]).map((entry) => ({
      ...entry,
      Detail: JSON.stringify(entry.Detail),
    }));
    return jsonCall(place, 'events', 'AWSEvents.PutEvents', { Entries: entries });
  },
});

/** What people or programs are told: a message of the topic has a subject, an event its type. */
export type Told = {
  readonly subject?: string;
  readonly message?: string;
  readonly detailType?: string;
  readonly detail?: unknown;
};

/** A queue that listens to the topic and to the event bus. */
export type Inbox = {
  /** The next messages, taken out; waits until there are so many. */
  readonly read: (count: number) => Promise<readonly Told[]>;
};

/** Subscribes a new queue to all that the stack tells. */
export async function openInbox({ place, outputs, accountId, region }: DeployedStack): Promise<Inbox> {
  const sqs = async <T>(operation: string, input: object) =>
    jsonCall<T>(place, 'sqs', `AmazonSQS.${operation}`, input);
  const { QueueUrl } = await sqs<{ QueueUrl: string }>('CreateQueue', { QueueName: 'inbox' });
  const Arn = `arn:aws:sqs:${region}:${accountId}:inbox`;
  await queryCall(place, 'sns', SNS, {
    Action: 'Subscribe',
    Protocol: 'sqs',
    TopicArn: outputs['TopicArn'] ?? '',
    Endpoint: Arn,
  });
  const pattern = JSON.stringify({ source: ['sealcheck'] });
  await jsonCall(place, 'events', 'AWSEvents.PutRule', { Name: 'inbox', EventPattern: pattern });
  await jsonCall(place, 'events', 'AWSEvents.PutTargets', { Rule: 'inbox', Targets: [{ Id: '1', Arn }] });
  return {
    read: async (count) => {
      const found: Told[] = [];
      while (found.length < count) {
        type Message = { readonly Body: string; readonly ReceiptHandle: string };
        const { Messages = [] } = await sqs<{ Messages?: Message[] }>('ReceiveMessage', {
          QueueUrl,
          MaxNumberOfMessages: 10,
        });
        for (const { Body, ReceiptHandle } of Messages) {
          const body = JSON.parse(Body) as Record<string, string>;
          found.push({
            ...(body['Subject'] ? { subject: body['Subject'], message: body['Message'] ?? '' } : {}),
            ...(body['detail-type'] ? { detailType: body['detail-type'], detail: body['detail'] } : {}),
          });
          await sqs('DeleteMessage', { QueueUrl, ReceiptHandle });
        }
        if (Messages.length === 0) await sleep(100);
      }
      return found;
    },
  };
}

/** Somebody with credentials of their own, who asks the API through its gateway. */
export type Auditor = {
  readonly apiId: string;
  readonly ask: (
    method: 'GET' | 'POST',
    path: string,
    body?: string,
  ) => Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;
};

/** Makes a role, and a session of it. */
export async function auditorOf({ place, outputs, accountId }: DeployedStack): Promise<Auditor> {
  const apiId = new URL(outputs['ApiUrl'] ?? '').hostname.split('.')[0] ?? '';
  const account = { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' };
  await queryCall(place, 'iam', IAM, {
    Action: 'CreateRole',
    RoleName: 'auditor',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [account] }),
  });
  const session = await queryCall(place, 'sts', STS, {
    Action: 'AssumeRole',
    RoleArn: `arn:aws:iam::${accountId}:role/auditor`,
    RoleSessionName: 'ana',
  });
  const key = child(child(session, 'AssumeRoleResult'), 'Credentials');
  const credentials = {
    accessKeyId: childText(key, 'AccessKeyId') ?? '',
    secretAccessKey: childText(key, 'SecretAccessKey') ?? '',
    sessionToken: childText(key, 'SessionToken') ?? '',
  };
  const base = `/_aws/execute-api/${apiId}/$default`;
  return {
    apiId,
    ask: async (method, path, body) => {
      const answer = await request({ ...place, credentials }, 'execute-api', {
        method,
        path: base + path,
        ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
      });
      return { status: answer.status, body: JSON.parse(answer.text) as Record<string, unknown> };
    },
  };
}

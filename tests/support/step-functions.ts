import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One execution as the service keeps it. */
export type Execution = {
  name: string;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  input: string;
  error?: string;
  cause?: string;
};

export type StepFunctions = {
  readonly url: string;
  /** Oldest first. */
  readonly executions: Execution[];
  readonly calls: string[];
  readonly close: () => Promise<void>;
};

export const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:sealcheck-test-audit';
const arnOf = (name: string): string => `${MACHINE.replace(':stateMachine:', ':execution:')}:${name}`;

type Input = Record<'name' | 'input' | 'executionArn' | 'statusFilter' | 'nextToken', string | undefined>;

/** The three calls of AWS Step Functions that the API makes, over its JSON protocol, two executions a page. */
export async function startStepFunctions(): Promise<StepFunctions> {
  const executions: Execution[] = [];
  const calls: string[] = [];
  const answer = (operation: string, input: Input): [number, object] => {
    switch (operation) {
      case 'ListExecutions': {
        const all = executions.filter(({ status }) => status === input.statusFilter).reverse();
        const from = Number(input.nextToken ?? 0);
        const page = all.slice(from, from + 2).map(({ name, status }) => ({
          executionArn: arnOf(name),
          stateMachineArn: MACHINE,
          name,
          status,
          startDate: 1_764_000_000,
        }));
        return [200, { executions: page, ...(all.length > from + 2 ? { nextToken: String(from + 2) } : {}) }];
      }
      case 'StartExecution': {
        const { name = '', input: text = '{}' } = input;
        executions.push({ name, status: 'RUNNING', input: text });
        return [200, { executionArn: arnOf(name), startDate: 1_764_000_000 }];
      }
      case 'DescribeExecution': {
        const found = executions.find(({ name }) => arnOf(name) === input.executionArn);
        if (!found) return [400, { __type: 'ExecutionDoesNotExist', message: 'Execution Does Not Exist' }];
        return [200, { ...found, executionArn: arnOf(found.name), stateMachineArn: MACHINE }];
      }
      default:
        return [400, { __type: 'UnknownOperationException' }];
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      calls.push(`states:${operation}`);
      const [status, body] = answer(operation, JSON.parse(Buffer.concat(chunks).toString()) as Input);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    executions,
    calls,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

import { answer } from '../../lib/api/router.ts';
import type { ApiContext } from '../../lib/api/runs.ts';
import { bucketArchive } from '../../lib/api/archive.ts';
import type { ApiRequest, ApiResponse } from '../../lib/api/http.ts';
import type { RunRequest, RunStarter, RunState } from '../../lib/api/starter.ts';
import { openPublicKey } from '../../lib/audit/signing-key.ts';
import { createSigningKey } from '../support/workflow.ts';
import { bucketStore } from '../../lib/audit/bucket-store.ts';
import { runPrefix } from '../../lib/audit/publish.ts';
import { sealSseS3 } from '../../lib/sandbox/objects.ts';
import { auditSandbox } from '../support/run.ts';
import { addBucket, addObjects, NOW, REGION, startTestSandbox } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

export const BUCKET = 'reports';
/** Newest first; the last of them has no manifest. */
export const RUNS = ['20261125T020000Z-00000b', '20261124T020000Z-00000a'] as const;
export const HALF = '20261123T020000Z-000009';

/** A starter whose runs never end by themselves. */
export function fakeStarter(): RunStarter & {
  readonly states: Map<string, RunState>;
  readonly requests: RunRequest[];
  failNext: Error | null;
} {
  const states = new Map<string, RunState>();
  const requests: RunRequest[] = [];
  const running = () => [...states].flatMap(([id, { status }]) => (status === 'running' ? [id] : []));
  const starter = {
    states,
    requests,
    failNext: null as Error | null,
    running: () => Promise.resolve(running()),
    state: (id: string) => Promise.resolve(states.get(id) ?? null),
    start: (runId: string, request: RunRequest) => {
      const failure = starter.failNext;
      starter.failNext = null;
      if (failure) return Promise.reject(failure);
      const [busy] = running();
      if (busy !== undefined) return Promise.resolve({ started: false, runId: busy });
      states.set(runId, { status: 'running' });
      requests.push(request);
      return Promise.resolve({ started: true, runId });
    },
  };
  return starter;
}

export type ApiWorld = {
  readonly sandbox: TestSandbox;
  readonly starter: ReturnType<typeof fakeStarter>;
  /** What runs are said to be signed with. */
  readonly signing: { key: string | null };
  readonly context: ApiContext;
  readonly ask: (request: Partial<ApiRequest>) => Promise<ApiResponse>;
  readonly errors: unknown[];
};

/** Two whole runs and half a one in a report bucket of the sandbox, and the API over them. */
export async function startWorld(): Promise<ApiWorld> {
  const sandbox = await startTestSandbox();
  const data = addBucket(sandbox.state, 'data');
  addObjects(data, ['a', 'b'], sealSseS3);
  addBucket(sandbox.state, BUCKET);
  const s3 = sandbox.aws.s3(REGION);
  for (const runId of [...RUNS].reverse()) {
    await auditSandbox(sandbox, { runId, configuration: { reportBucket: BUCKET } });
  }
  await bucketStore(s3, BUCKET, runPrefix(HALF)).write('evidence/plan.json', '{}');
  const starter = fakeStarter();
  const errors: unknown[] = [];
  const signing = { key: (await createSigningKey(sandbox)) as string | null };
  const context: ApiContext = {
    archive: bucketArchive(s3, BUCKET),
    starter,
    signingKey: async () => (signing.key === null ? null : openPublicKey(sandbox.aws, signing.key)),
    packFiles: ['baseline.yml', 'hipaa.yml'],
    linkSeconds: 120,
    clock: () => new Date(NOW),
    random: () => 0.5,
  };
  return {
    sandbox,
    starter,
    signing,
    context,
    errors,
    ask: async (request) =>
      answer(
        context,
        { method: 'GET', path: '/runs', query: {}, body: null, caller: IAM, ...request },
        (error) => errors.push(error),
      ),
  };
}

export const IAM = { id: 'arn:aws:iam::111122223333:role/auditor', scopes: null };
export const token = (...scopes: string[]) => ({ id: 'ana', scopes });

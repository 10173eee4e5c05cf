import { auditOnLambda } from '../../lib/audit/on-lambda.ts';
import type { RunStarter, RunState } from '../../lib/api/starter.ts';

/** Runs in this process, one at a time, forgotten when it ends. `environment` is the audit function's. */
export function inProcessStarter(
  environment: Readonly<Record<string, string>>,
  log: (text: string) => void,
): RunStarter & { readonly idle: () => Promise<void> } {
  const states = new Map<string, RunState>();
  let underWay: Promise<void> = Promise.resolve();
  const running = (): readonly string[] =>
    [...states].flatMap(([id, { status }]) => (status === 'running' ? [id] : []));
  const run = async (runId: string, event: object): Promise<void> => {
    try {
      await auditOnLambda(event, environment, {
        stage: (_stage, detail) => log(`${runId}  ${detail}`),
        bucket: () => undefined,
      });
      states.delete(runId);
      log(`${runId}  done`);
    } catch (error) {
      states.set(runId, { status: 'failed', reason: (error as Error).message });
      log(`${runId}  failed: ${(error as Error).message}`);
    }
  };
  return {
    running: () => Promise.resolve(running()),
    state: (runId) => Promise.resolve(states.get(runId) ?? null),
    start: (runId, { rules, buckets }) => {
      const [busy] = running();
      if (busy !== undefined) return Promise.resolve({ started: false, runId: busy });
      states.set(runId, { status: 'running' });
      underWay = run(runId, { runId, ...(rules ? { rules } : {}), ...(buckets ? { buckets } : {}) });
      return Promise.resolve({ started: true, runId });
    },
    idle: async () => underWay,
  };
}

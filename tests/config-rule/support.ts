import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configRuleOnLambda } from '../../lib/config-rule/on-lambda.ts';
import type { ConfigRuleResult } from '../../lib/config-rule/on-lambda.ts';
import type { SandboxState } from '../../lib/sandbox/state.ts';
import { ACCOUNT, REGION } from '../support/sandbox.ts';
import type { TestSandbox } from '../support/sandbox.ts';

/** PHI by tag under our own key, cards by prefix, and everything encrypted with SSE-C blocked where named so. */
export const PACK = `
pack: test
title: Test
data-classes:
  phi: { any: [{ bucket-tag: { data-class: [phi] } }] }
  cards: { any: [{ key-prefix: cards/ }] }
  blocked: { any: [{ bucket-name: "blocked-*" }] }
requirements:
  - id: phi-own-key
    title: PHI under a key of ours
    data-class: phi
    severity: high
    encryption: { allow: [SSE-KMS], key: { manager: CUSTOMER, accounts: ["111122223333"], rotation: required } }
    controls: {}
  - id: cards-dsse
    title: Cards twice encrypted
    data-class: cards
    severity: high
    encryption: { allow: [SSE-KMS, DSSE-KMS] }
    controls: {}
  - id: no-sse-c
    title: No customer-provided keys
    data-class: blocked
    severity: medium
    encryption: { allow: [SSE-S3, SSE-KMS, DSSE-KMS], sse-c: blocked }
    controls: {}
waivers:
  - requirement: phi-own-key
    resource: "arn:aws:s3:::waived"
    reason: Moves to its own key in January
    owner: ehr-team
    approver: ciso
    approved: 2026-11-01
    expires: 2026-12-31
    compensating: Reads are logged
`;

/** Runs the rule's function body against the sandbox, with the pack above in a folder of its own. */
export async function startRule(sandbox: TestSandbox): Promise<{
  readonly answer: (event: unknown, remainingMs?: () => number) => Promise<ConfigRuleResult>;
  readonly evaluations: () => SandboxState['configEvaluations'];
  readonly close: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcheck-rule-'));
  await writeFile(join(folder, 'test.yml'), PACK);
  const environment = {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: REGION,
    RULES: 'test.yml',
    RULES_FOLDER: folder,
  };
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  return {
    answer: async (event, remainingMs = () => 300_000) =>
      configRuleOnLambda(event, environment, {
        invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:config-rule`,
        getRemainingTimeInMillis: remainingMs,
      }),
    evaluations: () => sandbox.state.configEvaluations,
    close: async () => {
      process.env = before;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadRulePacks } from '../../../lib/audit/rule-files.ts';
import { performAudit } from '../../../lib/cli/perform-audit.ts';
import type { CliIo } from '../../../lib/cli/io.ts';
import { createClients } from '../../../lib/collectors/clients.ts';
import type { Finding, Status } from '../../../lib/model/finding.ts';
import type { Coverage } from '../../../lib/model/run.ts';
import { loadDemoEstate } from '../../../lib/sandbox/estate/demo.ts';
import { startSandbox } from '../../../lib/sandbox/server.ts';
import { createState } from '../../../lib/sandbox/state.ts';
import type { SandboxState } from '../../../lib/sandbox/state.ts';
import { NOW } from './small.ts';

/** What an audit of the demo estate says: ✓ compliant, ✗ not, ? insufficient data, – not applicable; w and e: waived, expired. */
const PICTURE = `
                            stored default keys
legacy-phi-archive
  baseline/encrypted-at-rest  ✗      ✓      ✗
  baseline/sse-c-blocked      ✗      ✗      ✗
  baseline/tls-only           ✗      ✓      ✗
  hipaa/phi-sse-kms           ✗      ✗      ✗
  hipaa/phi-tls               ✗      ✓      ✗
  northwind/clinical-own-key  ✗w     ✗w     ✗
northwind-audit-logs
  baseline/encrypted-at-rest  ✓      ✓      –
  baseline/sse-c-blocked      ✓      ✓      –
  baseline/tls-only           ✓      ✓      –
northwind-cardholder-vault
  baseline/encrypted-at-rest  ✓      ✓      ✓
  baseline/sse-c-blocked      ✓      ✓      ✓
  baseline/tls-only           ✓      ✓      ✓
  northwind/payments-own-key  ✓      ✓      ✓
  pci/chd-sse-kms             ✓      ✓      ✓
  pci/chd-tls                 ✓      ✓      ✓
northwind-crm
  baseline/encrypted-at-rest  ✓      ✓      ✓
  baseline/sse-c-blocked      ✓      ?      ✓
  baseline/tls-only           ✓      ✓      ✓
  pii/pii-sse-kms             ✗      ✓      ✓
  pii/pii-tls                 ✓      ✓      ✓
northwind-ehr-records
  baseline/encrypted-at-rest  ✓      ✓      ✓
  baseline/sse-c-blocked      ✓      ✓      ✓
  baseline/tls-only           ✓      ✓      ✓
  hipaa/phi-sse-kms           ✓      ✓      ✓
  hipaa/phi-tls               ✓      ✓      ✓
  northwind/clinical-own-key  ✓      ✓      ✓
northwind-genomics-intake
  baseline/encrypted-at-rest  ✗      ✓      –
  baseline/sse-c-blocked      ✗      ✗      –
  baseline/tls-only           ✗      ✓      –
northwind-legal-hold
  baseline/encrypted-at-rest  ?      ?      ?
  baseline/sse-c-blocked      ?      ?      ?
  baseline/tls-only           ?      ?      ?
  hipaa/phi-sse-kms           ?      ?      ?
  hipaa/phi-tls               ?      ?      ?
  northwind/clinical-own-key  ?      ?      ?
  northwind/payments-own-key  ?      ?      ?
  pci/chd-sse-kms             ?      ?      ?
  pci/chd-tls                 ?      ?      ?
  pii/pii-sse-kms             ?      ?      ?
  pii/pii-tls                 ?      ?      ?
northwind-phi-imaging
  baseline/encrypted-at-rest  ?      ✓      ?
  baseline/sse-c-blocked      ?      ✓      ?
  baseline/tls-only           ?      ✓      ?
  hipaa/phi-sse-kms           ✗      ✗      ✗
  hipaa/phi-tls               ?      ✓      ?
  northwind/clinical-own-key  ✗      ✗      ✗
northwind-phi-research
  baseline/encrypted-at-rest  ?      ✓      ?
  baseline/sse-c-blocked      ?      ✓      ?
  baseline/tls-only           ?      ✓      ?
  hipaa/phi-sse-kms           ?      ?      ?
  hipaa/phi-tls               ?      ✓      ?
  northwind/clinical-own-key  ?      ?      ?
northwind-pii-warehouse
  baseline/encrypted-at-rest  ✓      ✓      ✓
  baseline/sse-c-blocked      ✓      ✓      ✓
  baseline/tls-only           ✓      ✓      ✓
  pii/pii-sse-kms             ✓      ✓      ✓
  pii/pii-tls                 ✓      ✓      ✓
northwind-public-website
  baseline/encrypted-at-rest  ✓      ✓      –
  baseline/sse-c-blocked      ✓      ✓      –
  baseline/tls-only           ✓      ✓      –
payments-export
  baseline/encrypted-at-rest  ?      ✓      ✗
  baseline/sse-c-blocked      ?      ✗      ✗
  baseline/tls-only           ?      ✓      ✗
  northwind/payments-own-key  ✗      ✗      ✗e
  pci/chd-sse-kms             ✗      ✓      ✗
  pci/chd-tls                 ?      ✓      ✗
`;

const SIGNS: Readonly<Record<Status, string>> = {
  COMPLIANT: '✓',
  NON_COMPLIANT: '✗',
  INSUFFICIENT_DATA: '?',
  NOT_APPLICABLE: '–',
};
const PACKS = ['baseline', 'hipaa', 'pci', 'pii', 'examples/northwind'].map((pack) =>
  fileURLToPath(new URL(`../../../rules/${pack}.yml`, import.meta.url)),
);

let folder: string;
let state: SandboxState;
let findings: readonly Finding[];
let coverage: Coverage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealcheck-demo-'));
  state = createState({ now: () => NOW });
  loadDemoEstate(state);
  const sandbox = await startSandbox({ port: 0, state });
  const aws = createClients({
    region: state.region,
    endpoint: sandbox.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    toolVersion: 'test',
  });
  try {
    const configuration = { bucketGlobs: [], source: 'live', objectReads: true, reportBucket: null } as const;
    const packs = await loadRulePacks(PACKS, new Date(NOW).toISOString().slice(0, 10));
    const prepared = { runId: 'demo', folder: join(folder, 'run'), packs, configuration };
    ({
      assessment: { findings, coverage },
    } = await performAudit(silentIo(), aws, prepared, true));
  } finally {
    aws.close();
    await sandbox.close();
  }
}, 60_000);

afterAll(async () => rm(folder, { recursive: true, force: true }));

function silentIo(): CliIo {
  const sink = { write: () => undefined, isTerminal: false, columns: 80 };
  return {
    out: sink,
    err: sink,
    env: {},
    clock: () => new Date(NOW),
    random: () => 0.5,
    onInterrupt: () => () => undefined,
  };
}

/** Requirements that no check applies to are left out: the bucket holds nothing of their data class. */
function picture(): string {
  const rows = new Map<string, Map<string, string>>();
  for (const { bucket, pack, requirement, check, status, waiver } of findings) {
    const sign = SIGNS[status] + (waiver === null ? '' : waiver.state === 'active' ? 'w' : 'e');
    const row = `${bucket}\n  ${pack}/${requirement}`;
    rows.set(row, (rows.get(row) ?? new Map<string, string>()).set(check, sign));
  }
  let bucket = '';
  let drawn = '';
  for (const [row, signs] of [...rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const shown = (['stored', 'default', 'keys'] as const).map((check) => signs.get(check) ?? '');
    if (shown.every((sign) => sign === SIGNS.NOT_APPLICABLE)) continue;
    const [name = '', requirement = ''] = row.split('\n');
    if (name !== bucket) drawn += `${name}\n`;
    bucket = name;
    drawn += `${`${requirement.padEnd(30)}${shown.map((sign) => sign.padEnd(7)).join('')}`.trimEnd()}\n`;
  }
  return drawn;
}

test('an audit of the demo estate finds some buckets compliant, some not, and some that nobody can tell', () => {
  const table = PICTURE.trimStart().split('\n').slice(1).join('\n');
  expect(picture()).toBe(table);
});

test('nothing is lost between the estate and the report', () => {
  const visible = [...state.buckets.values()]
    .filter(({ name }) => name !== 'northwind-legal-hold')
    .flatMap(({ objects }) => [...objects.values()].flat())
    .filter(({ deleteMarker }) => !deleteMarker);
  expect(coverage.objects.population).toBe(visible.length);
  expect(coverage.objects.notAssessable).toEqual({ ACCESS_DENIED: 45 });
  expect(coverage.buckets.notAssessable).toEqual({ ACCESS_DENIED: 1 });
  for (const { population, assessed, excluded, notAssessable } of [coverage.buckets, coverage.objects]) {
    const others = [...Object.values(excluded), ...Object.values(notAssessable)];
    expect(others.reduce((sum, count) => sum + count, assessed)).toBe(population);
  }
});

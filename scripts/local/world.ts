import { readdirSync } from 'node:fs';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { bucketArchive } from '../../lib/api/archive.ts';
import { newRunId } from '../../lib/audit/defaults.ts';
import { openPublicKey } from '../../lib/audit/signing-key.ts';
import { VERSION } from '../../lib/audit/tool-version.ts';
import { createClients } from '../../lib/collectors/clients.ts';
import { loadDemoEstate } from '../../lib/sandbox/estate/demo.ts';
import { newBucket } from '../../lib/sandbox/objects.ts';
import { startSandbox } from '../../lib/sandbox/server.ts';
import { createState } from '../../lib/sandbox/state.ts';
import type { SandboxState } from '../../lib/sandbox/state.ts';
import { startLocalServer } from './server.ts';
import type { LocalOptions } from './server.ts';
import { inProcessStarter } from './starter.ts';

const REPORT_BUCKET = 'sealcheck-reports';
const RULES = 'rules';

export type LocalWorld = {
  readonly url: string;
  readonly state: SandboxState;
  /** Starts an audit of everything; resolves when it has ended. */
  readonly audit: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The deployed system on one machine: the demo estate, its report bucket, the API and the portal. */
export async function startLocalWorld(
  options: Pick<LocalOptions, 'port' | 'login' | 'callerOf' | 'onError'> & {
    readonly log: (text: string) => void;
    readonly clock: () => Date;
    readonly random: () => number;
  },
): Promise<LocalWorld> {
  const state = createState({ now: () => options.clock().getTime() });
  loadDemoEstate(state);
  const { accountId, region } = state;
  const reports = { name: REPORT_BUCKET, region, accountId, createdAt: state.now() };
  state.buckets.set(REPORT_BUCKET, newBucket({ ...reports, versioning: 'Enabled' }));
  const sandbox = await startSandbox({ port: 0, state });
  // The functions take their credentials from the environment, as they do in AWS.
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' });
  const clients = (url: string) =>
    createClients({ region, endpoint: url, credentials: null, toolVersion: VERSION });
  const { KeyMetadata } = await clients(sandbox.url)
    .kms(region)
    .send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
  const SIGNING_KEY = KeyMetadata?.Arn ?? '';
  const starter = inProcessStarter(
    {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_REGION: region,
      REPORT_BUCKET,
      RULES: 'hipaa.yml,pci.yml,pii.yml,baseline.yml',
      RULES_FOLDER: RULES,
      SIGNING_KEY,
    },
    options.log,
  );
  const server = await startLocalServer({
    ...options,
    sandboxUrl: sandbox.url,
    portalFolder: 'portal',
    context: (url) => ({
      archive: bucketArchive(clients(url).s3(region), REPORT_BUCKET),
      signingKey: async () => openPublicKey(clients(sandbox.url), SIGNING_KEY),
      starter,
      packFiles: readdirSync(RULES).filter((name) => name.endsWith('.yml')),
      linkSeconds: 120,
      clock: options.clock,
      random: options.random,
    }),
  });
  return {
    url: server.url,
    state,
    audit: async () => {
      await starter.start(newRunId(options.clock(), options.random), { rules: null, buckets: null });
      await starter.idle();
    },
    close: async () => {
      await starter.idle();
      await server.close();
      await sandbox.close();
    },
  };
}

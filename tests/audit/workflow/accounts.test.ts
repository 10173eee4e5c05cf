import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bucketStore } from '../../../lib/audit/bucket-store.ts';
import { readJson } from '../../../lib/audit/json-files.ts';
import type { Coverage } from '../../../lib/model/run.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { sealSseS3 } from '../../../lib/sandbox/objects.ts';
import { MEMBER, REFUSING, startOrganization, WHOLE } from '../../support/organization.ts';
import { ACCOUNT, addBucket, addObjects, REGION } from '../../support/sandbox.ts';
import type { TestSandbox } from '../../support/sandbox.ts';
import { startStepFunctions } from '../../support/step-functions.ts';
import type { StepFunctions } from '../../support/step-functions.ts';
import { runWorkflow } from '../../support/workflow.ts';

const RUN = '20261125T100000Z-00000a';
const VARIABLES = {
  ACCOUNTS: `organization,${ACCOUNT},${MEMBER},${REFUSING}`,
  MEMBER_ROLE: WHOLE.role,
  EXTERNAL_ID: WHOLE.externalId ?? '',
};

describe('the workflow over several accounts', () => {
  let sandbox: TestSandbox;
  let workflows: StepFunctions;
  beforeAll(async () => {
    sandbox = await startOrganization();
    workflows = await startStepFunctions();
    addBucket(sandbox.state, 'reports');
    addObjects(addBucket(sandbox.state, 'home-phi'), ['a'], sealSseS3);
    addObjects(addBucket(sandbox.state, 'member-phi', { accountId: MEMBER }), ['a', 'b'], sealSseS3);
    addObjects(addBucket(sandbox.state, 'refusing-phi', { accountId: REFUSING }), ['a'], sealSseS3);
  });
  afterAll(async () => {
    await workflows.close();
    await sandbox.close();
  });

  test('each stage reads a bucket under the role of its account, and the report tells of the one that refuses', async () => {
    const { outcome } = await runWorkflow(sandbox, workflows, { runId: RUN }, { variables: VARIABLES });
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    const store = bucketStore(sandbox.aws.s3(REGION), 'reports', `runs/${RUN}/`);
    const report = await readJson<{ findings: Finding[]; coverage: Coverage }>(store, 'findings.json');
    const owners = new Map(report!.findings.map(({ bucket, accountId }) => [bucket, accountId]));
    expect([...owners].sort()).toEqual([
      ['home-phi', ACCOUNT],
      ['member-phi', MEMBER],
    ]);
    expect(report!.coverage).toMatchObject({
      accounts: { population: 5, assessed: 2, notAssessable: { ACCESS_DENIED: 1 } },
      objects: { population: 3, assessed: 3 },
      complete: false,
    });
    const { log, buckets } = sandbox.state;
    const strangers = log.filter(
      ({ bucket, accountId }) => bucket !== null && buckets.get(bucket)?.accountId !== accountId,
    );
    expect(strangers).toEqual([]);
  });

  test('a bad environment is told in a sentence', async () => {
    const { outcome } = await runWorkflow(
      sandbox,
      workflows,
      {},
      { variables: { ACCOUNTS: 'organization' }, name: 'bad' },
    );
    expect(JSON.stringify(outcome)).toContain('Accounts need MEMBER_ROLE');
  });
});

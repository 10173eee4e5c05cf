import { readBucket } from '../collectors/bucket.ts';
import type { BucketEvidence } from '../model/evidence.ts';
import { AuditError } from '../model/errors.ts';
import { valueOf } from '../model/observed.ts';
import { parsePolicy } from '../policy/parse/document.ts';
import { keyArnsIn } from '../policy/prove/key-arns.ts';
import type { AuditContext } from './context.ts';
import { readJson, toJson } from './json-files.ts';
import type { KeyDirectory } from './key-directory.ts';
import type { Plan } from './plan.ts';
import type { Target } from './plan-accounts.ts';
import { RUN_FILES } from './run-store.ts';

/** A policy has room for hundreds of key ARNs; nobody pins that many on purpose. */
const MOST_PINNED_KEYS = 25;

function keysPinnedBy(policy: string | undefined): readonly string[] {
  if (policy === undefined) return [];
  try {
    return keyArnsIn(parsePolicy(policy, 'bucket', 'policy')).slice(0, MOST_PINNED_KEYS);
  } catch (error) {
    // The check says so; here there is nothing to read.
    if (error instanceof AuditError) return [];
    throw error;
  }
}

/** Stage 2. The facts of one bucket and of the key its default names. Skips what is already in the store. */
export async function inspect(
  context: AuditContext,
  plan: Plan,
  target: Target,
  keys: KeyDirectory,
): Promise<BucketEvidence> {
  const path = RUN_FILES.bucket(target.name);
  const saved = await readJson<BucketEvidence>(context.store, path);
  const accountId = target.accountId ?? plan.caller.accountId;
  const owner = { accountId, partition: plan.partition };
  const evidence = saved ?? (await readBucket(context.aws.account(accountId), target, owner));
  const region = valueOf(evidence.region);
  const byDefault = valueOf(evidence.defaultEncryption);
  if (region !== undefined && byDefault?.algorithm.startsWith('aws:kms')) {
    await keys.get(byDefault.kmsKey ?? 'alias/aws/s3', region, accountId);
  }
  // What the policy pins uploads to is only worth as much as the key behind it.
  if (region !== undefined) {
    for (const arn of keysPinnedBy(valueOf(evidence.policy))) await keys.get(arn, region, accountId);
  }
  if (saved === null) await context.store.write(path, toJson(evidence));
  const unreadable = Object.values(evidence).filter(
    (fact) => typeof fact === 'object' && fact !== null && fact.state === 'unknown',
  ).length;
  context.progress.bucket(target.name, { kind: 'inspected', unreadable });
  return evidence;
}

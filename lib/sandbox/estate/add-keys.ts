import { newKey } from '../services/kms/new-key.ts';
import { timeOf } from './notation.ts';
import { keyIdOf, principalArn } from './place.ts';
import type { Placing } from './place.ts';
import { policyDocument } from './placeholders.ts';
import { nextRotation } from './rotation.ts';
import type { Estate } from './schema.ts';

/** Puts the estate's keys and aliases into the sandbox. */
export function addKeys(placing: Placing): void {
  const { estate, state, now } = placing;
  for (const [name, given] of Object.entries(estate.keys)) {
    const region = given.region ?? estate.region;
    const accountId = given.account ?? estate.account;
    const created = timeOf(given.created, now);
    const days = given['rotation-days'];
    const key = newKey({
      partition: state.partition,
      keyId: keyIdOf(placing, name),
      accountId,
      region,
      createdAt: created,
      description: given.description,
      state: given.state,
      origin: given.origin,
      spec: given.spec,
      usage: given.spec === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY',
      deletionDate: given.deletion ? timeOf(given.deletion, now) : null,
      validTo: given['material-expires'] ? timeOf(given['material-expires'], now) : null,
      multiRegion: given['multi-region'] ? 'PRIMARY' : null,
      rotation: {
        enabled: days !== null,
        periodInDays: days ?? 365,
        nextRotation:
          days === null
            ? null
            : given['next-rotation']
              ? timeOf(given['next-rotation'], now)
              : nextRotation(created, days, now),
      },
      policy: keyPolicy(placing, accountId, given),
      accessDenied: given.denied,
      tags: given.tags,
    });
    state.keys.set(key.arn, key);
    if (given.alias !== undefined) {
      state.aliases.set(`arn:${state.partition}:kms:${region}:${accountId}:alias/${given.alias}`, key.arn);
    }
  }
}

/** The account administers its keys; the principals that use one are named. */
function keyPolicy(placing: Placing, accountId: string, key: Estate['keys'][string]): string {
  const { estate, state } = placing;
  const users = key.users.flatMap((name) => {
    const principal = estate.principals[name];
    return principal === undefined ? [] : (principalArn(placing, principal) ?? []);
  });
  const uses =
    key.spec === 'SYMMETRIC_DEFAULT'
      ? ['kms:Decrypt', 'kms:GenerateDataKey']
      : ['kms:Sign', 'kms:GetPublicKey'];
  return policyDocument(placing, [
    {
      Sid: 'AccountAdministers',
      Effect: 'Allow',
      Principal: { AWS: `arn:${state.partition}:iam::${accountId}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
    ...(users.length === 0
      ? []
      : [
          {
            Sid: 'Users',
            Effect: 'Allow',
            Principal: { AWS: users },
            Action: [...uses, 'kms:DescribeKey'],
            Resource: '*',
          },
        ]),
    ...key.policy,
  ]);
}

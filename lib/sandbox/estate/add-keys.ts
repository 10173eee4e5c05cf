import { newKey } from '../services/kms/new-key.ts';
import { timeOf } from './notation.ts';
import { keyIdOf, policyDocument, principalArn } from './place.ts';
import type { Placing } from './place.ts';
import type { Estate } from './schema.ts';

const DAY = 86_400_000;

/** Puts the estate's keys and aliases into the sandbox. */
export function addKeys(placing: Placing): void {
  const { estate, state, now } = placing;
  for (const [name, given] of Object.entries(estate.keys)) {
    const region = given.region ?? estate.region;
    const accountId = given.account ?? estate.account;
    const days = given['rotation-days'];
    const next = given['next-rotation'] ? timeOf(given['next-rotation'], now) : now + (days ?? 365) * DAY;
    const key = newKey({
      partition: state.partition,
      keyId: keyIdOf(placing, name),
      accountId,
      region,
      createdAt: timeOf(given.created, now),
      description: given.description,
      state: given.state,
      origin: given.origin,
      spec: given.spec,
      usage: given.spec === 'SYMMETRIC_DEFAULT' ? 'ENCRYPT_DECRYPT' : 'SIGN_VERIFY',
      deletionDate: given.deletion ? timeOf(given.deletion, now) : null,
      multiRegion: given['multi-region'] ? 'PRIMARY' : null,
      rotation: {
        enabled: days !== null,
        periodInDays: days ?? 365,
        nextRotation: days === null ? null : next,
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

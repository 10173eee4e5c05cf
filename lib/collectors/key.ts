import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  ListAliasesCommand,
} from '@aws-sdk/client-kms';
import type { KMSClient } from '@aws-sdk/client-kms';
import { parseArn } from '../model/arn.ts';
import type { KeyEvidence, KeyMetadata } from '../model/evidence.ts';
import type { Observed } from '../model/observed.ts';
import { absent, known, unknown, valueOf } from '../model/observed.ts';
import type { AwsClients } from './clients.ts';
import { MalformedAnswer, observe } from './observe.ts';

/**
 * Every fact about the key behind `reference` (ARN, id or alias). Never called for `alias/aws/s3`: describing a
 * predefined alias that has no key yet makes KMS create one, and the auditor writes nothing.
 * @param region where ids and aliases resolve; an ARN carries its own
 */
export async function readKey(
  aws: AwsClients,
  reference: string,
  region: string,
  callerAccount: string,
): Promise<KeyEvidence> {
  const where = parseArn(reference)?.region ?? region;
  const kms = aws.kms(where === '' ? region : where);
  const metadata = await observe('kms:DescribeKey', async () => describe(kms, reference));
  const facts = valueOf(metadata);
  if (!facts) {
    const why = metadata.state === 'unknown' ? metadata.reason.message : 'KMS has no such key';
    const unread = (operation: string): Observed<never> =>
      unknown({ code: 'NOT_READ', operation, message: why });
    return {
      reference,
      region: where,
      metadata,
      rotation: unread('kms:GetKeyRotationStatus'),
      policy: unread('kms:GetKeyPolicy'),
      aliases: unread('kms:ListAliases'),
    };
  }
  const foreign = facts.accountId !== callerAccount;
  const refusedAbroad = (operation: string): Observed<never> =>
    unknown({
      code: 'UNSUPPORTED',
      operation,
      message: `KMS answers this only inside account ${facts.accountId}`,
    });
  const [rotation, policy, aliases] = await Promise.all([
    observe('kms:GetKeyRotationStatus', async () => rotationOf(kms, facts.arn), [
      'UnsupportedOperationException',
    ]),
    foreign
      ? refusedAbroad('kms:GetKeyPolicy')
      : observe('kms:GetKeyPolicy', async () => policyOf(kms, facts.arn)),
    foreign
      ? refusedAbroad('kms:ListAliases')
      : observe('kms:ListAliases', async () => aliasesOf(kms, facts.arn)),
  ]);
  return { reference, region: where, metadata, rotation, policy, aliases };
}

/** The AWS managed key for S3 by its alias, as far as its name alone tells: no KMS call is made for it. */
export function awsManagedS3Key(region: string): KeyEvidence {
  const unread = (operation: string): Observed<never> =>
    unknown({ code: 'NOT_READ', operation, message: 'reading alias/aws/s3 could make KMS create the key' });
  return {
    reference: 'alias/aws/s3',
    region,
    metadata: unread('kms:DescribeKey'),
    // AWS rotates its managed keys every year; nobody can change that (FACTS §7).
    rotation: known({ enabled: true, periodInDays: 365, nextRotation: null }),
    policy: absent,
    aliases: known(['alias/aws/s3']),
  };
}

async function describe(kms: KMSClient, reference: string): Promise<KeyMetadata> {
  const { KeyMetadata: key } = await kms.send(new DescribeKeyCommand({ KeyId: reference }));
  if (!key?.Arn || !key.KeyState) throw new MalformedAnswer('DescribeKey answered without ARN or state');
  return {
    arn: key.Arn,
    accountId: key.AWSAccountId ?? parseArn(key.Arn)?.account ?? '',
    manager: key.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER',
    state: key.KeyState,
    origin: key.Origin ?? 'UNKNOWN',
    multiRegion: key.MultiRegion ?? false,
    deletionDate: key.DeletionDate?.toISOString() ?? null,
    validTo: key.ValidTo?.toISOString() ?? null,
  };
}

async function rotationOf(
  kms: KMSClient,
  arn: string,
): Promise<{ enabled: boolean; periodInDays: number | null; nextRotation: string | null }> {
  const answer = await kms.send(new GetKeyRotationStatusCommand({ KeyId: arn }));
  return {
    enabled: answer.KeyRotationEnabled ?? false,
    periodInDays: answer.RotationPeriodInDays ?? null,
    nextRotation: answer.NextRotationDate?.toISOString() ?? null,
  };
}

async function policyOf(kms: KMSClient, arn: string): Promise<string | null> {
  return (await kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }))).Policy ?? null;
}

async function aliasesOf(kms: KMSClient, arn: string): Promise<readonly string[]> {
  const names: string[] = [];
  let marker: string | undefined;
  do {
    const page = await kms.send(
      new ListAliasesCommand({ KeyId: arn, ...(marker ? { Marker: marker } : {}) }),
    );
    names.push(...(page.Aliases ?? []).flatMap((alias) => (alias.AliasName ? [alias.AliasName] : [])));
    marker = page.Truncated ? page.NextMarker : undefined;
  } while (marker);
  return names.sort();
}

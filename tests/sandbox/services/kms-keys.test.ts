import { describe, expect, test } from '@jest/globals';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import { ACCOUNT, DAY, expectRefusal, newKey, NOON, REGION, useSandbox } from '../sdk.ts';
import type { Clients } from '../sdk.ts';
import { addKey } from './kms-record.ts';

const rig = useSandbox();
const HEX = '0123456789abcdef';
const describeKey = async (KeyId: string, { kms }: Pick<Clients, 'kms'> = rig) =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;
describe('a key as CreateKey and DescribeKey tell it', () => {
  test('by default: symmetric, enabled, of KMS, ours', async () => {
    const { KeyMetadata } = await rig.kms.send(new CreateKeyCommand({ Description: 'ours' }));
    expect(KeyMetadata).toMatchObject({
      AWSAccountId: ACCOUNT,
      Arn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KeyMetadata!.KeyId!}`,
      CreationDate: new Date(NOON),
      Description: 'ours',
      Enabled: true,
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Origin: 'AWS_KMS',
    });
    expect(await describeKey(KeyMetadata!.KeyId!)).toEqual(KeyMetadata);
  });

  test('found by id, ARN, alias and alias ARN, and by nothing else', async () => {
    const { arn, keyId } = addKey(rig);
    await rig.kms.send(new CreateAliasCommand({ AliasName: 'alias/found', TargetKeyId: arn }));
    const aliasArn = `arn:aws:kms:${REGION}:${ACCOUNT}:alias/found`;
    for (const name of [arn, keyId, 'alias/found', aliasArn]) expect((await describeKey(name)).Arn).toBe(arn);
    for (const name of [
      'alias/lost',
      keyId.replace('00000000', '11111111'),
      arn.replace(REGION, 'us-east-1'),
      'found',
      `${arn}/x`,
    ]) {
      await expectRefusal(describeKey(name), 400, 'NotFoundException');
    }
  });

  test('imported material: pending until it comes, and with an end', async () => {
    const { KeyMetadata } = await rig.kms.send(new CreateKeyCommand({ Origin: 'EXTERNAL' }));
    expect([KeyMetadata!.KeyState, KeyMetadata!.Enabled]).toEqual(['PendingImport', false]);
    const expiring = addKey(rig, { origin: 'EXTERNAL', validTo: NOON + DAY });
    const metadata = await describeKey(expiring.arn);
    expect([metadata.ExpirationModel, metadata.ValidTo]).toEqual([
      'KEY_MATERIAL_EXPIRES',
      new Date(NOON + DAY),
    ]);
  });

  test('multi-Region keys: primary and replicas share an id and material, and name each other', async () => {
    const keyId = `mrk-${HEX}${HEX}`;
    const primary = addKey(rig, { keyId, multiRegion: 'PRIMARY' });
    const replica = addKey(rig, { keyId, multiRegion: 'REPLICA', region: 'us-west-2' });
    const west = rig.as({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' }, 'us-west-2');
    const family = {
      PrimaryKey: { Arn: primary.arn, Region: REGION },
      ReplicaKeys: [{ Arn: replica.arn, Region: 'us-west-2' }],
    };
    expect((await describeKey(primary.arn)).MultiRegionConfiguration).toEqual({
      MultiRegionKeyType: 'PRIMARY',
      ...family,
    });
    expect((await describeKey(keyId, west)).MultiRegionConfiguration).toEqual({
      MultiRegionKeyType: 'REPLICA',
      ...family,
    });
    const { CiphertextBlob } = await rig.kms.send(
      new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from('both') }),
    );
    const { Plaintext, KeyId } = await west.kms.send(new DecryptCommand({ CiphertextBlob }));
    expect([Buffer.from(Plaintext!).toString(), KeyId]).toEqual(['both', replica.arn]);
  });

  test('tags, grants and policy', async () => {
    const grant = {
      grantId: 'g1',
      name: null,
      createdAt: NOON,
      granteePrincipal: 'arn:aws:iam::1:role/r',
      operations: ['Decrypt'],
      encryptionContextSubset: { a: 'b' },
    };
    const key = addKey(rig, {
      tags: { b: '2', a: '1' },
      grants: [grant, { ...grant, grantId: 'g2', encryptionContextSubset: null }],
      policy: '{"Statement":[]}',
    });
    const KeyId = key.keyId;
    const { Tags } = await rig.kms.send(new ListResourceTagsCommand({ KeyId }));
    expect(Tags).toEqual([
      { TagKey: 'a', TagValue: '1' },
      { TagKey: 'b', TagValue: '2' },
    ]);
    const { Grants } = await rig.kms.send(new ListGrantsCommand({ KeyId }));
    expect(Grants!.map(({ GrantId, Constraints }) => [GrantId, Constraints])).toEqual([
      ['g1', { EncryptionContextSubset: { a: 'b' } }],
      ['g2', undefined],
    ]);
    const { Policy } = await rig.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
    expect(Policy).toBe(key.policy);
    await expectRefusal(
      rig.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'other' })),
      400,
      'NotFoundException',
    );
  });

  test.each([
    [{ KeySpec: 'ECC_NIST_P256' as const }, 'ValidationException'],
    [{ KeySpec: 'ECC_NIST_P256' as const, KeyUsage: 'ENCRYPT_DECRYPT' as const }, 'ValidationException'],
    [{ KeyUsage: 'SIGN_VERIFY' as const }, 'ValidationException'],
    [{ KeySpec: 'RSA_2048' as const, KeyUsage: 'SIGN_VERIFY' as const }, 'UnsupportedOperationException'],
  ])('CreateKey of %j is refused', async (input, code) => {
    await expectRefusal(rig.kms.send(new CreateKeyCommand(input)), 400, code);
  });
});

describe('lists', () => {
  test('keys and aliases in pages of any size are the whole list', async () => {
    const reader = rig.principal('arn:aws:iam::999988887777:user/reader');
    const ids: string[] = [];
    for (let i = 0; i < 7; i += 1) {
      const { keyId, arn } = addKey(rig, { accountId: '999988887777' });
      ids.push(keyId);
      rig.state.aliases.set(`arn:aws:kms:${REGION}:999988887777:alias/a${i}`, arn);
    }
    for (const Limit of [1, 3, 7, 100]) {
      const keys: (string | undefined)[] = [];
      const aliases: (string | undefined)[] = [];
      let Marker: string | undefined;
      do {
        const page = await reader.kms.send(new ListKeysCommand({ Limit, ...(Marker ? { Marker } : {}) }));
        keys.push(...page.Keys!.map(({ KeyId }) => KeyId));
        Marker = page.Truncated ? page.NextMarker : undefined;
      } while (Marker);
      do {
        const page = await reader.kms.send(new ListAliasesCommand({ Limit, ...(Marker ? { Marker } : {}) }));
        aliases.push(...page.Aliases!.map(({ TargetKeyId }) => TargetKeyId));
        Marker = page.Truncated ? page.NextMarker : undefined;
      } while (Marker);
      expect([keys, aliases]).toEqual([ids, ids]);
    }
    const { Aliases } = await reader.kms.send(new ListAliasesCommand({ KeyId: ids[2]! }));
    expect(Aliases!.map(({ AliasName }) => AliasName)).toEqual(['alias/a2']);
    await expectRefusal(
      reader.kms.send(new ListKeysCommand({ Marker: 'made-up' })),
      400,
      'InvalidMarkerException',
    );
    await expectRefusal(reader.kms.send(new ListAliasesCommand({ Limit: 101 })), 400, 'ValidationException');
  });

  test.each([
    ['nothing', 'x', 'ValidationException'],
    ['odd characters', 'alias/a b', 'ValidationException'],
    ['a name that is taken', 'alias/taken', 'AlreadyExistsException'],
  ])('an alias of %s is refused', async (_, AliasName, code) => {
    const TargetKeyId = await newKey(rig);
    rig.state.aliases.set(`arn:aws:kms:${REGION}:${ACCOUNT}:alias/taken`, TargetKeyId);
    await expectRefusal(rig.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId })), 400, code);
  });
});

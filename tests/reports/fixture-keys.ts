import type { KeyEvidence } from '../../lib/model/evidence.ts';
import { known } from '../../lib/model/observed.ts';
import { AWS_S3_KEY, CARD_KEY, denied, DOOMED_KEY, PHI_KEY } from './fixture-names.ts';

const key = (
  reference: string,
  over: Partial<KeyEvidence> & { deletionDate?: string; manager?: 'AWS' | 'CUSTOMER'; state?: string },
): KeyEvidence => {
  const [, , , region = '', accountId = ''] = reference.split(':');
  const { deletionDate = null, manager = 'CUSTOMER', state = 'Enabled', ...rest } = over;
  return {
    reference,
    region,
    metadata: known({
      arn: reference,
      accountId,
      manager,
      state,
      origin: 'AWS_KMS',
      multiRegion: false,
      deletionDate,
      validTo: null,
    }),
    rotation: known({ enabled: true, periodInDays: 365, nextRotation: '2027-02-01T00:00:00Z' }),
    policy: known('{"Version":"2012-10-17","Statement":[]}'),
    aliases: known(['alias/ehr-phi']),
    ...rest,
  };
};

/** A healthy key, one of another account that could not be read in full, one about to be deleted, and aws/s3. */
export const keys: readonly KeyEvidence[] = [
  key(PHI_KEY, {}),
  key(CARD_KEY, {
    aliases: known(['alias/=HYPERLINK("http://evil.example")\n']),
    rotation: known({ enabled: false, periodInDays: null, nextRotation: null }),
    policy: denied('kms:GetKeyPolicy'),
  }),
  key(DOOMED_KEY, {
    state: 'PendingDeletion',
    deletionDate: '2026-12-05T00:00:00Z',
    rotation: denied('kms:GetKeyRotationStatus'),
    aliases: known([]),
  }),
  key(AWS_S3_KEY, { manager: 'AWS', aliases: known(['alias/aws/s3']) }),
  {
    reference: 'alias/partner',
    region: 'eu-west-1',
    metadata: denied('kms:DescribeKey'),
    rotation: denied('kms:GetKeyRotationStatus'),
    policy: denied('kms:GetKeyPolicy'),
    aliases: denied('kms:ListAliases'),
  },
];

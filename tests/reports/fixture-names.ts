import { unknown } from '../../lib/model/observed.ts';

export const PROD = '111122223333';
export const KEYS_ACCOUNT = '444455556666';
/** HTML, quotes, a right-to-left override, a line feed and a zero-width space in one name. */
export const HOSTILE = '"><img src=x onerror=alert(1)></script><!--\u202Ecod.exe\n\u200Bphi';

const keyArn = (account: string, region: string, id: string) => `arn:aws:kms:${region}:${account}:key/${id}`;
export const PHI_KEY = keyArn(PROD, 'eu-west-1', '1234abcd-12ab-34cd-56ef-1234567890ab');
export const CARD_KEY = keyArn(KEYS_ACCOUNT, 'us-east-1', '9c0f1d22-7be1-4d6c-8f55-0a9be3f4d511');
export const DOOMED_KEY = keyArn(PROD, 'eu-west-1', 'deadbeef-0000-4000-8000-00000000dead');
export const AWS_S3_KEY = keyArn(PROD, 'eu-west-1', '77aa77aa-1111-4222-8333-444455556666');

/** A read that AWS refused. */
export const denied = (operation: string) =>
  unknown({ code: 'ACCESS_DENIED', operation, message: 'Access Denied', httpStatus: 403 });

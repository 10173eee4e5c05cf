import { awsManagedS3Key } from '../collectors/key.ts';
import type { ConfigClients } from '../collectors/config-client.ts';
import { keyAsOf } from '../collectors/config-history.ts';
import { parseArn } from '../model/arn.ts';
import type { KeyEvidence } from '../model/evidence.ts';
import { describeReason, unknown } from '../model/observed.ts';
import type { UnknownReason } from '../model/observed.ts';
import type { RecordedFacts } from './recorded-facts.ts';

const OPERATION = 'config:GetResourceConfigHistory';

/**
 * Keys as AWS Config's history has them at one past moment. What KMS says today is never taken for what it would
 * have said then: a key without a record is not known.
 */
export const keyFactsAsOf =
  (config: ConfigClients, asOf: string): NonNullable<RecordedFacts['key']> =>
  async (reference, region, callerAccount) => {
    if (reference === 'alias/aws/s3' || reference.endsWith(':alias/aws/s3'))
      return { ...awsManagedS3Key(region), reference };
    const arn = parseArn(reference);
    const home = arn === null || arn.region === '' ? region : arn.region;
    const unrecorded = (message: string): KeyEvidence =>
      unreadKey(reference, home, { code: 'NOT_RECORDED', operation: OPERATION, message });
    const name = arn === null ? reference : arn.resource;
    if (name.startsWith('alias/'))
      return unrecorded('AWS Config keeps no history of aliases, so which key it named then is not known');
    if (arn !== null && arn.account !== callerAccount)
      return unrecorded(`the key belongs to account ${arn.account}, whose AWS Config was not asked`);
    const then = await keyAsOf(config.in(home), name.replace(/^key\//, ''), new Date(asOf));
    switch (then.state) {
      case 'known':
        return then.value.recorded
          ? { reference, region: home, ...then.value.facts }
          : unrecorded(`AWS Config reports the key as ${then.value.status} then`);
      case 'absent':
        return unrecorded(
          'AWS Config has no record of the key as of then, and its facts of today are not those of then',
        );
      case 'unknown':
        return unreadKey(reference, home, then.reason);
    }
  };

function unreadKey(reference: string, region: string, reason: UnknownReason): KeyEvidence {
  const unread = unknown({ code: 'NOT_READ', operation: reason.operation, message: describeReason(reason) });
  return { reference, region, metadata: unknown(reason), rotation: unread, policy: unread, aliases: unread };
}

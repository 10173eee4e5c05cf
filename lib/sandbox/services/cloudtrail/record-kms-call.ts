import { randomUUID } from 'node:crypto';
import type { CallContext } from '../../operation.ts';
import type { KmsKey } from '../../state-services.ts';
import type { SandboxState } from '../../state.ts';
import type { KmsCall } from './kms-record.ts';
import { kmsRecords } from './kms-record.ts';

/** A KMS call as it happens in the running sandbox. */
export type LiveKmsCall = {
  readonly eventName: KmsCall['eventName'];
  readonly key: KmsKey;
  readonly encryptionContext?: Readonly<Record<string, string>> | undefined;
  readonly refusal?: { readonly code: string; readonly message: string };
  readonly asked?: KmsCall['asked'];
  /** True: S3 calls for the caller, through a forward access session. */
  readonly throughS3?: boolean;
};

/** Newest events kept: event history of a sandbox that runs for days must not fill the memory. */
const MAX_EVENTS = 50_000;

/** Puts a KMS call into event history, as CloudTrail does within minutes. */
export function recordKmsCall(state: SandboxState, context: CallContext, call: LiveKmsCall): void {
  // KMS answers AccessDeniedException, CloudTrail records AccessDenied.
  const refusal = call.refusal
    ? { ...call.refusal, code: call.refusal.code.replace(/^AccessDeniedException$/, 'AccessDenied') }
    : null;
  const records = kmsRecords(
    {
      eventName: call.eventName,
      time: context.now,
      region: call.key.region,
      requestId: context.requestId,
      caller: {
        arn: context.callerArn,
        accountId: context.accountId,
        accessKeyId: context.accessKeyId,
        sessionStart: context.now,
      },
      invokedBy: call.throughS3 ? 'fas.s3.amazonaws.com' : null,
      sourceIp: '127.0.0.1',
      userAgent: 'sandbox',
      key: call.key,
      encryptionContext: call.encryptionContext ?? null,
      refusal,
      asked: call.asked,
    },
    randomUUID,
  );
  state.events.push(...records);
  if (state.events.length > MAX_EVENTS) state.events.splice(0, state.events.length - MAX_EVENTS);
}

/** The encryption context S3 gives KMS: the object's ARN, or with a bucket key only the bucket's. */
export const s3EncryptionContext = (
  partition: string,
  bucket: string,
  key: string,
  bucketKey: boolean,
): Record<string, string> => ({
  'aws:s3:arn': bucketKey ? `arn:${partition}:s3:::${bucket}` : `arn:${partition}:s3:::${bucket}/${key}`,
});

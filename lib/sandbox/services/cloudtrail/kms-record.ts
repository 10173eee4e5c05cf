import { createHash } from 'node:crypto';
import type { CloudTrailEvent } from '../../state-services.ts';
import type { Caller } from './user-identity.ts';
import { instant, userIdentity } from './user-identity.ts';

/** Everything about one KMS call that its records tell. */
export type KmsCall = {
  readonly eventName: 'Decrypt' | 'Encrypt' | 'GenerateDataKey' | 'Sign';
  readonly time: number;
  readonly region: string;
  readonly requestId: string;
  /** Null: an AWS service acting by itself, named by `invokedBy`. */
  readonly caller: Caller | null;
  /**
   * The service that made the call for the caller through a forward access session, such as
   * `fas.s3.amazonaws.com`, or that acted itself, `s3.amazonaws.com`; null for a direct call to KMS.
   */
  readonly invokedBy: string | null;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly key: { readonly arn: string; readonly accountId: string };
  readonly encryptionContext: Readonly<Record<string, string>> | null;
  readonly refusal: { readonly code: string; readonly message: string } | null;
  /** What else the call asked for, such as `{ keySpec: 'AES_128' }`; default what S3 and the report's signer ask for. */
  readonly asked?: Readonly<Record<string, unknown>> | undefined;
};

/**
 * The records of a KMS call: one, or when caller and key are of different accounts one in each, under one
 * sharedEventID; a call denied across accounts is recorded in the caller's alone. `newId` makes UUIDs.
 */
export function kmsRecords(call: KmsCall, newId: () => string): CloudTrailEvent[] {
  const caller = call.caller?.accountId ?? call.key.accountId;
  if (caller === call.key.accountId || call.refusal?.code === 'AccessDenied') {
    return [kmsRecord(call, caller, newId(), null)];
  }
  const shared = newId();
  return [caller, call.key.accountId].map((recipient) => kmsRecord(call, recipient, newId(), shared));
}

/**
 * A Decrypt that S3 makes for a caller carries no keyId among its parameters and no TLS details, a direct one has
 * both; denials carry neither parameters nor resources.
 */
function kmsRecord(
  call: KmsCall,
  recipientAccountId: string,
  eventId: string,
  sharedEventId: string | null,
): CloudTrailEvent {
  const throughService = call.invokedBy !== null;
  const denied = call.refusal?.code === 'AccessDenied';
  return {
    accountId: recipientAccountId,
    region: call.region,
    time: Math.floor(call.time / 1000) * 1000,
    record: {
      eventVersion: '1.11',
      userIdentity: {
        ...(call.caller === null ? { type: 'AWSService' } : userIdentity(call.caller)),
        ...(throughService ? { invokedBy: call.invokedBy } : {}),
      },
      eventTime: instant(call.time),
      eventSource: 'kms.amazonaws.com',
      eventName: call.eventName,
      awsRegion: call.region,
      sourceIPAddress: call.invokedBy ?? call.sourceIp,
      userAgent: call.invokedBy ?? call.userAgent,
      ...(call.refusal === null ? {} : { errorCode: call.refusal.code, errorMessage: call.refusal.message }),
      requestParameters: denied ? null : requestParameters(call),
      responseElements: null,
      ...(call.eventName === 'Decrypt' && call.refusal === null
        ? { additionalEventData: { keyMaterialId: createHash('sha256').update(call.key.arn).digest('hex') } }
        : {}),
      requestID: call.requestId,
      eventID: eventId,
      readOnly: true,
      ...(denied
        ? {}
        : { resources: [{ accountId: call.key.accountId, type: 'AWS::KMS::Key', ARN: call.key.arn }] }),
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId,
      ...(sharedEventId === null ? {} : { sharedEventID: sharedEventId }),
      eventCategory: 'Management',
      ...(throughService
        ? {}
        : {
            tlsDetails: {
              tlsVersion: 'TLSv1.3',
              cipherSuite: 'TLS_AES_256_GCM_SHA384',
              clientProvidedHostHeader: `kms.${call.region}.amazonaws.com`,
            },
          }),
    },
  };
}

function requestParameters(call: KmsCall): Record<string, unknown> {
  const context = call.encryptionContext === null ? {} : { encryptionContext: call.encryptionContext };
  switch (call.eventName) {
    case 'Decrypt':
      return {
        encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        ...(call.invokedBy === null ? { keyId: call.key.arn } : {}),
        ...context,
      };
    case 'Encrypt':
      return { encryptionAlgorithm: 'SYMMETRIC_DEFAULT', keyId: call.key.arn, ...context };
    case 'GenerateDataKey':
      return { keyId: call.key.arn, ...(call.asked ?? { keySpec: 'AES_256' }), ...context };
    case 'Sign':
      return {
        keyId: call.key.arn,
        ...(call.asked ?? { messageType: 'DIGEST', signingAlgorithm: 'ECDSA_SHA_256' }),
      };
  }
}

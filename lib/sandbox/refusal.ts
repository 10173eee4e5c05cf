import { authFault } from './auth-fault.ts';
import type { Protocol } from './auth-fault.ts';
import type { Call } from './call.ts';
import type { FaultEffect } from './faults.ts';
import { AwsFault } from './operation.ts';
import { wrongRegion } from './s3/define.ts';

type Refusal = readonly [code: string, status: number, message: string];

const SLOW_DOWN: Readonly<Record<Protocol, Refusal>> = {
  s3: ['SlowDown', 503, 'Please reduce your request rate.'],
  json: ['ThrottlingException', 400, 'Rate exceeded'],
  query: ['Throttling', 400, 'Rate exceeded'],
};

const INTERNAL: Readonly<Record<Protocol, Refusal>> = {
  s3: ['InternalError', 500, 'We encountered an internal error. Please try again.'],
  json: ['InternalFailure', 500, 'The request processing has failed because of an unknown error.'],
  query: ['InternalFailure', 500, 'The request processing has failed because of an unknown error.'],
};

const DENIED: Readonly<Record<Protocol, readonly [code: string, status: number]>> = {
  s3: ['AccessDenied', 403],
  json: ['AccessDeniedException', 400],
  query: ['AccessDenied', 403],
};

/** The error that an effect makes of a request, or null for effects that let it through. */
export function refusalOf(
  effect: FaultEffect,
  protocol: Protocol,
  call: Call,
  callerArn: string,
): AwsFault | null {
  switch (effect.type) {
    case 'deny': {
      const [code, status] = DENIED[protocol];
      const message = `User: ${callerArn} is not authorized to perform: ${call.action} because no identity-based policy allows the ${call.action} action`;
      return new AwsFault(code, status, effect.message ?? message);
    }
    case 'internalError':
      return new AwsFault(...INTERNAL[protocol]);
    case 'slowDown':
      return new AwsFault(...SLOW_DOWN[protocol]);
    case 'expiredToken':
      return authFault(protocol, 'expired');
    case 'redirect':
      return wrongRegion(call.bucket ?? '', effect.region);
    case 'error':
      return new AwsFault(effect.code, effect.status, effect.message);
    case 'drop':
    case 'delay':
    case 'malformed':
    case 'deleteListedObjects':
    case 'deleteBucket':
      return null;
  }
}

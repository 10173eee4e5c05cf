import { AwsFault } from './operation.ts';

/** The wire protocols the sandbox speaks. */
export type Protocol = 's3' | 'json' | 'query';

/** What can be wrong with a caller's credentials. */
export type AuthProblem =
  | 'unsigned'
  | 'unsupported'
  | 'malformed'
  | 'malformedQuery'
  | 'unknownKey'
  | 'wrongSignature'
  | 'headersNotSigned'
  | 'skewed'
  | 'expired'
  | 'wrongToken';

type Answer = readonly [code: string, status: number, message: string];

const SIGNATURE_MESSAGE =
  'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
const SKEW_MESSAGE = 'The difference between the request time and the current time is too large.';

const S3: Readonly<Record<AuthProblem, Answer>> = {
  unsigned: ['AccessDenied', 403, 'Access Denied'],
  unsupported: [
    'InvalidRequest',
    400,
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  ],
  malformed: ['AuthorizationHeaderMalformed', 400, 'The authorization header is malformed.'],
  malformedQuery: ['AuthorizationQueryParametersError', 400, 'The authorization parameters are malformed.'],
  unknownKey: [
    'InvalidAccessKeyId',
    403,
    'The AWS Access Key Id you provided does not exist in our records.',
  ],
  wrongSignature: ['SignatureDoesNotMatch', 403, SIGNATURE_MESSAGE],
  headersNotSigned: ['AccessDenied', 403, 'There were headers present in the request which were not signed'],
  skewed: ['RequestTimeTooSkewed', 403, SKEW_MESSAGE],
  expired: ['ExpiredToken', 400, 'The provided token has expired.'],
  wrongToken: ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
};

const JSON_SERVICES: Readonly<Record<AuthProblem, Answer>> = {
  unsigned: ['MissingAuthenticationTokenException', 400, 'Missing Authentication Token'],
  unsupported: ['IncompleteSignatureException', 400, 'Unsupported authorization type or algorithm.'],
  malformed: ['IncompleteSignatureException', 400, 'Authorization header is incomplete.'],
  malformedQuery: ['IncompleteSignatureException', 400, 'Authorization parameters are incomplete.'],
  unknownKey: ['UnrecognizedClientException', 400, 'The security token included in the request is invalid.'],
  wrongSignature: ['InvalidSignatureException', 400, SIGNATURE_MESSAGE],
  headersNotSigned: [
    'InvalidSignatureException',
    400,
    'Headers of the request are not covered by its signature.',
  ],
  skewed: ['InvalidSignatureException', 400, 'Signature expired or not yet current.'],
  expired: ['ExpiredTokenException', 400, 'The security token included in the request is expired'],
  wrongToken: ['UnrecognizedClientException', 400, 'The security token included in the request is invalid.'],
};

const QUERY_SERVICES: Readonly<Record<AuthProblem, Answer>> = {
  unsigned: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
  unsupported: ['IncompleteSignature', 400, 'Unsupported authorization type or algorithm.'],
  malformed: ['IncompleteSignature', 400, 'Authorization header is incomplete.'],
  malformedQuery: ['IncompleteSignature', 400, 'Authorization parameters are incomplete.'],
  unknownKey: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
  wrongSignature: ['SignatureDoesNotMatch', 403, SIGNATURE_MESSAGE],
  headersNotSigned: [
    'SignatureDoesNotMatch',
    403,
    'Headers of the request are not covered by its signature.',
  ],
  skewed: ['SignatureDoesNotMatch', 403, 'Signature expired or not yet current.'],
  expired: ['ExpiredToken', 403, 'The security token included in the request is expired'],
  wrongToken: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
};

const ANSWERS: Readonly<Record<Protocol, Readonly<Record<AuthProblem, Answer>>>> = {
  s3: S3,
  json: JSON_SERVICES,
  query: QUERY_SERVICES,
};

/** The error a protocol answers with; `detail` replaces the message, or names the headers that were not signed. */
export function authFault(protocol: Protocol, problem: AuthProblem, detail?: string): AwsFault {
  const [code, status, message] = ANSWERS[protocol][problem];
  if (problem === 'headersNotSigned' && protocol === 's3') {
    return new AwsFault(code, status, message, { fields: { HeadersNotSigned: detail ?? '' } });
  }
  return new AwsFault(code, status, detail ?? message);
}

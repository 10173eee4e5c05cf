import { AuditError } from '../model/errors.ts';
import { absent, known, unknown } from '../model/observed.ts';
import type { Observed, UnknownCode, UnknownReason } from '../model/observed.ts';

/** What the SDK hangs on an error, all of it optional: a HEAD failure carries a status and nothing else. */
type SdkError = {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
};

const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired']);
const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError']);
const THROTTLED = /^(SlowDown|Throttl|TooManyRequests|RequestLimitExceeded|ServiceUnavailable|LimitExceeded)/;
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|TimeoutError|RequestTimeout|CERT_|UNABLE_TO_|SELF_SIGNED_|ERR_TLS)/;

/**
 * Runs one read and keeps what it taught: a value, AWS's word that there is none (an error named in `absentCodes`,
 * or a null value), or unknown with the reason. Lost credentials are the run's problem, not a fact: they throw.
 * @param operation the call in IAM's spelling, such as `s3:GetBucketPolicy`
 */
export async function observe<T>(
  operation: string,
  read: () => Promise<T | null>,
  absentCodes: readonly string[] = [],
): Promise<Observed<T>> {
  try {
    const value = await read();
    return value === null ? absent : known(value);
  } catch (error) {
    if (error instanceof MalformedAnswer) {
      return unknown({ code: 'MALFORMED', operation, message: error.message });
    }
    if (absentCodes.includes((error as SdkError).name ?? '')) return absent;
    return unknown(reasonOf(operation, error));
  }
}

/** AWS answered 200 with something its own model does not allow. */
export class MalformedAnswer extends Error {}

/** No call could be signed, since the role of its account was not to be had. */
export class RefusedRole extends Error {
  readonly reason: UnknownReason;
  constructor(reason: UnknownReason, cause: unknown) {
    super(reason.message, { cause });
    this.reason = reason;
  }
}

/** Why a call failed. Throws AuditError when the credentials are gone, since every later answer would be wrong too. */
export function reasonOf(operation: string, error: unknown): UnknownReason {
  const lost = credentialsError(error);
  if (lost) throw lost;
  if (error instanceof RefusedRole) return error.reason;
  const httpStatus = (error as SdkError).$metadata?.httpStatusCode;
  return {
    code: classify(error as SdkError, httpStatus),
    operation,
    message: plainMessage(error as SdkError, httpStatus),
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
}

/** The AuditError for missing or expired credentials, or null when the error is something else. */
export function credentialsError(error: unknown): AuditError | null {
  if (error instanceof AuditError) return error;
  const name = (error as SdkError).name ?? '';
  if (EXPIRED.has(name)) {
    return new AuditError(
      'EXPIRED_CREDENTIALS',
      'The AWS credentials have expired; renew them and run again.',
      {
        cause: error,
      },
    );
  }
  if (NO_CREDENTIALS.has(name)) {
    return new AuditError(
      'NO_CREDENTIALS',
      'No AWS credentials were found; set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables, or attach a role.',
      { cause: error },
    );
  }
  return null;
}

/** Classified by HTTP status first: a HEAD failure has no body, so its error name says nothing (FACTS §1.1). */
function classify(error: SdkError, status: number | undefined): UnknownCode {
  const name = error.name ?? '';
  if (THROTTLED.test(name) || status === 429 || status === 503) return 'THROTTLED';
  if (
    status === 301 ||
    status === 307 ||
    name === 'PermanentRedirect' ||
    name === 'AuthorizationHeaderMalformed'
  ) {
    return 'WRONG_REGION';
  }
  if (name.startsWith('AccessDenied') || status === 401 || status === 403) return 'ACCESS_DENIED';
  if (status === 404 || name === 'NotFoundException') return 'NOT_FOUND';
  if (status === 405 || status === 501 || name.startsWith('Unsupported')) return 'UNSUPPORTED';
  if (status === 200) return 'MALFORMED';
  if (status !== undefined && status >= 500) return 'SERVER_ERROR';
  if (UNREACHABLE.test(error.code ?? '') || UNREACHABLE.test(name)) return 'UNREACHABLE';
  return status === undefined && /socket|connect|network|aborted/i.test(error.message ?? '')
    ? 'UNREACHABLE'
    : 'MALFORMED';
}

/** AWS's own words on one line, bounded; the SDK's "UnknownError" becomes the status it hides. */
function plainMessage(error: SdkError, status: number | undefined): string {
  const text = (error.message ?? '').replace(/\s+/g, ' ').trim();
  if (text === '' || text === 'UnknownError' || text === 'Unknown') {
    return status === undefined ? (error.code ?? error.name ?? 'no answer') : `HTTP ${status} without a body`;
  }
  const named =
    error.name && error.name !== 'Error' && error.name !== 'Unknown' ? `${error.name}: ${text}` : text;
  return named.length > 300 ? `${named.slice(0, 299)}…` : named;
}

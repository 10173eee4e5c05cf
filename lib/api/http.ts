/** A request as the handlers see it, whoever served it: API Gateway, or a local server. */
export type ApiRequest = {
  readonly method: string;
  /** Decoded by nobody: segments are decoded where they are matched. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: string | null;
  readonly caller: Caller | null;
};

/** Who asks, as API Gateway's authoriser has established. Null scopes: IAM has decided already what they may do. */
export type Caller = { readonly id: string; readonly scopes: readonly string[] | null };

export type ApiResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 500 | 503;

const TITLES: Readonly<Record<ErrorStatus, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** An answer other than the one that was asked for; its message is one sentence for the caller. */
export class ApiError extends Error {
  readonly status: ErrorStatus;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: ErrorStatus,
    message: string,
    options: { readonly cause?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ApiError';
    this.status = status;
    this.headers = options.headers ?? {};
  }
}

/** On every answer: nothing is cached, framed, sniffed or told on to others. */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** A JSON answer. */
export const json = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse => ({
  status,
  headers: { ...SECURITY_HEADERS, 'content-type': 'application/json', ...headers },
  body: `${JSON.stringify(value)}\n`,
});

/** An error as RFC 9457 problem details. */
export const problem = ({ status, message, headers }: ApiError): ApiResponse => ({
  status,
  headers: { ...SECURITY_HEADERS, 'content-type': 'application/problem+json', ...headers },
  body: `${JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail: message })}\n`,
});

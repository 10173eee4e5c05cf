import type {
  CloudTrailEvent,
  ConfigAggregator,
  ConfigItem,
  ConfigRecorder,
  KmsKey,
  Organization,
  Role,
  Trail,
  TrailPublicKey,
} from './state-services.ts';
import type { Bucket } from './state-s3.ts';
import type { Fault } from './faults.ts';

/** Everything the sandbox knows: plain mutable data, so that a test or an estate sets up any situation. */
export type SandboxState = {
  /** 12 digits; the account of callers whose access key is not registered. */
  accountId: string;
  partition: string;
  /** Home Region: of new buckets, and of requests whose signature names none. */
  region: string;
  /** ARN of callers whose access key is not registered. */
  callerArn: string;
  /** Milliseconds since the epoch; replace it to move time. */
  now: () => number;
  /** By access key id. Requests signed with one of these are verified; see `strictCredentials` for the others. */
  credentials: Map<string, Credential>;
  /** True: an unregistered access key id is refused with InvalidAccessKeyId instead of being taken on trust. */
  strictCredentials: boolean;
  /** By bucket name, across accounts and Regions. */
  buckets: Map<string, Bucket>;
  /** By key ARN (multi-Region replicas share a key id, never an ARN). */
  keys: Map<string, KmsKey>;
  /** Alias ARN (`arn:aws:kms:REGION:ACCOUNT:alias/NAME`) → key ARN. */
  aliases: Map<string, string>;
  /** By role ARN: what AssumeRole can be asked for. */
  roles: Map<string, Role>;
  trails: Trail[];
  /** Management events that LookupEvents searches; any order. */
  events: CloudTrailEvent[];
  trailPublicKeys: TrailPublicKey[];
  configRecorders: ConfigRecorder[];
  configItems: ConfigItem[];
  configAggregators: ConfigAggregator[];
  /** Days that AWS Config keeps items; null when nobody has set any, which means seven years. */
  configRetentionDays: number | null;
  /** What PutEvaluations received, oldest first. */
  configEvaluations: Record<string, unknown>[];
  /** Null: the account is not in an organization. */
  organization: Organization | null;
  /** Consulted in order for every request; see faults.ts. */
  faults: Fault[];
  /** Requests so far by operation, such as `s3:HeadObject` or `kms:DescribeKey`; refused ones count too. */
  requests: Map<string, number>;
  /** The newest `logLimit` requests, oldest first. */
  log: RequestLogEntry[];
  /** 0 keeps no log, which is faster. */
  logLimit: number;
};

/** A long-term or session credential that the sandbox verifies signatures of. */
export type Credential = {
  secret: string;
  /** Null for a long-term key. */
  sessionToken: string | null;
  /** True answers ExpiredToken. */
  expired: boolean;
  /** Milliseconds since the epoch from when it answers ExpiredToken by itself; sessions of AssumeRole have one. */
  expiresAt?: number;
  accountId: string;
  arn: string;
};

/** One request, for tests that assert what a client did and did not do. */
export type RequestLogEntry = {
  /** `s3:HeadObject`, `kms:DescribeKey`; `s3:Unknown` when nothing matched. */
  readonly operation: string;
  readonly method: string;
  readonly bucket: string | null;
  readonly key: string | null;
  readonly status: number;
  /** Whose credentials signed it; null when the signature did not tell. */
  readonly accountId: string | null;
};

/** What `createState` may be told; the rest starts empty. */
export type StateOptions = Partial<
  Pick<
    SandboxState,
    'accountId' | 'partition' | 'region' | 'callerArn' | 'now' | 'strictCredentials' | 'logLimit'
  >
>;

/** A new, empty estate of one account. */
export function createState(options: StateOptions = {}): SandboxState {
  const accountId = options.accountId ?? '111122223333';
  const partition = options.partition ?? 'aws';
  return {
    accountId,
    partition,
    region: options.region ?? 'us-east-1',
    callerArn: options.callerArn ?? `arn:${partition}:iam::${accountId}:user/sandbox`,
    now: options.now ?? Date.now,
    credentials: new Map(),
    strictCredentials: options.strictCredentials ?? false,
    buckets: new Map(),
    keys: new Map(),
    aliases: new Map(),
    roles: new Map(),
    trails: [],
    events: [],
    trailPublicKeys: [],
    configRecorders: [],
    configItems: [],
    configAggregators: [],
    configRetentionDays: null,
    configEvaluations: [],
    organization: null,
    faults: [],
    requests: new Map(),
    log: [],
    logLimit: options.logLimit ?? 10_000,
  };
}

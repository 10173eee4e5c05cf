import type { Shape } from '../search/shape.ts';
import { anyAccount, ALIAS, free, LOWER, NAME, PATH, shape, text, WORD } from './shapes.ts';
import { chars } from '../search/chars.ts';

/** What a caller is told by; each is a condition key, save `session`, which only a Principal element compares. */
export const CALLER_TRACKS = [
  'aws:principalarn',
  'aws:principalaccount',
  'aws:userid',
  'aws:username',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:federatedprovider',
  'session',
] as const;
export type CallerTrack = (typeof CALLER_TRACKS)[number];
export const callerTrack = (name: CallerTrack): number => CALLER_TRACKS.indexOf(name);

const ARN = callerTrack('aws:principalarn');
const ACCOUNT = callerTrack('aws:principalaccount');
const USER_ID = callerTrack('aws:userid');
const USER_NAME = callerTrack('aws:username');
const TYPE = callerTrack('aws:principaltype');
const IS_SERVICE = callerTrack('aws:principalisawsservice');
const SERVICE = callerTrack('aws:principalservicename');
const PROVIDER = callerTrack('aws:federatedprovider');
const SESSION = callerTrack('session');

const ID = chars('AZ09');
const HOST = chars('azAZ09', '.:/_-');

/** Which callers a policy can tell apart at all; the others need no shape of their own. */
export type CallerNeeds = { readonly providers: boolean; readonly originIdentities: boolean };

/**
 * Everybody who may send a request, with how ARN, account, ids and names hang together.
 * @param home the account that reads best: the bucket's own
 */
export function callerShapes(partition: string, home: string | null, needs: CallerNeeds): readonly Shape[] {
  const accountOf = (tracks: readonly number[]) => anyAccount(tracks, home ?? undefined);
  const arn = (service: 'iam' | 'sts') => text(`arn:${partition}:${service}::`, ARN);
  const kind = (type: string) => [text(type, TYPE), text('false', IS_SERVICE)];
  const path = [free('path', PATH, 'team', [ARN]), text('/', ARN)];
  const user = (withPath: boolean): Shape =>
    shape(
      'user',
      [
        arn('iam'),
        accountOf([ARN, ACCOUNT]),
        text(':user/', ARN),
        ...(withPath ? path : []),
        free('name', NAME, 'anyone', [ARN, USER_NAME]),
        text('AIDA', USER_ID),
        free('id', ID, 'EXAMPLEUSERID', [USER_ID]),
        ...kind('User'),
      ],
      withPath ? 1 : 0,
    );
  const role = (withPath: boolean, provider: boolean): Shape =>
    shape(
      'role',
      [
        arn('iam'),
        text(`arn:${partition}:sts::`, SESSION),
        accountOf([ARN, ACCOUNT, SESSION]),
        text(':role/', ARN),
        text(':assumed-role/', SESSION),
        ...(withPath ? path : []),
        free('name', NAME, 'anyone', [ARN, SESSION]),
        text('/', SESSION),
        text('AROA', USER_ID),
        free('id', ID, 'EXAMPLEROLEID', [USER_ID]),
        text(':', USER_ID),
        free('session', NAME, 'session', [USER_ID, SESSION], { min: 2, max: Infinity }),
        ...kind('AssumedRole'),
        ...(provider ? [free('provider', HOST, 'cognito-identity.amazonaws.com', [PROVIDER])] : []),
      ],
      (withPath ? 3 : 2) + (provider ? 1 : 0),
    );
  const root = shape(
    'root',
    [arn('iam'), accountOf([ARN, ACCOUNT, USER_ID]), text(':root', ARN), ...kind('Account')],
    4,
  );
  const federated = shape(
    'federated-user',
    [
      arn('sts'),
      accountOf([ARN, ACCOUNT, USER_ID]),
      text(':federated-user/', ARN),
      text(':', USER_ID),
      free('name', NAME, 'anyone', [ARN, USER_ID]),
      ...kind('FederatedUser'),
    ],
    5,
  );
  const origin = shape(
    'origin-identity',
    [
      text(`arn:${partition}:iam::cloudfront:user/CloudFront Origin Access Identity `, ARN),
      free('id', WORD, 'EXAMPLE', [ARN]),
      text('false', IS_SERVICE),
    ],
    6,
    [ACCOUNT, USER_ID, TYPE],
  );
  // What else a service's request carries is not documented.
  const service = shape(
    'service',
    [
      free('service', chars('az09', '.-'), 'logging.s3', [SERVICE]),
      text('.amazonaws.com', SERVICE),
      text('true', IS_SERVICE),
    ],
    8,
    [ARN, ACCOUNT, USER_ID, TYPE],
  );
  const anonymous = shape('anonymous', [text('anonymous', ACCOUNT, USER_ID), text('Anonymous', TYPE)], 9);
  return [
    user(false),
    user(true),
    role(false, false),
    role(true, false),
    ...(needs.providers ? [role(false, true), role(true, true)] : []),
    root,
    federated,
    ...(needs.originIdentities ? [origin] : []),
    service,
    anonymous,
  ];
}

/** How a request names its key, and the key that S3 then uses. */
export const KEY_TRACKS = ['header', 'resolved', 'effective', 'account', 'alias'] as const;
const HEADER = 0;
const RESOLVED = 1;
const EFFECTIVE = 2;
const KEY_ACCOUNT = 3;
const KEY_ALIAS = 4;

/**
 * The forms a key id may take in a request. A bare id is of the caller's own account and the bucket's Region; an
 * alias may lead to any key, since it is looked up in the caller's account (FACTS §1.3).
 */
export function keyShapes(
  partition: string,
  region: string | null,
  byDefault: { readonly arn: string | null; readonly alias: string | null },
): readonly Shape[] {
  const parts = (tracks: readonly number[]) => [
    text(`arn:${partition}:kms:`, ...tracks),
    region === null ? free('region', LOWER, 'us-east-1', tracks) : text(region, ...tracks),
    text(':', ...tracks),
    anyAccount([...tracks, KEY_ACCOUNT]),
  ];
  const nice = '1234abcd-12ab-34cd-56ef-1234567890ab';
  const key = (tracks: readonly number[], idTracks = tracks) => [
    ...parts(tracks),
    text(':key/', ...tracks),
    free('id', WORD, nice, idTracks),
  ];
  const used = [RESOLVED, EFFECTIVE];
  const name = free('alias', ALIAS, 'any', [HEADER, KEY_ALIAS]);
  const defaultKey = byDefault.arn === null ? key([EFFECTIVE]) : knownKey(byDefault.arn);
  const defaultAlias = byDefault.alias === null ? [] : [text(byDefault.alias, KEY_ALIAS)];
  return [
    shape('none', [], 0),
    shape('default', [...defaultKey, ...defaultAlias], 0),
    shape('aws-managed', [...key([EFFECTIVE]), text('alias/aws/s3', KEY_ALIAS)], 0),
    shape('arn', key([HEADER, ...used]), 1),
    shape('id', key(used, [HEADER, ...used]), 2),
    shape('alias', [text('alias/', HEADER, KEY_ALIAS), name, ...key(used)], 2),
    shape(
      'alias-arn',
      [
        ...parts([HEADER, ...used]),
        text(':', HEADER, ...used),
        text('alias/', HEADER, KEY_ALIAS),
        name,
        text('key/', ...used),
        free('id', WORD, nice, used),
      ],
      3,
    ),
  ];
}

function knownKey(arn: string) {
  const account = arn.split(':')[4] ?? '';
  return [text(arn, EFFECTIVE), ...(account === '' ? [] : [text(account, KEY_ACCOUNT)])];
}

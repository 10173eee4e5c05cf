import { key } from './key.ts';
import type { KeyTerms } from './key.ts';

const internet = { callers: ['client', 'anonymous'], route: 'internet', presence: 'always' } as const;
const endpoint = { callers: ['client', 'anonymous'], route: 'endpoint', presence: 'always' } as const;

/** Global keys about the request, its way through the network and the resource. */
export const REQUEST_KEYS: readonly KeyTerms[] = [
  key('aws:SecureTransport', 'bool', { callers: ['client', 'anonymous'], presence: 'always' }),
  key('aws:SourceIp', 'ip', internet),
  key('aws:VpcSourceIp', 'ip', endpoint),
  key('aws:SourceVpce', 'string', { ...endpoint, example: 'vpce-1a2b3c4d' }),
  key('aws:SourceVpc', 'string', { ...endpoint, example: 'vpc-111bbb22' }),
  key('aws:SourceVpcArn', 'arn', { ...endpoint, presence: 'sometimes' }),
  key('aws:VpceAccount', 'string', { ...endpoint, presence: 'sometimes' }),
  key('aws:VpceOrgID', 'string', { ...endpoint, presence: 'sometimes' }),
  key('aws:VpceOrgPaths', 'string', { ...endpoint, presence: 'sometimes', multi: true }),
  key('aws:CalledVia', 'string', { multi: true }),
  key('aws:CalledViaFirst'),
  key('aws:CalledViaLast'),
  key('aws:ViaAWSService', 'bool'),
  key('aws:IsMcpServiceAction', 'bool'),
  key('aws:CurrentTime', 'date', { presence: 'always' }),
  key('aws:EpochTime', 'date', { presence: 'always' }),
  key('aws:Referer'),
  key('aws:UserAgent', 'string', { example: 'aws-cli/2' }),
  key('aws:RequestedRegion', 'string', { presence: 'always', example: 'us-east-1' }),
  key('aws:RequestTag/'),
  key('aws:TagKeys', 'string', { multi: true }),
  key('aws:ResourceAccount', 'string', { presence: 'always' }),
  key('aws:ResourceOrgID', 'string', { example: 'o-exampleorgid' }),
  key('aws:ResourceOrgPaths', 'string', { multi: true }),
  key('aws:ResourceTag/'),
];

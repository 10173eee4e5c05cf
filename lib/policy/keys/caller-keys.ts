import { key } from './key.ts';
import type { KeyTerms } from './key.ts';

const client = { callers: ['client'], aboutCaller: true } as const;
const service = { callers: ['service'], aboutCaller: true } as const;

/** Keys about the principal and its session. */
export const CALLER_KEYS: readonly KeyTerms[] = [
  key('aws:PrincipalArn', 'arn', client),
  key('aws:PrincipalAccount', 'string', { presence: 'always', aboutCaller: true }),
  key('aws:PrincipalType', 'string', { presence: 'always', aboutCaller: true }),
  key('aws:userid', 'string', { presence: 'always', aboutCaller: true }),
  key('aws:username', 'string', client),
  key('aws:PrincipalIsAWSService', 'bool', { callers: ['client', 'service'], aboutCaller: true }),
  key('aws:PrincipalServiceName', 'string', service),
  key('aws:PrincipalServiceNamesList', 'string', { ...service, multi: true }),
  key('aws:FederatedProvider', 'string', client),
  key('aws:PrincipalOrgID', 'string', { ...client, example: 'o-exampleorgid' }),
  key('aws:PrincipalOrgPaths', 'string', { ...client, multi: true, example: 'o-exampleorgid/r-ab12/' }),
  key('aws:PrincipalTag/', 'string', client),
  key('aws:AssumedRoot', 'bool', client),
  key('aws:TokenIssueTime', 'date', client),
  key('aws:SignInSessionArn', 'arn', client),
  key('aws:MultiFactorAuthAge', 'numeric', client),
  key('aws:MultiFactorAuthPresent', 'bool', client),
  key('aws:ChatbotSourceArn', 'arn', client),
  key('aws:Ec2InstanceSourceVpc', 'string', { ...client, example: 'vpc-111bbb22' }),
  key('aws:Ec2InstanceSourcePrivateIPv4', 'ip', client),
  key('aws:SourceIdentity', 'string', client),
  key('ec2:RoleDelivery', 'numeric', { ...client, values: ['2.0', '1.0'] }),
  key('ec2:SourceInstanceArn', 'arn', client),
  key('glue:RoleAssumedBy', 'string', client),
  key('glue:CredentialIssuingService', 'string', client),
  key('lambda:SourceFunctionArn', 'arn', client),
  key('ssm:SourceInstanceArn', 'arn', client),
  key('identitystore:UserId', 'string', client),
  key('aws:SourceArn', 'arn', service),
  key('aws:SourceAccount', 'string', service),
  key('aws:SourceOrgID', 'string', { ...service, example: 'o-exampleorgid' }),
  key('aws:SourceOrgPaths', 'string', { ...service, multi: true }),
];

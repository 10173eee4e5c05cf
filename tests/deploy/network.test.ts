import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { FUNCTIONS } from '../../scripts/functions.ts';
import { packTemplate } from '../support/pack-stack.ts';
import type { PackedStack } from '../support/pack-stack.ts';

type Resource = {
  readonly Type: string;
  readonly DependsOn?: readonly string[];
  readonly Properties: Record<string, unknown>;
};
type Statement = { readonly Effect: string; readonly Action: readonly string[]; readonly Condition?: object };

/** Names of services in the addresses of endpoints, where the SDK has others. */
const ENDPOINTS: Readonly<Record<string, string>> = { sfn: 'states', 'config-service': 'config' };

let packed: PackedStack;
let resources: readonly (readonly [string, Resource])[];
beforeAll(() => {
  packed = packTemplate('test', {
    network: 'vpc',
    endpoints: 'vpc',
    vpc: 'vpc-1',
    subnets: 'subnet-1,subnet-2',
    'security-group': 'sg-1',
    'route-tables': 'rtb-1',
  });
  const file = join(packed.folder, 'cloudformation-template-update-stack.json');
  const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
  resources = Object.entries(template.Resources);
}, 120_000);
afterAll(() => packed.remove());

const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);
const named = (name: string): Resource => resources.find(([each]) => each === name)![1];

describe('a stack inside a VPC', () => {
  test('has every function in the given subnets and security group, once its role may be placed there', () => {
    const functions = ofType('AWS::Lambda::Function');
    expect(functions).toHaveLength(Object.keys(FUNCTIONS).length);
    for (const [, { Properties, DependsOn }] of functions) {
      expect(Properties['VpcConfig']).toEqual({
        SubnetIds: { 'Fn::Split': [',', 'subnet-1,subnet-2'] },
        SecurityGroupIds: ['sg-1'],
      });
      expect(DependsOn).toContain('VpcPolicy');
    }
    const roles = functions.map(
      ([, { Properties }]) => (Properties['Role'] as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0],
    );
    const policed = (named('VpcPolicy').Properties['Roles'] as { Ref: string }[]).map(({ Ref }) => Ref);
    expect([...policed].sort()).toEqual([...roles].sort());
  });

  test('lets Lambda place functions, and no function place anything itself', () => {
    const { Statement } = named('VpcPolicy').Properties['PolicyDocument'] as {
      Statement: readonly Statement[];
    };
    const [allow, deny] = Statement;
    expect([allow?.Effect, deny?.Effect]).toEqual(['Allow', 'Deny']);
    expect(deny?.Action).toEqual(allow?.Action);
    expect(JSON.stringify(deny?.Condition)).toContain(':function:sealcheck-test-*');
  });

  test('has an endpoint for every service of its Region that a function calls, and no other', () => {
    const services = new Set(
      Object.values(FUNCTIONS)
        .flat()
        // AWS Organizations answers in one Region of a partition, wherever the stack is.
        .filter((service) => service !== 'organizations')
        .map((service) => ENDPOINTS[service] ?? service),
    );
    const reached = ofType('AWS::EC2::VPCEndpoint').map(([, { Properties }]) =>
      (Properties['ServiceName'] as { 'Fn::Sub': string })['Fn::Sub'].split('.').at(-1)!,
    );
    expect(reached.sort()).toEqual([...services].sort());
    for (const [, { Properties }] of ofType('AWS::EC2::VPCEndpoint'))
      expect(Properties['VpcId']).toBe('vpc-1');
  });

  test('has endpoints that answer the functions alone', () => {
    expect(named('EndpointGroup').Properties['SecurityGroupIngress']).toMatchObject([
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, SourceSecurityGroupId: 'sg-1' },
    ]);
    expect(JSON.stringify(named('EndpointGroup').Properties)).not.toContain('0.0.0.0/0');
  });
});

import { expect, test } from '@jest/globals';
import { openFindings } from '../../scripts/accepted-findings.ts';
import type { Acceptance } from '../../scripts/accepted-findings.ts';

const finding = (check: string, resource: string) => ({ check, about: 'something', resource });
const vpc: Acceptance = { check: 'VPC', resources: ['Function.*'] };

test.each<[string, ReturnType<typeof finding>[], Acceptance[], string[]]>([
  ['nothing found, nothing accepted', [], [], []],
  ['what is accepted', [finding('VPC', 'Function.Plan'), finding('VPC', 'Function.Api')], [vpc], []],
  [
    'the same check on another resource',
    [finding('VPC', 'Function.Plan'), finding('VPC', 'Bucket.Plan')],
    [vpc],
    ['VPC on Bucket.Plan: something'],
  ],
  [
    'another check on the same resource',
    [finding('VPC', 'Function.Plan'), finding('KMS', 'Function.Plan')],
    [vpc],
    ['KMS on Function.Plan: something'],
  ],
  [
    'what was accepted and is mended',
    [finding('VPC', 'Function.Plan')],
    [{ check: 'VPC', resources: ['Function.*', 'Topic.*'] }],
    ['VPC on Topic.* is accepted and not found any more: take it out'],
  ],
])('of %s, what is left to do', (_, found, accepted, open) => {
  expect(openFindings(found, accepted)).toEqual(open);
});

import { bucketArn } from '../../lib/model/arn.ts';
import type { Proof } from '../../lib/model/proof.ts';
import { HOSTILE, PROD } from './fixture-names.ts';

const ASSUMPTIONS = [
  'Some identity policy allows the write: Allow statements are not needed for a guarantee.',
  'S3 compares the key-id header with the condition as the ARN of the key it finally uses.',
];

export const refuted = {
  verdict: 'refuted',
  assumptions: ASSUMPTIONS,
  counterexample: {
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::ehr-phi-imaging/x',
    principal: `arn:aws:iam::${PROD}:user/anyone`,
    headers: { 'x-amz-server-side-encryption': 'aws:kms' },
    context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': ['1.2', '1.3'] },
    storedAs: { type: 'SSE-KMS', key: 'aws/s3 (AWS managed)' },
    command:
      'aws s3api put-object --bucket ehr-phi-imaging --key x --body /dev/null --server-side-encryption aws:kms',
  },
  nearMisses: [
    {
      statement: 'DenyWrongEncryptionHeader',
      clause: 'StringNotEquals s3:x-amz-server-side-encryption "aws:kms" is false: the header is aws:kms',
    },
    {
      statement: 'DenyInsecureTransport',
      clause: 'Bool aws:SecureTransport "false" is false: the request uses TLS',
    },
  ],
  carveOuts: [],
} satisfies Proof;
export const hostileRefuted: Proof = {
  ...refuted,
  counterexample: {
    ...refuted.counterexample,
    resource: `${bucketArn(HOSTILE)}/x`,
    command: `aws s3api put-object --bucket '${HOSTILE}'`,
  },
  nearMisses: [{ statement: '</script><script>alert(2)</script>', clause: '<img src=x onerror=alert(3)>' }],
  carveOuts: [`arn:aws:iam::${PROD}:role/break-glass`],
};
export const proved: Proof = { verdict: 'proved', assumptions: ASSUMPTIONS };
export const undecided: Proof = {
  verdict: 'undecided',
  assumptions: ASSUMPTIONS,
  reason:
    'The policy relates two request values through ${aws:PrincipalTag/team}; what the bucket policy decides depends on tags that are not known.',
};

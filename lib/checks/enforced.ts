import type { Check } from './check.ts';

/** Can any request write something that breaks the requirement? */
export const enforced: Check = {
  id: 'enforced',
  question: 'Can any request write something that breaks the requirement?',
  judge: () => ({
    status: 'INSUFFICIENT_DATA',
    reasons: ['The proof over the bucket policy is not implemented yet.'],
    remediation: null,
  }),
};

import type { Check } from './check.ts';

/** Who decrypted, was it allowed, and was the trail in a state to know? */
export const opened: Check = {
  id: 'opened',
  question: 'Who decrypted, was it allowed, and could the trail know?',
  judge: () => ({
    status: 'INSUFFICIENT_DATA',
    reasons: ['The kms:Decrypt ledger is not implemented yet.'],
    remediation: null,
  }),
};

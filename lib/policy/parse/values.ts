import type { OperatorTerms } from '../document.ts';

/** Why a policy's value can never be what its operator compares; null when it can. S3 refuses such policies. */
export function valueFault({ family }: OperatorTerms, text: string): string | null {
  switch (family) {
    case 'bool':
    case 'null':
      return /^(true|false)$/i.test(text) ? null : 'is neither true nor false';
    case 'numeric':
      return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) ? null : 'is no number';
    case 'date':
      return DATE.test(text) ? null : 'is no date; write 2026-01-31T00:00:00Z';
    case 'ip':
      return ADDRESS.test(text) ? null : 'is no address or CIDR range';
    case 'string':
    case 'arn':
    case 'binary':
      return null;
  }
}

const DATE = /^(-?\d+|\d{4}-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?(Z|[-+]\d{2}:\d{2})?)?)$/;
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*)(\/\d{1,3})?$/;

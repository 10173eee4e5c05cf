import { z } from 'zod';
import { jsonFault } from '../../operation.ts';
import { configOperation } from './operation.ts';

const evaluation = z.object({
  ComplianceResourceType: z.string().min(1).max(256),
  ComplianceResourceId: z.string().min(1).max(768),
  ComplianceType: z.enum(['COMPLIANT', 'NON_COMPLIANT', 'NOT_APPLICABLE', 'INSUFFICIENT_DATA']),
  Annotation: z.string().min(1).max(256).optional(),
  OrderingTimestamp: z.number(),
});

/**
 * PutEvaluations: keeps what it is given in `state.configEvaluations`, or with TestMode nothing. INSUFFICIENT_DATA
 * is in the type and yet refused (AWS Config API reference, Evaluation.ComplianceType).
 */
export const putEvaluations = configOperation(
  'PutEvaluations',
  z.object({
    Evaluations: z.array(evaluation).max(100).default([]),
    ResultToken: z.string().min(1),
    TestMode: z.boolean().default(false),
  }),
  (state, input) => {
    if (input.Evaluations.some(({ ComplianceType }) => ComplianceType === 'INSUFFICIENT_DATA')) {
      throw jsonFault(
        'InvalidParameterValueException',
        'AWS Config does not accept INSUFFICIENT_DATA as the value for ComplianceType from a PutEvaluations request.',
      );
    }
    if (!input.TestMode) state.configEvaluations.push(...input.Evaluations);
    return { FailedEvaluations: [] };
  },
);

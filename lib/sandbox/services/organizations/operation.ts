import { z } from 'zod';
import { operationsOf } from '../define.ts';

/** Makes one AWS Organizations operation. */
export const organizationsOperation = operationsOf({
  service: 'organizations',
  targetPrefix: 'AWSOrganizationsV20161128',
  invalidInput: 'InvalidInputException',
});

/** Members that every paged operation takes; a page holds 20 items at most. */
export const paging = { MaxResults: z.int().min(1).max(20).optional(), NextToken: z.string().optional() };

/** The policy types that the sandbox keeps. */
export const policyType = z.enum(['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']);

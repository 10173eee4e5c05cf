import type { QueryOperation } from '../../operation.ts';
import { assumeRole } from './assume-role.ts';
import { getCallerIdentity } from './get-caller-identity.ts';

/** Every AWS STS operation of the sandbox. */
export const stsOperations: readonly QueryOperation[] = [assumeRole, getCallerIdentity];

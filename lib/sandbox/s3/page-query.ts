import type { SandboxRequest } from '../operation.ts';
import { encodeForListing } from '../uri.ts';
import { invalidArgument } from './faults.ts';

/** The parameters that all listings share. */
export type PageQuery = {
  readonly prefix: string;
  /** '' for none. */
  readonly delimiter: string;
  readonly max: number;
  /** Escapes keys when `encoding-type=url` was asked for, otherwise returns them as they are. */
  readonly encode: (text: string) => string;
  /** `url` or undefined. */
  readonly encodingType: string | undefined;
};

const asIs = (text: string): string => text;

/**
 * Reads prefix, delimiter, page size and encoding.
 * @throws AwsFault InvalidArgument
 */
export function readPageQuery(request: SandboxRequest, maxName: string): PageQuery {
  const encodingType = request.query.get('encoding-type');
  if (encodingType !== undefined && encodingType !== 'url') {
    throw invalidArgument('encoding-type', encodingType, 'Invalid Encoding Method specified in Request');
  }
  return {
    prefix: request.query.get('prefix') ?? '',
    delimiter: request.query.get('delimiter') ?? '',
    max: Math.min(1000, readCount(request, maxName, 1000)),
    encode: encodingType === 'url' ? encodeForListing : asIs,
    encodingType,
  };
}

/**
 * A parameter that is a count, 0 or more.
 * @throws AwsFault InvalidArgument
 */
export function readCount(request: SandboxRequest, name: string, otherwise: number): number {
  const text = request.query.get(name);
  if (text === undefined || text === '') return otherwise;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= 2_147_483_647) return count;
  throw invalidArgument(name, text, `Argument ${name} must be an integer between 0 and 2147483647`);
}

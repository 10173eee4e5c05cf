import { createHash } from 'node:crypto';
import { visible } from './visible.ts';

/** The name space of our own properties. */
export const NAMESPACE = 'urn:sealcheck:oscal';

/** UUID version 5 name space of everything in our documents; made once, at random, and never changed. */
const UUID_SPACE = '6f1c0f0e-6f3f-4c53-9a53-3c1f2a6c7d10';

/** A UUID that follows from its name (RFC 9562 §5.5), so that a replay writes the same one. */
export function uuidOf(...name: readonly string[]): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(UUID_SPACE.replaceAll('-', ''), 'hex'))
    .update(JSON.stringify(name))
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** OSCAL's string: one line, no space at its ends, not empty. */
export const line = (text: string): string => visible(text).trim() || '-';

/** Text as OSCAL markup: what Markdown or HTML would read as more than text is escaped, as names may be anybody's. */
export const markup = (text: string): string => line(text).replace(/[\\`*~^[\]<>&{}]/g, '\\$&');

/**
 * A control id as an OSCAL token: NIST's as its own catalog writes them (`SC-28(1)` → `sc-28.1`), others in the same
 * manner behind their framework, since a token starts with a letter and ids of two frameworks may be alike.
 */
export function controlId(framework: string, control: string): string {
  const plain = control.toLowerCase().replace(/[()]+/g, '.').replace(/\.+/g, '.').replace(/\.$/, '');
  const token = framework === 'nist-800-53' || framework === 'fedramp' ? plain : `${framework}_${plain}`;
  return token.replace(/[^\p{L}\p{N}._-]/gu, '_').replace(/^(?![\p{L}_])/u, '_');
}

/** One of our own properties. */
export function prop(name: string, value: string, remarks?: string): object {
  return {
    name,
    ns: NAMESPACE,
    value: line(value),
    ...(remarks === undefined ? {} : { remarks: markup(remarks) }),
  };
}

/** A member that is left out when the list is empty: OSCAL has no empty lists. */
export const list = <T>(name: string, items: readonly T[]): Readonly<Record<string, readonly T[]>> =>
  items.length === 0 ? {} : { [name]: items };

/** A path of the run folder as a URI reference. */
export const href = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

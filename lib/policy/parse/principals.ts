import type { PrincipalEntry } from '../document.ts';
import { didYouMean } from '../../model/spelling.ts';
import { objectOf, textsIn } from './fields.ts';
import { faultAt } from './json.ts';
import type { JsonNode, Place } from './json.ts';

const TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

/** The principals of a statement: `"*"`, or lists by type. */
export function principalsIn(node: JsonNode, file: string): readonly PrincipalEntry[] {
  if (node.kind === 'string') {
    if (node.value === '*') return [{ kind: 'everyone', text: '*' }];
    throw faultAt(file, node.place, `Principal ${JSON.stringify(node.value)} must be "*" or {"AWS": …}`);
  }
  return objectOf(node, file, 'Principal').members.flatMap(({ key, place, value }) => {
    if (!TYPES.includes(key)) {
      const near = didYouMean(key, TYPES) || `; write ${TYPES.join(', ')}`;
      throw faultAt(file, place, `${JSON.stringify(key)} is no type of principal${near}`);
    }
    return textsIn(value, file, `Principal ${key}`).map((each) => entryOf(key, each.text, each.place, file));
  });
}

function entryOf(type: string, text: string, place: Place, file: string): PrincipalEntry {
  if (type === 'AWS') return awsEntry(text, place, file);
  if (type === 'CanonicalUser') return { kind: 'canonical', text };
  if (text === '*') return { kind: 'everyone', text };
  return { kind: type === 'Service' ? 'service' : 'provider', text };
}

function awsEntry(text: string, place: Place, file: string): PrincipalEntry {
  if (text === '*') return { kind: 'everyone', text };
  if (/^\d{12}$/.test(text)) return { kind: 'account', text, account: text };
  if (/^A[A-Z]{2}A[A-Z0-9]{8,}$/.test(text)) return { kind: 'deleted', text };
  const refuse = (why: string): never => {
    throw faultAt(file, place, `${JSON.stringify(text)} ${why}`);
  };
  const [, service = '', account = '', kind = '', path = ''] =
    /^arn:[\w-]+:(iam|sts)::([^:]*):(root|user|role|assumed-role|federated-user)(?:\/(.*))?$/s.exec(text) ??
    [];
  if (service === '')
    return refuse('is no principal: write an account, or the ARN of a user, role or session');
  if (/[*?]/.test(text))
    return refuse('holds a wildcard, which a Principal may not; use ArnLike on aws:PrincipalArn');
  if (kind === 'root') return { kind: 'account', text, account };
  if (path === '') return refuse('names nobody');
  if (kind === 'user') return { kind: account === 'cloudfront' ? 'origin-identity' : 'user', text };
  if (kind === 'role') return { kind: 'role', text };
  if (kind === 'federated-user') return { kind: 'federated-user', text };
  const [role = '', session, ...rest] = path.split('/');
  return session === undefined || rest.length > 0
    ? refuse('is no session; write assumed-role/<role name>/<session name>')
    : { kind: 'session', text, account, role, session };
}

import { AuditError } from '../../model/errors.ts';
import type {
  DocumentKind,
  Listed,
  PolicyDocument,
  PrincipalEntry,
  Statement,
  Template,
} from '../document.ts';
import { conditionsIn } from './conditions.ts';
import { listOf, membersOf, objectOf, textIn, textsIn } from './fields.ts';
import type { JsonObject, Reading } from './fields.ts';
import { faultAt, readJson } from './json.ts';
import type { JsonMember } from './json.ts';
import { principalsIn } from './principals.ts';
import { parseTemplate } from './template.ts';

/** S3 takes no bucket policy above this. Source: S3 User Guide, bucket policies. */
export const LARGEST_POLICY_BYTES = 20 * 1024;

const VERSIONS = ['2012-10-17', '2008-10-17'];
const STATEMENT_ELEMENTS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/**
 * A policy document from its text.
 * @param file where it was read from, for messages
 * @throws AuditError INPUT_INVALID, with line and column
 */
export function parsePolicy(text: string, kind: DocumentKind, file: string): PolicyDocument {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > LARGEST_POLICY_BYTES) {
    throw new AuditError(
      'INPUT_INVALID',
      `${file} holds ${bytes} bytes; a policy may hold ${LARGEST_POLICY_BYTES}.`,
    );
  }
  const root = objectOf(readJson(text, file), file, 'A policy');
  const members = membersOf(root, ['Version', 'Id', 'Statement'], file, 'The policy');
  const statement = members.get('Statement');
  if (!statement) throw faultAt(file, root.place, 'the policy has no Statement');
  const reading = { file, variables: versionOf(members.get('Version'), file) === '2012-10-17' };
  const statements = listOf(statement.value).map((node, index) =>
    statementOf(objectOf(node, file, 'A statement'), index, kind, reading),
  );
  return { kind, file, variables: reading.variables, statements };
}

/** A bucket without a policy is judged as one that denies nothing. */
export const noPolicy = (file: string): PolicyDocument => ({
  kind: 'bucket',
  file,
  variables: true,
  statements: [],
});

function versionOf(member: JsonMember | undefined, file: string): string {
  if (!member) return '2008-10-17';
  const version = textIn(member.value, file, 'Version');
  if (VERSIONS.includes(version)) return version;
  throw faultAt(
    file,
    member.value.place,
    `Version ${JSON.stringify(version)} is none of the policy language; write 2012-10-17`,
  );
}

function statementOf(object: JsonObject, index: number, kind: DocumentKind, reading: Reading): Statement {
  const { file } = reading;
  const members = membersOf(object, STATEMENT_ELEMENTS, file, 'A statement');
  const sid = members.get('Sid');
  const name = nameOf(sid && textIn(sid.value, file, 'Sid'), index);
  const effect = members.get('Effect');
  const word = effect ? textIn(effect.value, file, 'Effect') : '';
  if (word !== 'Allow' && word !== 'Deny') {
    throw faultAt(
      file,
      effect?.value.place ?? object.place,
      `${name} needs an Effect: Allow or Deny, spelled so`,
    );
  }
  const element = (element: string): JsonMember | null => one(object, members, element, name, file);
  const action = element('Action');
  const resource = element('Resource');
  if (!action) throw faultAt(file, object.place, `${name} needs an Action or NotAction`);
  if (!resource) throw faultAt(file, object.place, `${name} needs a Resource or NotResource`);
  const condition = members.get('Condition');
  return {
    name,
    effect: word,
    principal: principalOf(element('Principal'), kind, object, name, file),
    action: {
      negated: action.key === 'NotAction',
      entries: textsIn(action.value, file, action.key).map(({ text }) => text),
    },
    resource: resourceOf(resource, reading),
    conditions: condition ? conditionsIn(condition.value, reading) : [],
  };
}

const nameOf = (sid: string | undefined, index: number): string =>
  sid === undefined || sid === '' ? `statement ${index + 1}` : sid;

/** `Action` or `NotAction`, never both; null when there is neither. */
function one(
  object: JsonObject,
  members: ReadonlyMap<string, JsonMember>,
  element: string,
  name: string,
  file: string,
): JsonMember | null {
  const plain = members.get(element);
  const negated = members.get(`Not${element}`);
  if (plain && negated) throw faultAt(file, object.place, `${name} holds both ${element} and Not${element}`);
  return plain ?? negated ?? null;
}

function resourceOf(member: JsonMember, { file, variables }: Reading): Listed<Template> {
  const texts = textsIn(member.value, file, member.key);
  for (const { text, place } of texts) {
    if (text === '*' || text.startsWith('arn:') || text.startsWith('*') || text.startsWith('${')) continue;
    throw faultAt(
      file,
      place,
      `${JSON.stringify(text)} is no resource; write an ARN such as arn:aws:s3:::bucket/*`,
    );
  }
  return {
    negated: member.key === 'NotResource',
    entries: texts.map(({ text }) => parseTemplate(text, { wildcards: true, variables })),
  };
}

function principalOf(
  member: JsonMember | null,
  kind: DocumentKind,
  object: JsonObject,
  name: string,
  file: string,
): Listed<PrincipalEntry> | null {
  if (kind === 'scp') {
    if (member) throw faultAt(file, member.place, `${name} names a ${member.key}, which an SCP may not hold`);
    return null;
  }
  if (!member)
    throw faultAt(file, object.place, `${name} needs a Principal; without one it is no ${LONG[kind]}`);
  const principals = { negated: member.key === 'NotPrincipal', entries: principalsIn(member.value, file) };
  const everyone = !principals.negated && principals.entries.every((entry) => entry.kind === 'everyone');
  if (kind === 'rcp' && !everyone)
    throw faultAt(file, member.place, `${name}: the Principal of an RCP is always "*"`);
  return principals;
}

const LONG: Readonly<Record<DocumentKind, string>> = {
  bucket: 'bucket policy',
  rcp: 'resource control policy',
  scp: 'service control policy',
};

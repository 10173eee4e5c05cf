import { didYouMean } from '../../model/spelling.ts';
import { faultAt } from './json.ts';
import type { JsonMember, JsonNode, Place } from './json.ts';

/** Everything below the text reader needs to tell a fault. */
export type Reading = { readonly file: string; readonly variables: boolean };

export type JsonObject = Extract<JsonNode, { kind: 'object' }>;

/** The node as an object; `what` begins the sentence otherwise. */
export function objectOf(node: JsonNode, file: string, what: string): JsonObject {
  if (node.kind !== 'object')
    throw faultAt(file, node.place, `${what} must be an object, not ${naming(node)}`);
  return node;
}

/** One value or a list of them: IAM accepts both everywhere. */
export function listOf(node: JsonNode): readonly JsonNode[] {
  return node.kind === 'array' ? node.items : [node];
}

/** The node as text. */
export function textIn(node: JsonNode, file: string, what: string): string {
  if (node.kind !== 'string') throw faultAt(file, node.place, `${what} must be text, not ${naming(node)}`);
  return node.value;
}

/** Texts of one value or a list, at least one. */
export function textsIn(
  node: JsonNode,
  file: string,
  what: string,
): readonly { text: string; place: Place }[] {
  const items = listOf(node);
  if (items.length === 0) throw faultAt(file, node.place, `${what} is empty`);
  return items.map((item) => ({ text: textIn(item, file, what), place: item.place }));
}

/** A scalar as IAM compares it: `true` and `12` may stand without quotes. */
export function scalarIn(node: JsonNode, file: string, what: string): string {
  switch (node.kind) {
    case 'string':
      return node.value;
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    case 'object':
    case 'array':
    case 'null':
      throw faultAt(file, node.place, `${what} must be text, a number or true or false, not ${naming(node)}`);
  }
}

/** Members by name; a name that is not expected is a fault with the nearest that is. */
export function membersOf(
  object: JsonObject,
  names: readonly string[],
  file: string,
  what: string,
): ReadonlyMap<string, JsonMember> {
  for (const { key, place } of object.members) {
    if (names.includes(key)) continue;
    const near = didYouMean(key, names) || `; it may hold ${names.join(', ')}`;
    throw faultAt(
      file,
      place,
      `${what} holds ${JSON.stringify(key)}, which is no element of a policy${near}`,
    );
  }
  return new Map(object.members.map((member) => [member.key, member]));
}

function naming(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return 'an object';
    case 'array':
      return 'a list';
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
  }
}

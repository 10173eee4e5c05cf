import * as z from 'zod';
import { packYaml } from './schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

let homes: ReadonlyMap<string, string> | undefined;

/** The first place of a rule pack where a key belongs, as `requirements[].encryption`; null when there is none. */
export function homeOf(key: string): string | null {
  // Made on first use, as only a misplaced key needs it; reversed, so that the first place of a key stays.
  homes ??= new Map(placesOf(z.toJSONSchema(packYaml, { io: 'input' }), '').reverse());
  return homes.get(key) ?? null;
}

/** Every key below the root with the place of its map; ids that a pack chooses are `<id>`. */
function placesOf(schema: JsonSchema, place: string): [key: string, place: string][] {
  const inside = (part: unknown, where: string): [string, string][] =>
    typeof part === 'object' && part !== null ? placesOf(part as JsonSchema, where) : [];
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, value]): [string, string][] => [
      ...(place === '' ? [] : [[key, place] satisfies [string, string]]),
      ...inside(value, place === '' ? key : `${place}.${key}`),
    ]),
    ...inside(schema.items, `${place}[]`),
    ...inside(schema.additionalProperties, `${place}.<id>`),
    ...(schema.anyOf ?? []).flatMap((part) => inside(part, place)),
  ];
}

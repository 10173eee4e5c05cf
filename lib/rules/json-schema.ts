import * as z from 'zod';
import { packYaml } from './schema.ts';

/**
 * The JSON Schema (draft-07, what YAML language servers read) of a rule pack, as text. It knows shapes and words;
 * references, contradictions and dates are told only by `parseRulePack`.
 */
export function rulePackJsonSchema(): string {
  const schema = z.toJSONSchema(packYaml, { io: 'input', target: 'draft-7' });
  const { $schema, ...rest } = schema;
  return `${JSON.stringify({ $schema, title: 'Sealcheck rule pack', ...rest }, null, 2)}\n`;
}

import { didYouMean } from '../../model/spelling.ts';
import type { Condition, ConditionValue, OperatorTerms } from '../document.ts';
import { isKnownKey, KEY_NAMES } from '../keys/catalogue.ts';
import { OPERATORS } from '../operators/index.ts';
import { listOf, objectOf, scalarIn } from './fields.ts';
import type { Reading } from './fields.ts';
import { faultAt } from './json.ts';
import type { JsonMember, JsonNode, Place } from './json.ts';
import { parseTemplate } from './template.ts';
import { valueFault } from './values.ts';

/** The clauses of a Condition block: one for each operator and key, all of which must hold. */
export function conditionsIn(node: JsonNode, reading: Reading): readonly Condition[] {
  const { file } = reading;
  const seen = new Map<string, Place>();
  return objectOf(node, file, 'Condition').members.flatMap((block) => {
    const operator = operatorOf(block, file);
    return objectOf(block.value, file, block.key).members.map((member) => {
      const id = `${block.key}|${member.key}`.toLowerCase();
      const before = seen.get(id);
      if (before) {
        const where = `${before.line}:${before.column}`;
        throw faultAt(
          file,
          member.place,
          `${block.key} on ${member.key} stands here and at ${where}; join them`,
        );
      }
      seen.set(id, member.place);
      return conditionOf(operator, member, reading);
    });
  });
}

type Qualified = Pick<Condition, 'operator' | 'ifExists' | 'quantifier'>;

function operatorOf({ key, place }: JsonMember, file: string): Qualified {
  const match = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/is.exec(key);
  const [, qualifier, name = '', suffix] = match ?? [];
  const found = OPERATORS.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (!found) {
    const near =
      didYouMean(name, NAMES) || `; the nearest choices begin with String, Arn, Numeric, Date, Bool or Ip`;
    throw faultAt(file, place, `${JSON.stringify(key)} is no condition operator${near}`);
  }
  if (found.family === 'null' && (suffix ?? qualifier) !== undefined) {
    throw faultAt(
      file,
      place,
      `Null takes no qualifier and no IfExists; ${JSON.stringify(key)} is no operator`,
    );
  }
  return {
    operator: termsOf(found),
    ifExists: suffix !== undefined,
    quantifier: qualifier === undefined ? null : qualifier.toLowerCase() === 'forallvalues' ? 'all' : 'any',
  };
}

const NAMES = OPERATORS.map(({ name }) => name);

/** Only the data: what compares values belongs to the evaluator alone. */
function termsOf({ name, family, order, negated, wildcards, ignoreCase }: OperatorTerms): OperatorTerms {
  return { name, family, order, negated, wildcards, ignoreCase };
}

function conditionOf(qualified: Qualified, { key, place, value }: JsonMember, reading: Reading): Condition {
  const { file, variables } = reading;
  const keyId = key.toLowerCase();
  if (!isKnownKey(keyId)) {
    const near = didYouMean(key, KEY_NAMES);
    if (near !== '')
      throw faultAt(file, place, `${JSON.stringify(key)} is no condition key of an S3 write${near}`);
  }
  const items = listOf(value);
  if (items.length === 0) throw faultAt(file, value.place, `${key} is compared with nothing`);
  const { operator } = qualified;
  const values = items.map((item): ConditionValue => {
    const text = scalarIn(item, file, key);
    const why = valueFault(operator, text);
    if (why !== null)
      throw faultAt(file, item.place, `${operator.name} on ${key}: ${JSON.stringify(text)} ${why}`);
    const reads = operator.family === 'string' || operator.family === 'arn';
    return {
      text,
      template: parseTemplate(text, { wildcards: operator.wildcards, variables: variables && reads }),
    };
  });
  return { ...qualified, key, keyId, values };
}

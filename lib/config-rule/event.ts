import { z } from 'zod';
import { AuditError } from '../model/errors.ts';

/** What AWS Config asks, whichever way it asked. Times are ISO 8601 UTC. */
export type RuleEvent = {
  readonly resultToken: string;
  readonly accountId: string;
  readonly parameters: RuleParameters;
  readonly asks: RuleQuestion;
};

export type RuleQuestion =
  /** One resource changed; `item` is in the encoding of rule events. */
  | { readonly kind: 'changed'; readonly resource: ResourceRef; readonly item: unknown; readonly at: string }
  /** As `changed`, but the item was too large for the event and is to be fetched. */
  | { readonly kind: 'oversized'; readonly resource: ResourceRef; readonly at: string }
  /** The resource is deleted, no longer recorded, or out of the rule's scope. */
  | { readonly kind: 'gone'; readonly resource: ResourceRef; readonly why: string; readonly at: string }
  | { readonly kind: 'scheduled'; readonly at: string };

export type ResourceRef = { readonly type: string; readonly id: string };

/** The checks that a bucket's configuration can answer: `stored` and `opened` need more than AWS Config looks at. */
export const RULE_CHECKS = ['default', 'keys', 'enforced'] as const;
export type RuleCheck = (typeof RULE_CHECKS)[number];

/** The rule's own parameters, as somebody typed them into AWS Config. */
export type RuleParameters = {
  /** File names of rule packs; null takes the function's own. */
  readonly packs: readonly string[] | null;
  readonly checks: readonly RuleCheck[];
  /** `pack/requirement`, or null for every requirement of the packs. */
  readonly requirements: readonly string[] | null;
};

const words = z.string().transform((text) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);
const parameters = z.strictObject({
  packs: words
    .pipe(z.array(z.string().regex(/^\w[\w.-]*$/, 'names a pack file without folders')).min(1))
    .optional(),
  checks: words.pipe(z.array(z.enum(RULE_CHECKS)).min(1)).optional(),
  requirements: words.pipe(z.array(z.string().min(1)).min(1)).optional(),
});

const event = z.looseObject({
  invokingEvent: z.string(),
  ruleParameters: z.string().nullish(),
  resultToken: z.string().min(1),
  eventLeftScope: z.boolean().default(false),
  accountId: z.string().regex(/^\d{12}$/, 'is an account id of 12 digits'),
});

const time = z.iso.datetime({ offset: true });
const resource = {
  resourceType: z.string().min(1).max(256),
  resourceId: z.string().min(1).max(768),
  configurationItemStatus: z.string(),
  configurationItemCaptureTime: time,
};
const invokingEvent = z.discriminatedUnion('messageType', [
  z.looseObject({
    messageType: z.literal('ConfigurationItemChangeNotification'),
    configurationItem: z.looseObject(resource),
  }),
  z.looseObject({
    messageType: z.literal('OversizedConfigurationItemChangeNotification'),
    configurationItemSummary: z.looseObject(resource),
  }),
  z.looseObject({ messageType: z.literal('ScheduledNotification'), notificationCreationTime: time }),
]);

/** Reads a Lambda event of AWS Config. Throws AuditError INPUT_INVALID that says what is wrong with it. */
export function parseRuleEvent(value: unknown): RuleEvent {
  const outer = parse(event, value, 'The event');
  const inner = parse(invokingEvent, fromJson(outer.invokingEvent, 'invokingEvent'), 'invokingEvent');
  const given = parse(
    parameters,
    outer.ruleParameters ? fromJson(outer.ruleParameters, 'ruleParameters') : {},
    'ruleParameters',
  );
  return {
    resultToken: outer.resultToken,
    accountId: outer.accountId,
    parameters: {
      packs: given.packs ?? null,
      checks: given.checks ?? ['default', 'keys'],
      requirements: given.requirements ?? null,
    },
    asks: questionOf(inner, outer.eventLeftScope),
  };
}

function questionOf(inner: z.infer<typeof invokingEvent>, leftScope: boolean): RuleQuestion {
  switch (inner.messageType) {
    case 'ScheduledNotification':
      return { kind: 'scheduled', at: inner.notificationCreationTime };
    case 'ConfigurationItemChangeNotification': {
      const { gone, ...about } = aboutResource(inner.configurationItem, leftScope);
      return gone === null
        ? { kind: 'changed', ...about, item: inner.configurationItem }
        : { kind: 'gone', ...about, why: gone };
    }
    case 'OversizedConfigurationItemChangeNotification': {
      const { gone, ...about } = aboutResource(inner.configurationItemSummary, leftScope);
      return gone === null ? { kind: 'oversized', ...about } : { kind: 'gone', ...about, why: gone };
    }
  }
}

type Item = z.infer<z.ZodObject<typeof resource>>;

function aboutResource(
  item: Item,
  leftScope: boolean,
): { resource: ResourceRef; at: string; gone: string | null } {
  const { resourceType: type, resourceId: id, configurationItemStatus: status } = item;
  const about = { resource: { type, id }, at: item.configurationItemCaptureTime };
  if (leftScope) return { ...about, gone: 'The resource left the scope of the rule.' };
  if (status === 'OK' || status === 'ResourceDiscovered') return { ...about, gone: null };
  return { ...about, gone: `AWS Config reports the resource as ${status}.` };
}

function fromJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AuditError('INPUT_INVALID', `${name} of the AWS Config event is not JSON.`, { cause: error });
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, name: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new AuditError(
    'INPUT_INVALID',
    `${name} is not one that AWS Config sends: ${where === '' ? '' : `${where}: `}${issue?.message ?? ''}.`,
  );
}

/** What kind of policy a document is: they differ in whom they bind and in which elements they may hold. */
export type DocumentKind = 'bucket' | 'rcp' | 'scp';

/** A policy document, checked and typed. */
export type PolicyDocument = {
  readonly kind: DocumentKind;
  /** Where it was read from, for messages. */
  readonly file: string;
  /** Version 2012-10-17: `${…}` stands for a request value. Older or none: it is plain text. */
  readonly variables: boolean;
  readonly statements: readonly Statement[];
};

export type Statement = {
  /** The Sid, or `statement 2` counted from 1. */
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  /** Null where the kind of document has no principals. */
  readonly principal: Listed<PrincipalEntry> | null;
  readonly action: Listed<string>;
  readonly resource: Listed<Template>;
  readonly conditions: readonly Condition[];
};

/** An element and its Not… form. */
export type Listed<T> = { readonly negated: boolean; readonly entries: readonly T[] };

/** One way of naming principals; `text` is how the policy spells it. */
export type PrincipalEntry =
  | { readonly kind: 'everyone'; readonly text: string }
  | { readonly kind: 'account'; readonly text: string; readonly account: string }
  | { readonly kind: 'user' | 'role' | 'federated-user' | 'origin-identity'; readonly text: string }
  | {
      readonly kind: 'session';
      readonly text: string;
      readonly account: string;
      readonly role: string;
      readonly session: string;
    }
  | { readonly kind: 'service' | 'provider' | 'canonical'; readonly text: string }
  /** The unique id that IAM leaves behind when a principal is deleted: it matches nobody. */
  | { readonly kind: 'deleted'; readonly text: string };

/** A text with wildcards and variables told apart from what is literal. */
export type Template = readonly Part[];
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** `*`: any run of characters. */
  | { readonly kind: 'run' }
  /** `?`: exactly one character. */
  | { readonly kind: 'one' }
  | { readonly kind: 'variable'; readonly key: string; readonly fallback: string | null };

/** What values an operator compares, which also says how the search cuts their space into cells. */
export type Family = 'string' | 'arn' | 'numeric' | 'date' | 'bool' | 'binary' | 'ip' | 'null';

/** An operator as data: everything that the search may know of it. */
export type OperatorTerms = {
  /** As IAM spells it, without qualifier and suffix. */
  readonly name: string;
  readonly family: Family;
  readonly order: 'equal' | 'less' | 'less-or-equal' | 'greater' | 'greater-or-equal';
  /** Values are joined by NOR instead of OR, and a missing key makes it true. */
  readonly negated: boolean;
  /** `*` and `?` are wildcards in its values. */
  readonly wildcards: boolean;
  readonly ignoreCase: boolean;
};

/** One operator on one key: a clause of a statement. */
export type Condition = {
  readonly operator: OperatorTerms;
  readonly ifExists: boolean;
  readonly quantifier: 'all' | 'any' | null;
  /** As the policy spells it. */
  readonly key: string;
  /** Lower case: condition keys are not case-sensitive. */
  readonly keyId: string;
  readonly values: readonly ConditionValue[];
};

export type ConditionValue = { readonly text: string; readonly template: Template };

import type { WritePath } from '../../model/proof.ts';
import type { Condition } from '../document.ts';
import { termsOfKey } from '../keys/catalogue.ts';
import type { KeyTerms } from '../keys/key.ts';
import type { Question } from '../prove/question.ts';
import type { Budget } from '../search/budget.ts';
import { cellsOf } from '../search/cells.ts';
import type { Cells, Dimension } from '../search/cells.ts';
import { ANY } from '../search/chars.ts';
import { listCells } from '../search/lists.ts';
import type { ListSense } from '../search/lists.ts';
import { fromList, fromShapes } from './builder.ts';
import type { Draft } from './builder.ts';
import { callerShapes, callerTrack, keyShapes } from './caller-shapes.ts';
import {
  addressCandidates,
  candidate,
  dateCandidates,
  isoSeconds,
  numericCandidates,
  plainCandidates,
} from './candidates.ts';
import { clauseOfMissing } from './conditions.ts';
import { modesOf } from './modes.ts';
import {
  CALLER,
  conditionText,
  grainOf,
  HEADER,
  KEY,
  OBJECT,
  TIME,
  TRANSPORT,
  UNDOCUMENTED,
} from './places.ts';
import { free, plainShapes, shape, text } from './shapes.ts';
import type { Plain } from './shapes.ts';

/** The cells of a dimension once all its questions are known. */
export function axisCells(
  one: Draft,
  question: Question,
  path: WritePath,
  conditions: readonly Condition[],
  budget: Budget,
): Cells {
  const terms = termsOfKey(one.name);
  if (terms?.multi === true) return listAxis(one, conditions, budget);
  return cellsOf(sourceOf(one, terms, question, path, conditions), budget);
}

function sourceOf(
  one: Draft,
  terms: KeyTerms | null,
  question: Question,
  path: WritePath,
  conditions: readonly Condition[],
): Dimension {
  const { bucket } = question;
  const own = conditions.filter(({ keyId }) => one.tracks.includes(keyId));
  switch (one.name) {
    case CALLER: {
      const needs = {
        providers: one.atoms.some(({ track }) => track === callerTrack('aws:federatedprovider')),
        originIdentities: one.named.some(({ text: label }) => label.includes(':cloudfront:')),
      };
      return fromShapes(one, callerShapes(bucket.partition, bucket.account, needs));
    }
    case KEY:
      return fromShapes(one, keyShapes(bucket.partition, bucket.region, defaultKeyOf(question)));
    case HEADER:
      return fromList(
        one,
        modesOf(path).map(({ id, sse, customerKey, operation }) => {
          const creation =
            operation === 'PutObject' ? 'true' : operation === 'CreateMultipartUpload' ? 'false' : null;
          return candidate(id, [sse, customerKey ? 'AES256' : null, creation], 0);
        }),
      );
    case TRANSPORT:
      return fromList(one, [
        candidate('hidden', [null, null], 0),
        // Each version is a kind of its own: a requirement tells them apart even where no policy does. S3 itself
        // no longer takes the old ones, so plain HTTP is the likelier request.
        candidate('tls 1.3', ['true', '1.3'], 0),
        candidate('tls 1.2', ['true', '1.2'], 0.1),
        candidate('tls 1.0', ['true', '1.0'], 4),
        candidate('tls 1.1', ['true', '1.1'], 5),
        candidate('plain', ['false', null], 3),
      ]);
    case TIME:
      return fromList(
        one,
        dateCandidates(own, question.from).map((at, index) =>
          candidate('there', [isoSeconds(at), String(at / 1000)], index / 1000),
        ),
      );
    case OBJECT: {
      const start = `arn:${bucket.partition}:s3:::${bucket.name}/`;
      const shapes = (question.prefixes ?? ['']).map((prefix) =>
        shape('there', [
          text(start + prefix, 0),
          free('key', ANY, 'x', [0], { min: prefix === '' ? 1 : 0, max: Infinity }),
        ]),
      );
      return fromShapes(one, shapes);
    }
    case UNDOCUMENTED:
      return fromList(one, [candidate('there', [], 0)]);
  }
  return keySource(one, terms, question, own);
}

/** A key of its own: by its list of values, by the bounds the policy compares it with, or as text. */
function keySource(
  one: Draft,
  terms: KeyTerms | null,
  question: Question,
  own: readonly Condition[],
): Dimension {
  const isAccount = one.name === 'aws:resourceaccount' || one.name === 's3:resourceaccount';
  if (isAccount && question.bucket.account !== null) {
    return fromList(one, [candidate('there', [question.bucket.account], 0)]);
  }
  if (terms?.values) return fromList(one, plainCandidates(terms.values));
  switch (terms ? grainOf(terms, one.name, own) : 'text') {
    case 'numeric':
      return fromList(
        one,
        plainCandidates(
          numericCandidates(own, one.name.startsWith('s3:') || one.name.startsWith('aws:mult')),
        ),
      );
    case 'date':
      return fromList(one, plainCandidates(dateCandidates(own, null).map(isoSeconds)));
    case 'ip':
      return fromList(one, plainCandidates(addressCandidates(own)));
    case 'text':
    case 'finite':
    case 'time':
      return fromShapes(one, plainShapes(plainOf(terms, one.name), terms?.example ?? 'x'));
  }
}

const ACCOUNT_KEYS = ['aws:resourceaccount', 's3:resourceaccount', 'aws:sourceaccount', 'aws:vpceaccount'];

function plainOf(terms: KeyTerms | null, name: string): Plain {
  if (ACCOUNT_KEYS.includes(name)) return 'account';
  return terms?.type === 'arn' ? 'arn' : 'text';
}

/** A key that holds a list: cells of one element, then of every list of them. */
function listAxis(one: Draft, conditions: readonly Condition[], budget: Budget): Cells {
  const own = conditions.filter(({ keyId }) => keyId === one.name);
  const byText = new Map(own.map((condition) => [conditionText(condition), condition]));
  // The clauses of a draft stand in the order in which their conditions were first met.
  const senses = [...byText.values()].map(({ quantifier, operator }): ListSense =>
    quantifier === 'all' || (quantifier === null && operator.negated) ? 'all' : 'any',
  );
  const missing = {
    clauses: one.clauses.map(clauseOfMissing),
    marks: one.marks.map(clauseOfMissing),
  };
  const example = termsOfKey(one.name)?.example ?? 'x';
  const elements = cellsOf(fromShapes(one, plainShapes('text', example)), budget);
  return listCells(elements, senses, missing, budget);
}

function defaultKeyOf({ default: seal, bucket }: Question): { arn: string | null; alias: string | null } {
  const reference =
    seal.state === 'known' && seal.algorithm.startsWith('aws:kms') ? (seal.key ?? 'alias/aws/s3') : null;
  if (reference === null) return { arn: null, alias: null };
  const alias = /(?:^|:)(alias\/.*)$/.exec(reference)?.[1] ?? null;
  if (alias !== null) return { arn: null, alias };
  if (reference.startsWith('arn:')) return { arn: reference, alias: null };
  const home = bucket.region !== null && bucket.account !== null;
  return {
    arn: home ? `arn:${bucket.partition}:kms:${bucket.region}:${bucket.account}:key/${reference}` : null,
    alias: null,
  };
}

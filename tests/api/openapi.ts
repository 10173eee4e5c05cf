import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import type { ApiResponse } from '../../lib/api/http.ts';

type Response = {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
};
type Operation = { readonly responses: Readonly<Record<string, Response>>; readonly requestBody?: unknown };
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: Readonly<Record<string, Response>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
};

const FILE = new URL('../../docs/openapi.yaml', import.meta.url);
const document = parse(readFileSync(FILE, 'utf8')) as Document;
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  allErrors: true,
  formats: {
    uri: (text: string) => URL.canParse(text),
    'date-time': (text: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text)),
  },
});
// OpenAPI keeps its schemas under a name that JSON Schema does not know.
ajv.addVocabulary(['components']);
ajv.addSchema({ $id: 'openapi', components: document.components }, 'openapi');

const METHODS = ['get', 'post', 'put', 'delete', 'patch'];

/** Every documented operation and status, as `GET /runs 200`. */
export const documented: readonly string[] = Object.entries(document.paths).flatMap(([path, operations]) =>
  Object.entries(operations)
    .filter(([method]) => METHODS.includes(method))
    .flatMap(([method, { responses }]) =>
      Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
    ),
);

/** Every documented operation, as `GET /runs`. */
export const operations: readonly string[] = [
  ...new Set(documented.map((each) => each.slice(0, each.lastIndexOf(' ')))),
];

/** What is wrong with an answer by the file; nothing when it is as documented. */
export function violations(operation: string, { status, headers, body }: ApiResponse): readonly string[] {
  const [method = '', path = ''] = operation.split(' ');
  const found = document.paths[path]?.[method.toLowerCase()]?.responses[String(status)];
  if (!found) return [`${operation} ${status} is not documented`];
  const response = found.$ref ? document.components.responses[found.$ref.split('/').at(-1) ?? ''] : found;
  const [[type, content] = []] = Object.entries(response?.content ?? {});
  if (!type || !content) return [`${operation} ${status} has no content`];
  if (headers['content-type'] !== type) return [`content-type is ${headers['content-type'] ?? 'missing'}`];
  const schema = JSON.parse(JSON.stringify(content.schema).replaceAll('"#/', '"openapi#/')) as object;
  const validate = ajv.compile(schema);
  return validate(JSON.parse(body))
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
}

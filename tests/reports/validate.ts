import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';

// The package is CommonJS: its function is the default export of its default export.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;
const ROOT = join(import.meta.dirname, '..', '..');

/** A validator of a schema file, by its path in the repository; answers what is wrong, in order. */
export function validatorOf(file: string): (value: unknown) => readonly string[] {
  const schema = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { $schema: string };
  const options = { strict: false, allErrors: true };
  const ajv = schema.$schema.includes('draft-07') ? new Ajv(options) : new Ajv2020(options);
  addFormats(ajv);
  const validate: ValidateFunction = ajv.compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(describe));
}

const describe = ({ instancePath, message }: ErrorObject): string => `${instancePath} ${message ?? ''}`;

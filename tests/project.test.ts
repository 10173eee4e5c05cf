import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

type Manifest = {
  readonly license: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;

describe('the project', () => {
  test('npm scripts run on the Node that it carries, whatever the machine has', () => {
    const carried = /\d+/.exec(manifest.devDependencies['node'] ?? '')?.[0];
    expect(process.versions.node.split('.')[0]).toBe(carried);
  });

  test('installs on Node 20 and later, under Apache-2.0', () => {
    expect(manifest.engines.node).toBe('>=20');
    expect(manifest.license).toBe('Apache-2.0');
  });

  test('every dependency has its line in docs/architecture.md', () => {
    const told = read('docs/architecture.md');
    const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    // A row may name a family by its endings: `@aws-sdk/client-s3`, `-kms`, or `@aws-lambda-powertools/*`.
    const isTold = (name: string): boolean =>
      told.includes(`\`${name}\``) ||
      told.includes(`\`${name.replace(/\/.*$/, '/*')}\``) ||
      told.includes(`\`${name.replace(/^@aws-sdk\/(client)?/, '')}\``);
    expect(names.filter((name) => !isTold(name))).toEqual([]);
  });
});

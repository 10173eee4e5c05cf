import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** Puts other text in the place of modules whose path fits; what is left out is out of the bundle, and of its start. */
const instead = (name: string, filter: RegExp, contents: string, loader: 'js' | 'json' = 'js'): Plugin => ({
  name,
  setup: (bundle) => {
    bundle.onLoad({ filter }, () => ({ contents, loader }));
  },
});

/** zod brings its messages in fifty languages; ours are English. */
const english = instead('english', /zod.v4.locales.index\.js$/, 'export {};');

/**
 * Modules that come along and are never called: what X-Ray patches version 2 of the SDK with, and which of its
 * parameters it would note; zod's way from and to JSON Schema.
 */
const unused = [
  instead('no-json-schema', /zod.v4.core.json-schema-processors\.js$/, 'module.exports = {};'),
  instead(
    'no-to-json-schema',
    /zod.v4.core.to-json-schema\.js$/,
    `const method = () => () => { throw new Error('JSON Schema is left out of the bundle'); };
    module.exports = { createToJSONSchemaMethod: method, createStandardJSONSchemaMethod: method };`,
  ),
  instead('unused', /node_modules.semver.index\.js$|from-json-schema\.js$/, 'module.exports = {};'),
  instead(
    'no-whitelist',
    /aws-xray-sdk-core.dist.lib.resources.aws_whitelist\.json$/,
    '{"services":{}}',
    'json',
  ),
];

/**
 * `z` of zod is an object with everything in it; imported as the namespace that it stands for, what nobody calls is
 * left out: more than a third of the package.
 */
const zodInParts: Plugin = {
  name: 'zod-in-parts',
  setup: (bundle) => {
    bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return {
        contents: text.replace("import { z } from 'zod';", "import * as z from 'zod';"),
        loader: 'ts',
      };
    });
  },
};

/** yaml has its ES modules, of which only what is called comes along, under the condition for browsers. */
const yamlInParts: Plugin = {
  name: 'yaml-in-parts',
  setup: (bundle) => {
    bundle.onResolve({ filter: /^yaml$/ }, () => ({
      path: resolve('node_modules/yaml/browser/dist/index.js'),
    }));
  },
};

/** Of a package's description, its name and version are all that anybody reads. */
const descriptions: Plugin = {
  name: 'descriptions',
  setup: (bundle) => {
    bundle.onLoad({ filter: /package\.json$/ }, ({ path }) => {
      const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
      return { contents: JSON.stringify({ name, version }), loader: 'json' };
    });
  },
};

/**
 * Clients of services that a function does not talk to are left out. Whoever makes one of them all the same is told
 * where to ask for it: the type check cannot see it, tests/contract runs the bundles.
 */
const clientsOf = (fn: string, services: readonly string[]): Plugin => ({
  name: 'clients',
  setup: (bundle) => {
    bundle.onLoad({ filter: /@aws-sdk.client-[\w-]+.dist-es.index\.js$/ }, ({ path }) => {
      const [, service = ''] = /client-([\w-]+)/.exec(path) ?? [];
      if (services.includes(service)) return undefined;
      const why = `${fn} is bundled without @aws-sdk/client-${service}: see scripts/bundle.ts`;
      // esbuild copies no names of a module without any, but keeps its prototype.
      const contents = `module.exports = Object.create(new Proxy({}, { get: (_, name) => name === '__esModule' ? undefined
        : class { constructor() { throw new Error(${JSON.stringify(why)}); } } }));`;
      return { contents, loader: 'js' };
    });
  },
});

/** What makes the bundle of one function small. */
export const pluginsFor = (fn: string, services: readonly string[]): Plugin[] => [
  english,
  zodInParts,
  yamlInParts,
  descriptions,
  ...unused,
  clientsOf(fn, services),
];

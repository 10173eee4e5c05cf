/** Bundles each Lambda function into one ES module below .lambda/, from where osls packs it. */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

/** What is deployed, one bundle each; functions/<name>.ts. */
const FUNCTIONS = ['api', 'census', 'config-rule', 'inspect', 'judge', 'plan'];

/** Lambda hands out credentials in the environment, which the SDK looks at first: the rest of its chain stays home. */
const OTHER_CREDENTIALS = [
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/credential-provider-cognito-identity',
  '@aws-sdk/credential-provider-login',
];

/** zod brings its messages in fifty languages; ours are English. */
const english: Plugin = {
  name: 'english',
  setup: (bundle) => {
    bundle.onLoad({ filter: /zod.v4.locales.index\.js$/ }, () => ({ contents: 'export {};', loader: 'js' }));
  },
};

/**
 * Modules that come along and are never called: clients of services that the workflow has no steps for; what X-Ray
 * patches version 2 of the SDK with; and zod's way from JSON Schema.
 */
const UNUSED =
  /@aws-sdk.client-(athena|cloudtrail|securityhub).dist-es.index\.js$|node_modules.semver.index\.js$|from-json-schema\.js$/;
const unused: Plugin = {
  name: 'unused',
  setup: (bundle) => {
    bundle.onLoad({ filter: UNUSED }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
  },
};

rmSync('.lambda', { recursive: true, force: true });
await build({
  entryPoints: FUNCTIONS.map((name) => `functions/${name}.ts`),
  outdir: '.lambda',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  // ES modules where a package has both, so that what nobody calls is left out.
  mainFields: ['module', 'main'],
  conditions: ['module', 'import'],
  // DuckDB reads S3 Inventory; the workflow counts live, and never loads it.
  external: [...OTHER_CREDENTIALS, '@duckdb/node-api'],
  plugins: [english, unused],
  banner: {
    js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

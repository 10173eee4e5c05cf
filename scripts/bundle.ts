/**
 * Bundles each Lambda function into one ES module below .lambda/, from where osls packs it.
 * Fails when one is larger than it may be: what a function loads, it loads at every cold start.
 */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';
import { FUNCTIONS, MOST_BYTES } from './functions.ts';
import { pluginsFor } from './bundle-plugins.ts';

/** Lambda hands out credentials in the environment, which the SDK looks at first: the rest of its chain stays home. */
const OTHER_CREDENTIALS = [
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@aws-sdk/credential-provider-cognito-identity',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-http',
  '@smithy/credential-provider-imds',
];

async function bundle(name: string, services: readonly string[]): Promise<void> {
  const { metafile } = await build({
    entryPoints: [`functions/${name}.ts`],
    outdir: '.lambda',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    keepNames: false,
    legalComments: 'none',
    metafile: true,
    // ES modules where a package has both, so that what nobody calls is left out.
    mainFields: ['module', 'main'],
    conditions: ['module', 'import'],
    // DuckDB reads S3 Inventory; the workflow counts live, and never loads it.
    external: [...OTHER_CREDENTIALS, '@duckdb/node-api'],
    plugins: pluginsFor(name, services),
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  for (const { bytes, inputs } of Object.values(metafile.outputs)) {
    if (bytes > MOST_BYTES)
      throw new Error(`${name} has ${bytes} bytes, more than ${MOST_BYTES}: ${largest(inputs)}`);
  }
}

/** The packages and folders that weigh most. */
function largest(inputs: Metafile['outputs'][string]['inputs']): string {
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const [, named, folder = path] =
      /node_modules\/((?:@[^/]+\/)?[^/]+)|^((?:[^/]+\/){1,2})/.exec(path) ?? [];
    const owner = named ?? folder;
    sizes.set(owner, (sizes.get(owner) ?? 0) + bytesInOutput);
  }
  return [...sizes]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([owner, bytes]) => `${owner} ${bytes}`)
    .join(', ');
}

rmSync('.lambda', { recursive: true, force: true });
await Promise.all(Object.entries(FUNCTIONS).map(async ([name, services]) => bundle(name, services)));

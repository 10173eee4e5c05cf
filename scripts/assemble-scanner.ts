import wabt from 'wabt';

export const SCANNER_SOURCE = 'lib/ledger/record-scanner.wat';
export const SCANNER_MODULE = 'lib/ledger/record-scanner.wasm.ts';

/** The module that carries the scanner's WebAssembly, from its source. */
export async function assembleScanner(source: string): Promise<string> {
  const tools = await wabt();
  const parsed = tools.parseWat(SCANNER_SOURCE, source, { simd: true });
  parsed.validate();
  const lines = Buffer.from(parsed.toBinary({}).buffer)
    .toString('base64')
    .match(/.{1,100}/g);
  parsed.destroy();
  return `/** Made of record-scanner.wat by \`npm run build:scanner\`: change that file instead. */
export const SCANNER = [
${(lines ?? []).map((line) => `  '${line}',\n`).join('')}].join('');
`;
}

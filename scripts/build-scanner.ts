/** Assembles lib/ledger/record-scanner.wat into record-scanner.wasm.ts, which is kept in the repository. */
import { readFileSync, writeFileSync } from 'node:fs';
import { assembleScanner, SCANNER_MODULE, SCANNER_SOURCE } from './assemble-scanner.ts';

writeFileSync(SCANNER_MODULE, await assembleScanner(readFileSync(SCANNER_SOURCE, 'utf8')));

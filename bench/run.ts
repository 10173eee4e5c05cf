/** `npm run bench [name…]`: each benchmark prints its own table. Ratios within one run are what counts. */
import { availableParallelism, cpus } from 'node:os';
import * as censusInventory from './census-inventory.ts';
import * as censusListing from './census-listing.ts';
import * as censusMemory from './census-memory.ts';
import * as censusRerun from './census-rerun.ts';
import * as censusSpeed from './census-speed.ts';
import * as lambdaStart from './lambda-start.ts';
import * as ledgerExtract from './ledger-extract.ts';
import * as policyOracle from './policy-oracle.ts';
import * as policyProofs from './policy-proofs.ts';

const BENCHES = [
  censusSpeed,
  censusListing,
  censusInventory,
  censusMemory,
  censusRerun,
  lambdaStart,
  ledgerExtract,
  policyProofs,
  policyOracle,
];

const asked = process.argv.slice(2);
console.log(
  `node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}`,
);
for (const bench of BENCHES) {
  if (asked.length > 0 && !asked.includes(bench.name)) continue;
  console.log(`\n${bench.name}: ${bench.question}`);
  await bench.run();
}

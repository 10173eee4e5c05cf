import { createHash } from 'node:crypto';
import { NOT_SAMPLED } from '../model/census.ts';
import type { Census, UnassessedGroup } from '../model/census.ts';
import type { CensusPart, PartSink } from './census-part.ts';
import { rowSettler } from './inventory-rows.ts';
import type { HeadTopUp, RowContext } from './inventory-rows.ts';
import { WHOLE } from './key-order.ts';
import { createSampler } from './sample.ts';
import { createTally } from './tally.ts';
import { withSpent } from './wanted.ts';
import type { ObjectHooks } from './wanted.ts';

/** What asking a sample of an inventory needs. */
export type TopUpSample = Omit<RowContext, 'topUp'> & {
  readonly topUp: HeadTopUp;
  readonly sample: { readonly size: number; readonly seed: string };
  /** All files of the inventory, counted; each brings those of its objects that the sample may draw. */
  readonly files: readonly CensusPart[];
  readonly parts: PartSink;
  readonly spent?: ObjectHooks['spent'];
};

/** The sample of the same files is the same, however often the run is resumed. */
export const sampleId = (files: readonly CensusPart[]): string =>
  `sample ${createHash('sha256')
    .update(files.map(({ file = '' }) => file).join('\n'))
    .digest('hex')}`;

/**
 * Asks those of the objects that need it which have the lowest SHA-256 of seed, key and version id in the whole
 * inventory. The part it makes counts nobody anew: it takes from `NOT_SAMPLED` what it assessed.
 */
export async function askSample(input: TopUpSample): Promise<CensusPart> {
  const sampler = createSampler<NonNullable<CensusPart['candidates']>[number]>(
    input.sample.size,
    input.sample.seed,
  );
  for (const { candidates = [] } of input.files) candidates.forEach(sampler.offer);
  const drawn = sampler.drawn();
  const tally = createTally(input.bucket, 'inventory');
  const writer = await input.parts.open();
  try {
    const settle = rowSettler(input, tally, writer.record);
    for (const { dataClasses, listed, ...entry } of drawn) {
      const noncurrent = entry.isLatest ? 0 : 1;
      const amount = { id: 0, objects: 1, bytes: entry.size, noncurrent };
      await settle.add(entry, { ...amount, kind: 'seal', dataClasses, encryption: listed, ask: true });
    }
    await settle.flush();
    const counted = tally.finish({ incompleteReason: null, uploadsIncompleteReason: null });
    const census = withSpent(moved(counted, drawn), input.spent);
    const part: CensusPart = { range: WHOLE, file: sampleId(input.files), census };
    await writer.close(part);
    return part;
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

type Drawn = { readonly dataClasses: readonly string[]; readonly size: number };

const moved = (counted: Census, drawn: readonly Drawn[]): Census => ({
  ...counted,
  population: 0,
  populationBytes: 0,
  groups: counted.groups.map((group) => ({ ...group, drawn: group.objects })),
  unassessed: [
    ...counted.unassessed.map((group) => ({ ...group, drawn: group.objects })),
    ...drawn.map(({ dataClasses, size }): UnassessedGroup => ({
      dataClasses,
      reason: NOT_SAMPLED,
      objects: -1,
      bytes: -size,
    })),
  ],
});

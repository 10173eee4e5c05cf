import { NOT_SAMPLED } from '../model/census.ts';
import type { Census, SealGroup, UnassessedGroup } from '../model/census.ts';
import type { SamplingRequirement } from '../model/requirement.ts';
import { drawsNeeded, mostViolating } from '../model/sample-bound.ts';
import { dontKnow } from './check.ts';
import type { Judgement } from './check.ts';

/** What a sample says about the objects of one data class in a bucket. */
export type SampleAnswer = {
  /** Object versions of the class; `sampled` of them were in the draw, the others were told without one. */
  readonly population: number;
  readonly sampled: number;
  readonly drawn: number;
  /** Drawn ones that were not judged as passing: they count as violating, so that the bound holds whatever they are. */
  readonly found: number;
  /** Of those that were told without a draw, the ones that do not pass. */
  readonly beside: number;
};

type InClass = (group: { readonly dataClasses: readonly string[] }) => boolean;

/** What a census says by sample, null when it left no object out. @param passes whether a group of seals does */
export function sampleAnswer(
  census: Census,
  inClass: InClass,
  passes: (group: SealGroup) => boolean,
): SampleAnswer | null {
  const unassessed = census.unassessed.filter(inClass);
  const left = sum(unassessed.filter(isLeft), objectsOf);
  if (left === 0) return null;
  const groups = census.groups.filter(inClass);
  const failing = groups.filter((group) => !passes(group));
  const unread = unassessed.filter((group) => !isLeft(group));
  // A live sample draws all that it asks; an inventory tells of most objects without a draw.
  const drawnOf = (group: SealGroup | UnassessedGroup): number =>
    census.source === 'sample' ? group.objects : (group.drawn ?? 0);
  const drawn = sum(groups, drawnOf) + sum(unread, drawnOf);
  const found = sum(failing, drawnOf) + sum(unread, drawnOf);
  return {
    population: sum(groups, objectsOf) + sum(unassessed, objectsOf),
    sampled: drawn + left,
    drawn,
    found,
    beside: sum(failing, objectsOf) + sum(unread, objectsOf) - found,
  };
}

/**
 * What that says about a requirement: nothing that is a pass, unless its pack says which rate it tolerates and the
 * sample, which found no violation, bounds it by that.
 */
export function judgeSample(sample: SampleAnswer, sampling: SamplingRequirement | undefined): Judgement {
  const confidence = sampling?.confidencePercent ?? 95;
  const most = mostOf(sample, confidence / 100);
  const bound = `${describeSample(sample)}: at most ${percentUp(most / sample.population)} % of them violate, at ${confidence} % confidence`;
  if (!sampling) return dontKnow(`${bound}.`);
  const rate = `the pack's tolerable rate of ${sampling.tolerablePercent} %`;
  // Not more than so many: compared in whole objects, as a rate in binary is never quite itself.
  const tolerable = Math.floor((sample.population * sampling.tolerablePercent) / 100 + 1e-9);
  if (sample.found + sample.beside > 0)
    return dontKnow(`${bound}; ${rate} is for samples in which all pass.`);
  if (most <= tolerable) return { status: 'COMPLIANT', reason: `${bound}, within ${rate}.` };
  const needed = drawsNeeded(sample.sampled, tolerable, 1 - confidence / 100);
  const enough =
    needed < sample.sampled
      ? `a sample of ${needed} without a violation would be within it`
      : 'only all of them would be within it';
  return dontKnow(`${bound}, above ${rate}; ${enough}.`);
}

/** The most object versions of the class that may violate, all of them told, at this confidence. */
export const mostOf = ({ sampled, drawn, found, beside }: SampleAnswer, confidence: number): number =>
  mostViolating(sampled, drawn, found, 1 - confidence) + beside;

/** `A sample of 59 of 500 object versions, none of which …`: what was looked at. */
function describeSample({ population, sampled, drawn, found }: SampleAnswer): string {
  const of = sampled === population ? '' : ` that had to be asked, of ${population} in all`;
  return `A sample of ${drawn} of ${sampled} object versions${of}, ${found} of which do not pass`;
}

/** A share in per cent, never less than it is: `0.997`, of 0.0099697. */
export function percentUp(rate: number): string {
  const percent = rate * 100;
  const digits = percent >= 0.001 ? 3 : 6;
  // What is exact must not go up for being written in binary.
  return (Math.ceil(Number((percent * 10 ** digits).toFixed(6))) / 10 ** digits).toString();
}

const isLeft = ({ reason }: UnassessedGroup): boolean => reason === NOT_SAMPLED;
const objectsOf = ({ objects }: { readonly objects: number }): number => objects;
const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

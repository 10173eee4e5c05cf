import type { Proof, WritePath } from '../lib/model/proof.ts';
import { WRITE_PATHS } from '../lib/model/proof.ts';
import { worstPath } from './proof-json.ts';
import { painter, wrap } from './terminal.ts';
import type { Paint, Style } from './terminal.ts';
import { visible } from './visible.ts';

const PATH_WORDS: Readonly<Record<WritePath, string>> = {
  put: 'uploads and copies (s3:PutObject)',
  replicate: 'replication (s3:ReplicateObject)',
  update: 'encryption changed in place (s3:UpdateObjectEncryption)',
};
const STYLES: Readonly<Record<Proof['verdict'], Style>> = {
  proved: 'green',
  refuted: 'red',
  undecided: 'yellow',
};

export type ProofTextOptions = { readonly color: boolean; readonly width: number };

/** Proofs of all paths as a person reads them in a terminal: the asked paths at length, the others in a line each. */
export function proofText(
  paths: Readonly<Record<WritePath, Proof>>,
  asked: readonly WritePath[],
  { color, width }: ProofTextOptions,
): string {
  const paint = painter(color);
  const lines = asked.flatMap((path) => [...proofLines(path, paths[path], paint, width), '']);
  const others = WRITE_PATHS.filter((path) => !asked.includes(path));
  const beside = others.map((path) => `${headline(paths[path], paint)}  ${PATH_WORDS[path]}`);
  const { proof } = worstPath(paths, asked);
  const assumed = [
    ...(beside.length > 0 ? ['beside it, not part of the verdict:', ...beside, ''] : []),
    'this rests on:',
    ...proof.assumptions.flatMap((text) => bullet(text, width)),
  ];
  return `${[...lines, ...assumed].join('\n')}\n`;
}

const headline = (proof: Proof, paint: Paint): string =>
  paint(STYLES[proof.verdict], proof.verdict.toUpperCase().padEnd(9));

function proofLines(path: WritePath, proof: Proof, paint: Paint, width: number): readonly string[] {
  const title = `${headline(proof, paint)}  ${PATH_WORDS[path]}`;
  switch (proof.verdict) {
    case 'proved':
      return [title, ...wrap('No request on this path can store what the requirement forbids.', width, '  ')];
    case 'undecided':
      return [title, ...wrap(proof.reason, width, '  ')];
    case 'refuted':
      return [title, ...refutedLines(proof, width)];
  }
}

function refutedLines(proof: Extract<Proof, { verdict: 'refuted' }>, width: number): readonly string[] {
  const { counterexample: example, carveOuts, nearMisses } = proof;
  const pairs = (record: Readonly<Record<string, string | readonly string[]>>): readonly string[] =>
    Object.entries(record).map(
      ([key, value]) => `${key}: ${typeof value === 'string' ? value : value.join(', ')}`,
    );
  const field = (name: string, values: readonly string[]): readonly string[] =>
    values.map((value, index) => `  ${(index === 0 ? name : '').padEnd(10)}${visible(value)}`);
  return [
    ...wrap(
      carveOuts.length === 0
        ? 'This request gets through:'
        : 'Only exempted callers get through, this one among them:',
      width,
      '  ',
    ),
    '',
    // Never wrapped: it is there to be copied.
    `  ${visible(example.command)}`,
    '',
    ...field('as', [example.principal]),
    ...field('with', pairs(example.context)),
    ...field('stored as', pairs(example.storedAs)),
    ...field('exempt', carveOuts),
    ...(nearMisses.length > 0 ? ['', '  Deny statements that come closest:'] : []),
    ...nearMisses.flatMap(({ statement, clause }) => bullet(`${statement}: ${clause}`, width)),
  ];
}

const bullet = (text: string, width: number): readonly string[] =>
  wrap(text, width, '    ').map((line, index) => (index === 0 ? `  - ${line.trimStart()}` : line));

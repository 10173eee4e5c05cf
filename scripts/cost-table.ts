import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { dollarsOf, liveRequests, secondsOf } from '../lib/audit/cost.ts';

/**
 * List prices in us-east-1 in US dollars: Lambda on arm64 by the gigabyte-second and the request, Step Functions
 * Standard by the state transition. From third-party pages (FACTS has none), without free tiers; UNVERIFIED.
 */
const DOLLARS = { gigabyteSecond: 0.0000133334, invocation: 0.2 / 1e6, transition: 25 / 1e6 } as const;

/** What one bucket takes beside its objects: reads of its configuration, and seconds of the inspect function. */
const BUCKET = { reads: 12, inspectSeconds: 1 } as const;

/** Seconds of planning, and of judging: a report is written from counts, so it hardly grows with the objects. */
const FIXED = { planSeconds: 10, judgeSeconds: 30, judgeSecondsABucket: 0.05 } as const;

/** Seconds that a census function counts in one call of fifteen minutes. */
const CALL_SECONDS = 840;

/** States that are passed: of the run, of every bucket that is inspected, and of every shard that is counted. */
const TRANSITIONS = { run: 20, inspect: 2, shard: 2 } as const;

const BUCKETS = [1, 100, 10_000] as const;
const OBJECTS = [1e6, 1e8, 1e9, 1e10] as const;

/** What the workflow does with an audit that counts live, from the stack's own files. */
type Stack = {
  /** Gigabytes by function. */
  readonly memory: Readonly<Record<string, number>>;
  /** Census functions at the same time. */
  readonly censusAtOnce: number;
};

function readStack(): Stack {
  const { functions } = parse(readFileSync('serverless.yml', 'utf8'), { logLevel: 'error' }) as {
    functions: Record<string, { memorySize: number }>;
  };
  const workflow = readFileSync('deploy/workflow.yml', 'utf8');
  const [, atOnce] = /Label: Census\n\s+MaxConcurrency: (\d+)/.exec(workflow) ?? [];
  if (atOnce === undefined)
    throw new Error('deploy/workflow.yml does not say how many shards are counted at once');
  const memory = Object.entries(functions).map(
    ([name, { memorySize }]) => [name, memorySize / 1024] as const,
  );
  return { memory: Object.fromEntries(memory), censusAtOnce: Number(atOnce) };
}

/** Dollars of one audit by what they are paid for, and hours of counting at most at the same time. */
function costOf(buckets: number, objects: number, { memory, censusAtOnce }: Stack) {
  const counting = secondsOf({ list: 0, read: objects });
  const shards = Math.max(buckets, Math.ceil(counting / CALL_SECONDS));
  const requests = liveRequests(objects);
  const gigabyteSeconds =
    (memory['census'] ?? 0) * counting +
    (memory['inspect'] ?? 0) * BUCKET.inspectSeconds * buckets +
    (memory['plan'] ?? 0) * FIXED.planSeconds +
    (memory['judge'] ?? 0) * (FIXED.judgeSeconds + FIXED.judgeSecondsABucket * buckets);
  const s3 = dollarsOf({
    list: requests.list + 2 * (buckets - 1),
    read: requests.read + BUCKET.reads * buckets,
  });
  const lambda = gigabyteSeconds * DOLLARS.gigabyteSecond + (buckets + shards + 2) * DOLLARS.invocation;
  const steps =
    (TRANSITIONS.run + TRANSITIONS.inspect * buckets + TRANSITIONS.shard * shards) * DOLLARS.transition;
  return { s3, lambda, steps, hours: counting / censusAtOnce / 3600 };
}

const dollars = (amount: number): string =>
  amount < 0.01
    ? '< $0.01'
    : amount < 100
      ? `$${amount.toFixed(2)}`
      : `$${Math.round(amount).toLocaleString('en-US')}`;
const time = (hours: number): string =>
  hours < 1 / 60
    ? '< 1 min'
    : hours < 1
      ? `${Math.round(hours * 60)} min`
      : `${hours.toFixed(hours < 10 ? 1 : 0)} h`;
const many = (count: number): string =>
  count >= 1e9
    ? `${count / 1e9} billion`
    : count >= 1e6
      ? `${count / 1e6} million`
      : count.toLocaleString('en-US');

/** The cost table of docs/deploy.md, in Markdown. */
export function costTable(stack = readStack()): string {
  const rows = BUCKETS.flatMap((buckets) =>
    OBJECTS.map((objects) => {
      const { s3, lambda, steps, hours } = costOf(buckets, objects, stack);
      const parts = [s3, lambda, steps, s3 + lambda + steps].map(dollars);
      return [many(buckets), many(objects), ...parts, time(hours)];
    }),
  );
  const head = ['buckets', 'objects', 'S3', 'Lambda', 'Step Functions', 'together', 'counting'];
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const MARKS = ['<!-- costs: npm run docs -->', '<!-- /costs -->'] as const;

/** A document with the table between its marks. Throws Error where it has none. */
export function withCostTable(text: string): string {
  const [from, to] = MARKS.map((mark) => text.indexOf(mark)) as [number, number];
  if (from < 0 || to < from) throw new Error(`there is no ${MARKS[0]} … ${MARKS[1]}`);
  return `${text.slice(0, from)}${MARKS[0]}\n\n${costTable()}\n\n${text.slice(to)}`;
}

import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { newRunId } from '../audit/defaults.ts';
import { SEAL_FILES } from '../seal/manifest.ts';
import type { ReportArchive } from './archive.ts';
import { ApiError, json } from './http.ts';
import type { ApiRequest, ApiResponse } from './http.ts';
import { readManifest, readSummary, viewOf } from './run-view.ts';
import type { RunView } from './run-view.ts';
import type { RunStarter } from './starter.ts';

/** What the handlers work with; nothing of it is AWS's own. */
export type ApiContext = {
  readonly archive: ReportArchive;
  readonly starter: RunStarter;
  /** The public half of what runs are signed with; null where they are not signed. */
  readonly signingKey: () => Promise<KeyObject | null>;
  /** File names of the rule packs that a run may ask for. */
  readonly packFiles: readonly string[];
  readonly linkSeconds: number;
  readonly clock: () => Date;
  readonly random: () => number;
};

const RUN_ID = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;
const PAGE = { default: 20, max: 50 } as const;
const runId = z.string().regex(RUN_ID, 'is not the id of a run');

const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE.max).default(PAGE.default),
  before: runId.optional(),
});

/** GET /runs: newest first, those under way included; `next` asks for the page before. */
export async function listRuns(context: ApiContext, { query }: ApiRequest): Promise<ApiResponse> {
  const { limit, before } = parse(listQuery, query, 'The query');
  const [published, running] = await Promise.all([context.archive.runIds(), context.starter.running()]);
  const underWay = new Set(running);
  const ids = [...new Set([...published, ...running])]
    .filter((id) => RUN_ID.test(id) && (before === undefined || id < before))
    .sort()
    .reverse();
  const page = ids.slice(0, limit);
  const runs = await Promise.all(
    page.map(async (id): Promise<RunView> =>
      underWay.has(id) ? { runId: id, status: 'running', summary: null } : viewOf(context.archive, id),
    ),
  );
  return json(200, { runs, next: ids.length > limit ? (page.at(-1) ?? null) : null });
}

/** GET /runs/{runId}: its verdict and its report files; evidence files are counted, the manifest lists them. */
export async function getRun(
  { archive, starter }: ApiContext,
  _request: ApiRequest,
  [id]: readonly string[],
): Promise<ApiResponse> {
  const asked = parse(runId, id, 'The run id');
  const manifest = await readManifest(archive, asked);
  if (manifest === null) {
    const state = await starter.state(asked);
    if (state === null) throw new ApiError(404, `There is no run ${asked}.`);
    const reason = state.status === 'failed' ? state.reason : null;
    return json(200, {
      runId: asked,
      status: state.status,
      reason,
      summary: null,
      files: [],
      evidenceFiles: 0,
    });
  }
  const files = manifest.files.filter(({ path }) => !path.startsWith('evidence/'));
  return json(200, {
    runId: asked,
    status: 'complete',
    reason: null,
    summary: await readSummary(archive, asked),
    files,
    evidenceFiles: manifest.files.length - files.length,
  });
}

/** GET /runs/{runId}/files/{path}: a short-lived address of one file that the run's manifest lists. */
export async function linkFile(
  { archive, linkSeconds, clock }: ApiContext,
  _request: ApiRequest,
  [id, ...segments]: readonly string[],
): Promise<ApiResponse> {
  const asked = parse(runId, id, 'The run id');
  const path = filePath(segments);
  const manifest = await readManifest(archive, asked);
  if (manifest === null) throw new ApiError(404, `There is no report of run ${asked}.`);
  const entry = manifest.files.find((file) => file.path === path);
  const sealing = SEALS.has(path) && (await archive.run(asked).has(path));
  if (!entry && !sealing) throw new ApiError(404, `Run ${asked} has no file ${path}.`);
  // Counted from before the signature, so that the address never outlives what is said of it.
  const expiresAt = new Date(clock().getTime() + linkSeconds * 1000).toISOString();
  const disposition = path === 'report.html' ? 'inline' : 'attachment';
  const url = await archive.link(asked, path, linkSeconds, disposition);
  return json(200, { url, expiresAt, bytes: entry?.bytes ?? null, sha256: entry?.sha256 ?? null });
}

/** What a manifest cannot list: itself, and what is signed over it. */
const SEALS = new Set<string>(Object.values(SEAL_FILES));

/** A path as run files are named. Names that could climb out of the run are refused, not cleaned. */
function filePath(segments: readonly string[]): string {
  const climbs = segments.some(
    (segment) => segment === '' || segment === '.' || segment === '..' || /[\\/\p{Cc}]/u.test(segment),
  );
  const path = segments.join('/');
  if (climbs || path.length > 1024)
    throw new ApiError(400, 'The file path is not one that a run could have.');
  return path;
}

const startBody = z.strictObject({
  rules: z.array(z.string()).min(1).max(50).optional(),
  buckets: z
    .array(z.string().regex(/^[a-z0-9.*?-]{1,63}$/, 'is not a bucket name or a glob of one'))
    .min(1)
    .max(1000)
    .optional(),
});

/** POST /runs: starts a run of what is deployed, narrowed by the body; 409 while another is under way. */
export async function startRun(
  { starter, packFiles, clock, random }: ApiContext,
  { body }: ApiRequest,
): Promise<ApiResponse> {
  const asked = parse(startBody, fromJson(body), 'The body');
  const unknownPack = asked.rules?.find((name) => !packFiles.includes(name));
  if (unknownPack !== undefined) {
    throw new ApiError(400, `The body: rules: there is no rule pack ${JSON.stringify(unknownPack)} here.`);
  }
  const request = { rules: asked.rules ?? null, buckets: asked.buckets ?? null };
  const outcome = await starter.start(newRunId(clock(), random), request);
  if (!outcome.started) throw new ApiError(409, `Run ${outcome.runId} is under way; one runs at a time.`);
  return json(202, { runId: outcome.runId, status: 'running' }, { location: `/runs/${outcome.runId}` });
}

function fromJson(body: string | null): unknown {
  if (body === null || body.trim() === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    throw new ApiError(400, 'The body is not JSON.');
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, name: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new ApiError(400, `${name}: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'is not valid'}.`);
}

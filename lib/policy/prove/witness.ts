import type { Principal, Request } from '../evaluate/request.ts';
import { SSE, SSE_C, SSE_KEY_ID, OBJECT_CREATION } from '../keys/s3-keys.ts';
import type { Cell } from '../search/cells.ts';
import type { Witness } from '../search/shape.ts';
import { KEY_TRACKS } from '../space/caller-shapes.ts';
import { PATH_ACTIONS } from '../space/modes.ts';
import { CALLER, KEY, OBJECT } from '../space/places.ts';
import type { KeyReading } from '../space/places.ts';
import type { Ground, Passage } from './attempt.ts';
import { cellAt } from './attempt.ts';

/** The concrete request that a passage stands for, as one reading of the key-id condition sees it. */
export function requestOf({ question, path, space }: Ground, passage: Passage, reading: KeyReading): Request {
  const context: Record<string, readonly string[]> = {};
  space.axes.forEach((axis, index) => {
    const cell = passage.cells[index];
    if (!cell || axis.name === CALLER || axis.name === OBJECT || axis.name === KEY) return;
    axis.tracks.forEach((track, position) => {
      const value = cell.witness.values[position];
      const list = cell.witness.list ?? (typeof value === 'string' ? [value] : []);
      if (list.length > 0) context[track] = list;
    });
  });
  const keyId = cellAt(space, passage, KEY)?.witness.values[KEY_TRACKS.indexOf(reading)];
  if (typeof keyId === 'string') context[SSE_KEY_ID] = [keyId];
  const { bucket } = question;
  const prefix = question.prefixes?.[0] ?? '';
  const resource =
    cellAt(space, passage, OBJECT)?.witness.values[0] ??
    `arn:${bucket.partition}:s3:::${bucket.name}/${prefix}x`;
  return {
    action: PATH_ACTIONS[path],
    resource,
    principal: principalOf(cellAt(space, passage, CALLER), bucket.partition, bucket.account),
    context,
    boundByScp: passage.scenario.bound,
  };
}

/** Keys that are told as headers, not as context. */
export const HEADER_KEYS: readonly string[] = [SSE, SSE_KEY_ID, SSE_C, OBJECT_CREATION];

function principalOf(cell: Cell | undefined, partition: string, owner: string | null): Principal {
  const witness: Witness = cell?.witness ?? { kind: 'user', values: [], parts: {} };
  const { parts } = witness;
  const account = parts['account'] ?? owner ?? '111122223333';
  const path =
    parts['path'] === undefined ? (parts['name'] ?? 'anyone') : `${parts['path']}/${parts['name'] ?? ''}`;
  switch (witness.kind) {
    case 'root':
      return { kind: 'root', partition, account };
    case 'role': {
      const { id = '', session = '', provider } = parts;
      return { kind: 'role', partition, account, path, id: `AROA${id}`, session, provider: provider ?? null };
    }
    case 'federated-user':
      return { kind: 'federated-user', partition, account, name: parts['name'] ?? 'anyone' };
    case 'service':
      return { kind: 'service', service: `${parts['service'] ?? ''}.amazonaws.com` };
    case 'origin-identity':
      return { kind: 'origin-identity', arn: witness.values[0] ?? '' };
    case 'anonymous':
      return { kind: 'anonymous' };
  }
  return { kind: 'user', partition, account, path, id: `AIDA${parts['id'] ?? ''}` };
}

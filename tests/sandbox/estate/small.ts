import { loadEstate } from '../../../lib/sandbox/estate/load.ts';
import { EstateError, parseEstate } from '../../../lib/sandbox/estate/source.ts';
import { createState } from '../../../lib/sandbox/state.ts';
import type { SandboxState } from '../../../lib/sandbox/state.ts';

/** The clock of the tests. */
export const NOW = Date.parse('2026-11-25T12:00:00Z');

/** A small valid estate; the tests edit it. */
export const SMALL = `estate: small
seed: 1
account: '111122223333'
region: eu-west-1
principals:
  app: { role: app, sessions: [s1, s2] }
  sara: { user: sara }
  replication: { service: s3.amazonaws.com }
keys:
  own: { alias: own, created: 2024-01-10, rotation-days: 365, users: [app] }
  abroad: { region: us-east-1 }
seals:
  plain: { algorithm: AES256 }
  kms: { algorithm: 'aws:kms', key: own }
  abroad: { algorithm: 'aws:kms', key: abroad }
  managed: { algorithm: 'aws:kms', key: aws/s3 }
  old: { algorithm: null }
statements:
  tls: { Effect: Deny, Principal: '*', Action: 's3:*', Resource: '{{bucket}}/*' }
buckets:
  first:
    created: 2020-01-01
    versioning: Enabled
    default: { algorithm: 'aws:kms', key: own }
    policy: [tls]
    objects:
      - { keys: 'a/{n:3}', count: 3, written: 2024-02-01 .. 2024-03-01, seal: kms }
      - { keys: [b, c], written: 2024-02-01, seal: plain }
    uploads:
      - { key: 'u/{n}', count: 2, seal: kms, initiated: 2024-05-01 }
  second:
    created: 2020-01-01
    default: { algorithm: AES256 }
    logging: { to: first }
trails:
  - { name: t, bucket: first, started: 2024-01-01 }
events:
  - { by: app, bucket: first, prefix: a/, count: 2, when: -9d .. -1d }
organization:
  id: o-0123456789
  root: r-0001
  management-account: '999900001111'
  management-email: aws@small.example
  units: { ou-0001: r-0001 }
  accounts:
    - { id: '111122223333', name: one, email: one@small.example, parent: ou-0001, joined: 2020-01-01 }
  policies:
    - { id: p-1, name: p, type: RESOURCE_CONTROL_POLICY, targets: [ou-0001], statements: [] }
`;

/** One change of a text. */
export type Edit = readonly [search: string, replacement: string];

/** SMALL with passages replaced; throws when one is not there, so that no row tests nothing. */
export function edited(...edits: readonly Edit[]): string {
  return edits.reduce((text, [search, replacement]) => {
    if (!text.includes(search)) throw new Error(`not in the estate: ${search}`);
    return text.replace(search, () => replacement);
  }, SMALL);
}

/** The problems an estate is refused with; none when it is accepted. */
export function told(text: string): readonly string[] {
  try {
    parseEstate(text, 'f.yaml');
    return [];
  } catch (error) {
    if (error instanceof EstateError) return error.problems;
    throw error;
  }
}

/** A sandbox with an estate in it. */
export function loaded(text: string, now = NOW): SandboxState {
  const state = createState({ now: () => now });
  loadEstate(state, text, 'f.yaml');
  return state;
}

/** 1-based line of the first occurrence of a passage. */
export function lineOf(text: string, passage: string): number {
  const at = text.indexOf(passage);
  if (at < 0) throw new Error(`not in the estate: ${passage}`);
  return text.slice(0, at).split('\n').length;
}

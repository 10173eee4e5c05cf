import type { Counterexample, Proof } from '../../model/proof.ts';
import type { PolicyDocument } from '../document.ts';
import { contextOf } from '../evaluate/evaluate.ts';
import { principalArn } from '../evaluate/request.ts';
import type { Context, Principal, Request } from '../evaluate/request.ts';
import { termsOfKey } from '../keys/catalogue.ts';
import { KEY } from '../space/places.ts';
import { cellAt } from './attempt.ts';
import type { Ground, Passage } from './attempt.ts';
import { commandOf, headersOf } from './command.ts';
import { nearMisses } from './near-misses.ts';
import { storedAs } from './stored.ts';
import { HEADER_KEYS, requestOf } from './witness.ts';

/** The answer for a request that gets through: how to send it, what it needs, what would be stored, what came close. */
export function refutation(
  ground: Ground,
  passage: Passage,
  assumptions: readonly string[],
  exempt: readonly string[],
  documents: readonly PolicyDocument[],
): Proof {
  const { question, space } = ground;
  const request = requestOf(ground, passage, 'header');
  const refused =
    passage.goal === 'transport' &&
    request.context['aws:securetransport']?.[0] === 'false' &&
    (passage.mode.customerKey || passage.mode.sse?.startsWith('aws:kms') === true);
  const counterexample: Counterexample = {
    action: request.action,
    resource: request.resource,
    principal: principalText(request.principal),
    headers: headersOf(passage.mode, request),
    context: shownContext(ground, request, passage.goal === 'transport'),
    storedAs: storedAs(passage.mode, cellAt(space, passage, KEY), question),
    command: commandOf(passage.mode, request),
  };
  return {
    verdict: 'refuted',
    assumptions: refused
      ? [
          ...assumptions,
          'S3 documents that it refuses SSE-KMS and SSE-C over plain HTTP by itself; this answer counts on the policies alone.',
        ]
      : assumptions,
    counterexample,
    nearMisses: nearMisses(documents, request),
    carveOuts: exempt,
  };
}

/** How the caller is shown: a role session by the ARN it signs with. */
function principalText(principal: Principal): string {
  switch (principal.kind) {
    case 'role': {
      const role = principal.path.slice(principal.path.lastIndexOf('/') + 1);
      return `arn:${principal.partition}:sts::${principal.account}:assumed-role/${role}/${principal.session}`;
    }
    case 'service':
      return principal.service;
    case 'anonymous':
      return 'anonymous';
    case 'root':
    case 'user':
    case 'federated-user':
    case 'origin-identity':
      return principalArn(principal) ?? '';
  }
}

/** The condition keys that a Deny of these policies looks at, headers aside, and how the request travels if that is what is wrong. */
function shownContext({ denies }: Ground, request: Request, transport: boolean): Counterexample['context'] {
  const asked = new Map(
    denies.flatMap(({ statement }) => statement.conditions.map(({ key, keyId }) => [keyId, key])),
  );
  if (transport) {
    asked.set('aws:securetransport', 'aws:SecureTransport');
    asked.set('s3:tlsversion', 's3:TlsVersion');
  }
  const context: Context = contextOf(request);
  const entries = [...asked]
    .filter(([keyId]) => !HEADER_KEYS.includes(keyId))
    .flatMap(([keyId, key]): [string, string | readonly string[]][] => {
      const values = context[keyId] ?? [];
      const [value] = values;
      if (value === undefined) return [];
      return [[key, termsOfKey(keyId)?.multi === true ? values : value]];
    });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

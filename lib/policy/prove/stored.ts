import type { Cell } from '../search/cells.ts';
import { KEY_TRACKS } from '../space/caller-shapes.ts';
import { sealOf } from '../space/goal.ts';
import type { Mode } from '../space/modes.ts';
import type { Question } from './question.ts';

/** What S3 would store for a request: the seal, and the key by the name it is known under. */
export function storedAs(
  mode: Mode,
  key: Cell | undefined,
  question: Question,
): Readonly<Record<string, string>> {
  const seal = sealOf(mode, question);
  if (seal === null) return { type: 'unknown: the default encryption was not read' };
  if (seal === 'OTHER') {
    const { default: byDefault } = question;
    return { type: byDefault.state === 'known' ? byDefault.algorithm : 'unknown' };
  }
  if (seal !== 'SSE-KMS' && seal !== 'DSSE-KMS') return { type: seal };
  return { type: seal, key: keyName(mode, key, question) };
}

const AWS_MANAGED = 'aws/s3 (AWS managed)';

function keyName(mode: Mode, key: Cell | undefined, { default: byDefault }: Question): string {
  if (mode.keyForm === 'aws-managed') return AWS_MANAGED;
  if (mode.keyForm === 'default') {
    const reference = byDefault.state === 'known' ? byDefault.key : null;
    return reference === null || reference === 'alias/aws/s3' ? AWS_MANAGED : reference;
  }
  const alias = key?.witness.values[KEY_TRACKS.indexOf('alias')];
  const arn = key?.witness.values[KEY_TRACKS.indexOf('effective')] ?? '';
  return typeof alias === 'string' ? `${arn} (if ${alias} leads there)` : arn;
}

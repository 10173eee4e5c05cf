import { credentialsError } from '../collectors/observe.ts';
import type { LedgerGap } from '../model/ledger.ts';
import type { Extract } from './extract.ts';
import type { Inflated } from './inflate.ts';

/** A file or folder that could not be read. Throws AuditError when the credentials are gone: nothing else could be. */
export function unreadable(path: string, error: unknown): LedgerGap {
  const lost = credentialsError(error);
  if (lost) throw lost;
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  const why = code ?? (name === undefined || name === 'Error' ? '' : name);
  const text = [why, message ?? '']
    .filter((part) => part !== '')
    .join(': ')
    .replace(/\s+/g, ' ')
    .slice(0, 200);
  return gap('NOT_READ', 'events', path, `it could not be read (${text})`);
}

/** What is wrong with one file's bytes, in one gap; none when all is well. */
export function fileGaps(path: string, inflated: Inflated['defect'], extract: Extract): readonly LedgerGap[] {
  const kept = `${extract.records} records before it are counted`;
  const gaps = extract.bad.map(({ id, reason }) =>
    gap('BAD_EVENT', 'events', path, `event ${id ?? 'without an id'} is not counted: ${reason}`),
  );
  if (inflated === 'too-large')
    return [gap('NOT_READ', 'events', path, 'it inflates to more than any log file')];
  if (inflated === 'damaged') return [gap('TRUNCATED', 'events', path, 'its gzip data is damaged')];
  if (inflated === 'truncated')
    return [...gaps, gap('TRUNCATED', 'events', path, `its gzip data ends too soon; ${kept}`)];
  if (extract.defect === 'cut-short')
    return [...gaps, gap('TRUNCATED', 'events', path, `its JSON breaks off; ${kept}`)];
  return extract.defect === 'not-a-log'
    ? [gap('NOT_A_LOG', 'events', path, 'it is not a CloudTrail log file')]
    : gaps;
}

const gap = (
  kind: LedgerGap['kind'],
  loses: LedgerGap['loses'],
  where: string,
  message: string,
): LedgerGap => ({
  kind,
  loses,
  where,
  count: 1,
  message,
});

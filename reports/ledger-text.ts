import type { DecryptLedger, LogValidation } from '../lib/model/ledger.ts';
import { formatCount, groupBy, plural, sumOf } from './format.ts';
import { ledgerJson } from './ledger-json.ts';
import type { LedgerRow } from './ledger-rollup.ts';
import { padStart, wrap } from './terminal.ts';

/** Rows of each kind that a terminal has room for: the rest is counted. */
const ROWS = 40;

/** A ledger as a person reads it in a terminal, ending with a line feed. */
export function ledgerText(ledger: DecryptLedger, before: DecryptLedger | null, width: number): string {
  const json = ledgerJson(ledger, before);
  const opened = json.entries.filter(({ count }) => count > 0);
  const refused = json.entries.filter(({ denied, failed }) => denied + failed > 0);
  const lines = [
    ...wrap(
      `${plural(json.events, 'Decrypt call')} from ${json.window.from} to ${json.window.to} in ${json.location}, ` +
        `${formatCount(json.fromS3)} of them for S3.`,
      width,
    ),
    ...listed('Who decrypted', opened, ({ count }) => count, width),
    ...listed('Refused', refused, ({ denied, failed }) => denied + failed, width),
    ...(json.newcomers === null
      ? []
      : titled(
          'Newcomers since the earlier ledger',
          json.newcomers.map(
            ({ principal, bucket, keyArn }) => `${principal} in ${bucket ?? keyArn ?? 'no known place'}`,
          ),
          width,
        )),
    ...titled(
      'What is not known',
      json.gaps.map(
        ({ where, message, count }) => `${where}: ${message}${count > 1 ? ` (${formatCount(count)})` : ''}`,
      ),
      width,
    ),
    ...(json.validation === null ? [] : ['', ...wrap(validationSentence(json.validation), width)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line a principal and place: objects of one bucket are counted, not listed. */
function listed(
  title: string,
  rows: readonly LedgerRow[],
  number: (row: LedgerRow) => number,
  width: number,
): string[] {
  const places = [
    ...groupBy(rows, ({ principal, ...row }) => JSON.stringify([principal, placeOf(row)])).values(),
  ];
  const most = places.map((own) => ({ own, amount: sumOf(own, number) })).sort((a, b) => b.amount - a.amount);
  const lines = most.slice(0, ROWS).flatMap(({ own, amount }) => {
    const [{ principal, ...row }] = own as readonly [LedgerRow, ...LedgerRow[]];
    const days = own.flatMap(({ first, last }) => [first.slice(0, 10), last.slice(0, 10)]).sort();
    const [from = '', to = ''] = [days[0], days.at(-1)];
    const when = from === to ? `on ${from}` : `from ${from} to ${to}`;
    const [first = '', ...rest] = wrap(
      `${principal}: ${placeOf(row)}${objectsOf(own)}, ${when}`,
      width,
      ' '.repeat(12),
    );
    return [padStart(formatCount(amount), 10) + first.slice(10), ...rest];
  });
  const more =
    most.length > ROWS ? [`${' '.repeat(12)}and ${plural(most.length - ROWS, 'more line')}: see --json`] : [];
  return lines.length === 0 ? ['', `${title}: nobody`] : ['', title, ...lines, ...more];
}

/** Where attempts went: the bucket, or what else the key was used for. */
function placeOf({ via, bucket, purpose, keyArn }: Omit<LedgerRow, 'principal'>): string {
  if (via === 's3') return `s3://${bucket ?? ''}`;
  const what = via === 'direct' ? 'called KMS directly' : 'other use';
  return `${what}${purpose === null ? '' : ` (${purpose})`}, ${keyArn ?? 'key not told'}`;
}

/** How precisely S3 let us know. */
function objectsOf(rows: readonly LedgerRow[]): string {
  if (rows[0]?.via !== 's3') return '';
  const objects = rows.filter(({ precision }) => precision === 'object');
  const [only] = objects;
  const told =
    objects.length === 1
      ? [`object ${only?.object ?? ''}`]
      : objects.length > 1
        ? [plural(objects.length, 'object')]
        : [];
  if (rows.some(({ precision }) => precision === 'folded')) told.push('and many more');
  const hidden = rows.filter(({ precision }) => precision === 'bucket');
  if (hidden.length > 0) {
    const named = new Set(
      hidden.flatMap(({ objectsRead }) => (objectsRead ?? []).map(({ object }) => object)),
    );
    told.push(
      named.size === 0
        ? 'objects not told (bucket key)'
        : `bucket key, ${plural(named.size, 'object')} by data events`,
    );
  }
  return `, ${told.join(', ')}`;
}

function titled(title: string, items: readonly string[], width: number): string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, ROWS).flatMap((item) => wrap(`- ${item}`, width, '  '));
  const more = items.length > ROWS ? [`  and ${plural(items.length - ROWS, 'more')}`] : [];
  return ['', title, ...shown, ...more];
}

function validationSentence({ status, digests, signed, logFiles }: LogValidation): string {
  const seen = `${plural(digests, 'digest')}, ${formatCount(signed)} with a valid signature; ${plural(logFiles, 'log file')} as digested`;
  switch (status) {
    case 'intact':
      return `The log files are as CloudTrail delivered them: ${seen}.`;
    case 'broken':
      return `The log files are NOT as CloudTrail delivered them: ${seen}.`;
    case 'unproven':
      return `Nothing proves that all log files are as CloudTrail delivered them: ${seen}.`;
  }
}

import type { DecryptLedger, LogValidation } from '../lib/model/ledger.ts';
import { formatCount, plural } from './format.ts';
import { ledgerJson } from './ledger-json.ts';
import { ledgerPlaces, placeDays, placeWords } from './ledger-places.ts';
import type { LedgerPlace } from './ledger-places.ts';
import { padStart, wrap } from './terminal.ts';

/** Rows of each kind that a terminal has room for: the rest is counted. */
const ROWS = 40;

/** A ledger as a person reads it in a terminal, ending with a line feed. */
export function ledgerText(ledger: DecryptLedger, before: DecryptLedger | null, width: number): string {
  const json = ledgerJson(ledger, before);
  const places = ledgerPlaces(ledger.entries);
  const lines = [
    ...wrap(
      `${plural(json.events, 'Decrypt call')} from ${json.window.from} to ${json.window.to} in ${json.location}, ` +
        `${formatCount(json.fromS3)} of them for S3.`,
      width,
    ),
    ...listed('Who decrypted', places, ({ count }) => count, width),
    ...listed('Refused', places, ({ refused }) => refused, width),
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
  places: readonly LedgerPlace[],
  number: (place: LedgerPlace) => number,
  width: number,
): string[] {
  const most = places.filter((place) => number(place) > 0).sort((a, b) => number(b) - number(a));
  const lines = most.slice(0, ROWS).flatMap((place) => {
    const objects = place.objects === '' ? '' : `, ${place.objects}`;
    const text = `${place.principal}: ${placeWords(place)}${objects}, ${placeDays(place)}`;
    const [first = '', ...rest] = wrap(text, width, ' '.repeat(12));
    return [padStart(formatCount(number(place)), 10) + first.slice(10), ...rest];
  });
  const more =
    most.length > ROWS ? [`${' '.repeat(12)}and ${plural(most.length - ROWS, 'more line')}: see --json`] : [];
  return lines.length === 0 ? ['', `${title}: nobody`] : ['', title, ...lines, ...more];
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

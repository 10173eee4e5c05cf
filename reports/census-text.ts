import type { Census } from '../lib/model/census.ts';
import { censusJson } from './census-json.ts';
import { formatBytes, formatCount } from './format.ts';
import { spentText } from './spent.ts';
import { padEnd, padStart } from './terminal.ts';
import { visible } from './visible.ts';

/** A census as a person reads it in a terminal, ending with a line feed. */
export function censusText(census: Census): string {
  const json = censusJson(census);
  const rows: (readonly [string, string, string])[] = [];
  for (const [type, amount] of Object.entries(json.byEncryption)) {
    rows.push([type, formatCount(amount.objects), formatBytes(amount.bytes)]);
    for (const [key, part] of Object.entries(amount.byKey ?? {})) {
      rows.push([`  ${visible(key)}`, formatCount(part.objects), formatBytes(part.bytes)]);
    }
  }
  for (const [reason, objects] of Object.entries(json.unassessable)) {
    rows.push([`not readable: ${reason}`, formatCount(objects), '']);
  }
  for (const [reason, objects] of Object.entries(json.excluded)) {
    rows.push([`excluded: ${reason}`, formatCount(objects), '']);
  }
  const claims = Object.entries(json.clientSide).filter(([kind]) => kind !== 'none');
  for (const [kind, amount] of claims) {
    rows.push([
      `claims client-side encryption: ${kind}`,
      formatCount(amount.objects),
      formatBytes(amount.bytes),
    ]);
  }
  const width = Math.max(...rows.map(([name]) => name.length), 24);
  const lines = [
    `${visible(json.bucket)}: ${formatCount(json.population)} object versions, ${formatCount(json.assessed)} assessed`,
    ...(json.complete ? [] : [`INCOMPLETE: ${visible(json.incompleteReason ?? '')}`]),
    '',
    ...rows.map(([name, objects, bytes]) =>
      `${padEnd(name, width)}  ${padStart(objects, 12)}  ${padStart(bytes, 10)}`.trimEnd(),
    ),
    '',
    `${formatCount(json.noncurrent)} of them noncurrent; ${formatCount(json.deleteMarkers)} delete markers and ` +
      `${json.unfinishedUploads === null ? 'an unknown number of' : formatCount(json.unfinishedUploads)} unfinished multipart uploads beside them`,
    ...(json.origin ? ['', ...json.origin.notes.map(visible)] : []),
    ...(json.spent && json.spent.list + json.spent.read > 0 ? ['', `It took ${spentText(json.spent)}.`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

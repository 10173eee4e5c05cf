/** Reads RFC 4180 strictly, sharing nothing with the writer: throws where a row does not end in CRLF or quotes are loose. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const row: string[] = [];
    for (;;) {
      const [cell, end] = text[at] === '"' ? quoted(text, at) : bare(text, at);
      row.push(cell);
      at = end;
      if (text[at] === ',') {
        at += 1;
        continue;
      }
      if (text.slice(at, at + 2) !== '\r\n')
        throw new Error(`row ${rows.length} does not end in CRLF at ${at}`);
      at += 2;
      break;
    }
    rows.push(row);
  }
  return rows;
}

function quoted(text: string, start: number): [string, number] {
  let cell = '';
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] !== '"') cell += text[at]!;
    else if (text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else return [cell, at + 1];
  }
  throw new Error('a quoted cell never ends');
}

function bare(text: string, start: number): [string, number] {
  const length = text.slice(start).search(/[,\r\n]/);
  const cell = text.slice(start, length < 0 ? undefined : start + length);
  if (cell.includes('"')) throw new Error(`a quote inside a bare cell: ${cell}`);
  return [cell, start + cell.length];
}

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonBytes } from '../../lib/ledger/json-bytes.ts';
import { recordWindow } from '../../lib/ledger/record-window.ts';
import { scanRecords } from '../../lib/ledger/scan-records.ts';
import { assembleScanner, SCANNER_MODULE, SCANNER_SOURCE } from '../../scripts/assemble-scanner.ts';
import { decryptRecord, readRecord } from './records.ts';

type Window = ReturnType<typeof recordWindow>;

const encode = (text: string) => new TextEncoder().encode(text);
const found = (bytes: Uint8Array, window: Window) => {
  const visits: unknown[] = [];
  const result = scanRecords(jsonBytes(bytes), (kind, start, end) => visits.push([kind, start, end]), window);
  return { ...result, visits };
};
/** What is found record by record, after a look that many at a time finds the same. */
const same = (bytes: Uint8Array) => {
  const oneByOne = found(bytes, null);
  expect(found(bytes, recordWindow())).toEqual(oneByOne);
  return oneByOne;
};

const DECRYPT = '{"eventSource":"kms.amazonaws.com","eventName":"Decrypt"}';
const READ = '{"eventName" : "GetObject",\n"eventSource"\t:\r"s3.amazonaws.com"}';

/** Pieces of records and of what a hostile writer would put in their place; joined they are seldom JSON. */
const PIECES = [
  ...['{', '}', '[', ']', '"', '\\', ',', ':', ' ', '\n', '\t', 'e', '\0', 'é', '\u{1F512}', '\\\\', '\\"'],
  ...[
    '"eventSource"',
    '"eventName"',
    '"eventSource":',
    '"eventName":',
    '"event\\u004eame":',
    '"eventSourcf"',
  ],
  ...[
    '"kms.amazonaws.com"',
    '"s3.amazonaws.com"',
    '"Decrypt"',
    '"GetObject"',
    '"Decrypts"',
    '"kms.amazonaws.con"',
  ],
  ...[
    '\\u002e',
    '\\u0033',
    '\\u003c',
    '\\u007F',
    '\\u0080',
    '\\u00',
    '"\\u006b"',
    '{"a":',
    '},{',
    '}]',
    DECRYPT,
    READ,
  ],
  ...[' '.repeat(61), 'x'.repeat(63), '"' + '\\\\'.repeat(33), '['.repeat(199), '[]'.repeat(40)],
];
const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(''));
const record = fc.oneof(
  fc.constantFrom(DECRYPT, READ, '{}'),
  soup.map((text) => `{${text}}`),
  fc
    .record({ before: fc.json(), text: fc.string({ unit: 'binary', maxLength: 80 }), after: fc.json() })
    .map(
      ({ before, text, after }) =>
        `{"a":${before},${JSON.stringify(text)}:1,"b":${after},${DECRYPT.slice(1)}`,
    ),
);
const gap = fc.constantFrom(',', ',', ',', ' ,', ',\n  ', ',,', '', ' x,');
const log = fc
  .record({
    records: fc.array(fc.tuple(record, gap), { maxLength: 8 }),
    last: record,
    tail: fc.constantFrom(']}', ']}\n', ']', ''),
  })
  .map(
    ({ records, last, tail }) =>
      `{"Records":[${records.map(([text, after]) => text + after).join('')}${last}${tail}`,
  );

describe('scanning many records a step', () => {
  test('this Node can', () => {
    expect(recordWindow()).not.toBeNull();
  });

  test('finds the same as one by one, whatever is written, cut anywhere', () => {
    fc.assert(
      fc.property(log, fc.nat(), (text, cut) => {
        const bytes = encode(text);
        same(bytes);
        same(bytes.subarray(0, cut % (bytes.length + 1)));
      }),
      { numRuns: 3000 },
    );
  });

  test('finds the same when any byte is another', () => {
    const text = JSON.stringify({
      Records: [decryptRecord(), { note: 'a "quoted" \\ \u0001 word', deep: [[{}]] }, readRecord('b', 'k')],
    });
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', ' ', 'e', 'u', '\0'),
        (at, byte) => {
          same(encode(text.slice(0, at) + byte + text.slice(at + 1)));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test.each(['"', '\\\\', '\\"', 'x'])('texts of %j that end anywhere in a step', (unit) => {
    for (let length = 0; length < 140; length += 1) {
      const inside = unit === '"' ? ' '.repeat(length) : unit.repeat(length);
      const { records, visits, whole } = same(encode(`{"Records":[{"a":"${inside}"},${DECRYPT},${READ}]}`));
      expect({ records, visits: visits.length, whole }).toEqual({ records: 3, visits: 2, whole: true });
    }
  });

  test.each<[string, string, number, number]>([
    ['more than a window', `${DECRYPT},`.repeat(30_000) + READ, 30_001, 30_001],
    ['a record longer than a window', `{"a":"${'x'.repeat(600_000)}"},${DECRYPT}`, 2, 1],
    ['records of just over half a window', `{"a":"${'{'.repeat(140_000)}"},`.repeat(5) + DECRYPT, 6, 1],
    ['more finds than are listed at a time', `{"\\u0041":1},`.repeat(40_000) + DECRYPT, 40_001, 40_001],
    ['a backslash outside texts in every record', `{\\"a":1,"b"},`.repeat(2000) + DECRYPT, 2001, 1],
    ['as deep as is followed', `{"a":${'['.repeat(199)}${']'.repeat(199)}},${DECRYPT}`, 2, 1],
  ])('%s', (_name, records, count, visits) => {
    const result = same(encode(`{"Records":[${records}]}`));
    expect({ ...result, visits: result.visits.length }).toEqual({ whole: true, records: count, visits });
  });

  test('one deeper is left to a parser', () => {
    const deep = `{"a":${'['.repeat(200)}${']'.repeat(200)}}`;
    expect(same(encode(`{"Records":[${DECRYPT},${deep}]}`))).toMatchObject({ whole: false, records: 1 });
  });

  test('a file that ends right after a record has that record', () => {
    expect(same(encode('{"Records":[{"a":"b"}'))).toMatchObject({ whole: false, records: 1 });
  });

  test('nothing of the file before is met again', () => {
    same(encode(`{"Records":[${`${DECRYPT},`.repeat(50)}{}]}`));
    expect(same(encode('{"Records":[{"a":"'))).toMatchObject({ records: 0, visits: [] });
  });

  test('the module is what its source gives', async () => {
    expect(await assembleScanner(readFileSync(SCANNER_SOURCE, 'utf8'))).toBe(
      readFileSync(SCANNER_MODULE, 'utf8'),
    );
  });
});

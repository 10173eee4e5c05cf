import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { extract, extractByParsing } from '../../lib/ledger/extract.ts';
import { decryptRecord, deniedRecord, directRecord, readRecord } from './records.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const log = (records: readonly unknown[], space?: number) =>
  JSON.stringify({ Records: records }, null, space);
const other = {
  eventVersion: '1.11',
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRole',
  responseElements: null,
};
const ALL = [decryptRecord(), other, deniedRecord(), readRecord('b', 'k'), directRecord()];
const summary = (text: string) => {
  const { decrypts, reads, bad, records, defect } = extract(bytes(text));
  return { decrypts: decrypts.length, reads: reads.length, bad: bad.length, records, defect };
};

/** Texts that a careless search would take for a record of KMS. */
const TRAPS: readonly unknown[] = [
  { ...other, requestParameters: { eventSource: 'kms.amazonaws.com', eventName: 'Decrypt' } },
  { ...other, requestParameters: { Records: [decryptRecord(), decryptRecord(), decryptRecord()] } },
  {
    ...other,
    userAgent: '},{"eventVersion":"1.11","eventSource":"kms.amazonaws.com","eventName":"Decrypt"}',
  },
  {
    ...other,
    note: '\\',
    more: '\\"',
    '{"eventSource"': 'kms.amazonaws.com',
    eventSource2: '"eventName":"Decrypt"',
  },
  { ...other, eventSource: null, eventName: 'Decrypt', x: ['kms.amazonaws.com', 'eventSource', ':'] },
  { ...other, list: ['eventSource', 'kms.amazonaws.com', 'eventName', 'Decrypt'] },
  { ...other, unicode: '\u2028 \u{1F512} é', empty: '', deep: [[[{ a: [] }]]] },
  null,
  7,
  'eventSource',
  [],
  {},
];

describe('extracting the records that matter', () => {
  test.each<[string, string, Partial<ReturnType<typeof summary>>]>([
    ['a file as CloudTrail writes it', log(ALL), { decrypts: 3, reads: 1, records: 5, defect: null }],
    ['indented', log(ALL, 2), { decrypts: 3, reads: 1, records: 5, defect: null }],
    ['no records', log([]), { decrypts: 0, records: 0, defect: null }],
    ['traps', log([...TRAPS, decryptRecord(), ...TRAPS]), { decrypts: 1, records: 25, defect: null }],
    ['a byte order mark', `\uFEFF${log(ALL)}`, { decrypts: 3, defect: null }],
    [
      'other members beside Records',
      JSON.stringify({ version: 1, Records: ALL, more: [] }),
      { decrypts: 3, defect: null },
    ],
    [
      'Records twice: the later counts',
      `{"Records":[],"Records":${JSON.stringify(ALL)}}`,
      { decrypts: 3, defect: null },
    ],
    [
      'a name spelled in escapes',
      log([decryptRecord()]).replace('kms.amazonaws', 'k\\u006ds.amazonaws'),
      { decrypts: 1, defect: null },
    ],
    [
      'a key spelled in escapes',
      log([decryptRecord()]).replace('"eventName"', '"event\\u004eame"'),
      { decrypts: 1, defect: null },
    ],
    [
      'a name given twice: the later counts',
      log([decryptRecord()]).replace('"eventName":"Decrypt"', '"eventName":"Encrypt","eventName":"Decrypt"'),
      { decrypts: 1 },
    ],
    [
      'a name given twice, the other way',
      log([decryptRecord()]).replace('"eventName":"Decrypt"', '"eventName":"Decrypt","eventName":null'),
      { decrypts: 0 },
    ],
    [
      'an event that cannot be placed',
      log([decryptRecord({ eventTime: 'soon' }), decryptRecord()]),
      { decrypts: 1, bad: 1, defect: null },
    ],
    [
      'deeper than any record',
      log([{ ...other, x: JSON.parse('['.repeat(500) + ']'.repeat(500)) }, decryptRecord()]),
      { decrypts: 1, records: 2, defect: null },
    ],
  ])('%s', (_name, text, expected) => {
    expect(summary(text)).toMatchObject(expected);
    expect(extract(bytes(text))).toEqual(extractByParsing(bytes(text)));
  });

  test.each<[string, string, Partial<ReturnType<typeof summary>>]>([
    ['nothing', '', { defect: 'not-a-log' }],
    ['text', 'hello', { defect: 'not-a-log' }],
    ['another JSON document', '{"kind":"List"}', { defect: 'not-a-log' }],
    ['Records that are no list', '{"Records":{}}', { defect: 'not-a-log' }],
    ['an open quote', '{"Records":[{"a":"', { defect: 'not-a-log' }],
    ['an open bracket', '{"Records":[', { defect: 'not-a-log' }],
    ['brackets that cross', '{"Records":[{"a":[}]}]}', { defect: 'not-a-log' }],
    [
      'a record that is not JSON where it matters',
      log([decryptRecord()]).replace('"readOnly":true', '"readOnly":tru'),
      { decrypts: 0, records: 1, defect: 'cut-short' },
    ],
    ['bytes after the end', `${log(ALL)}x`, { decrypts: 3, records: 5, defect: 'cut-short' }],
    ['a digest', '{"awsAccountId":"1","logFiles":[]}', { defect: 'not-a-log' }],
  ])('not a whole log: %s', (_name, text, expected) => {
    expect(summary(text)).toMatchObject(expected);
  });

  test('of a file cut anywhere, the records before the cut count and the cut is told', () => {
    const whole = log([decryptRecord(), decryptRecord({ eventID: 'two' })]);
    for (let length = 0; length < whole.length; length += 1) {
      const { records, decrypts, defect } = summary(whole.slice(0, length));
      expect(defect).toBe(records === 0 ? 'not-a-log' : 'cut-short');
      expect(decrypts).toBe(records);
    }
  });

  test('is the JSON.parse of everything, whatever the records hold', () => {
    const name = fc.constantFrom(
      'eventSource',
      'eventName',
      'eventVersion',
      'kms.amazonaws.com',
      'Decrypt',
      'GetObject',
      's3.amazonaws.com',
      '"',
      '\\',
      '},{',
      '\\u0041',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        name,
        fc.string({ unit: 'binary' }),
        fc.constant(null),
        fc.double(),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(name, fc.string()), tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    const record = fc.oneof(
      value,
      fc
        .tuple(fc.constantFrom(...ALL), fc.dictionary(name, value))
        .map(([real, more]) => ({ ...more, ...real })),
      fc
        .tuple(fc.constantFrom(...ALL), fc.dictionary(name, value))
        .map(([real, more]) => ({ ...real, ...more })),
    );
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), fc.constantFrom(undefined, 1), (records, space) => {
        const text = bytes(log(records, space));
        expect(extract(text)).toEqual(extractByParsing(text));
      }),
      { numRuns: 500 },
    );
  });

  test('bytes that are no JSON at all never throw', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('', '{"Records":[', '{"Records":[{"a":'),
        (noise, head) => {
          const { defect } = extract(Uint8Array.from([...bytes(head), ...noise]));
          expect(['not-a-log', 'cut-short', null]).toContain(defect);
        },
      ),
    );
  });
});

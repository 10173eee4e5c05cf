import { describe, expect, test } from '@jest/globals';
import { formatProblems } from '../../lib/rules/problems.ts';
import { parseRulePacks } from '../../lib/rules/parse.ts';
import { closest } from '../../lib/model/spelling.ts';
import { PACK, TODAY, edited, packOf } from './packs.ts';

const file = (name: string, text: string, digest = name) => ({ file: name, text, digest });

describe('a valid pack', () => {
  test('becomes the nouns of the model, with every default written out', () => {
    expect(packOf(PACK)).toEqual({
      pack: 'p',
      title: 'p',
      file: 'f',
      digest: 'd',
      dataClasses: [
        { id: 'p/phi', title: 'phi', any: [{ kind: 'bucket-tag', key: 'data-class', values: ['phi'] }] },
      ],
      requirements: [
        {
          id: 'sealed',
          pack: 'p',
          title: 'PHI is sealed',
          dataClass: 'p/phi',
          severity: 'high',
          rationale: null,
          encryption: {
            allow: ['SSE-KMS'],
            key: null,
            bucketKey: 'any',
            sseC: 'any',
            clientSide: 'any',
            unfinishedUploads: 'assess',
          },
          transport: null,
          decrypt: null,
          paths: ['put'],
          controls: {},
        },
      ],
      waivers: [
        {
          pack: 'p',
          requirement: 'sealed',
          resource: 'arn:aws:s3:::legacy',
          checks: ['stored', 'default', 'enforced', 'keys', 'opened'],
          reason: 'It moves in spring',
          owner: 'Storage team',
          approver: 'Security officer',
          approved: '2026-01-01',
          expires: '2026-12-31',
          compensating: null,
        },
      ],
    });
  });

  test.each([
    [
      'key: {}',
      { manager: 'any', arns: [], aliases: [], accounts: [], rotation: 'any', rotationMaxDays: null },
    ],
    ['key: { rotation: required }', { rotation: 'required', rotationMaxDays: null }],
    ['key: { rotation: { max-days: 180 } }', { rotation: 'required', rotationMaxDays: 180 }],
    ['key: { manager: AWS, accounts: ["012345678901"] }', { manager: 'AWS', accounts: ['012345678901'] }],
    [
      'key: { arns: ["arn:aws-us-gov:kms:us-gov-*:????22223333:key/mrk-*"] }',
      { arns: ['arn:aws-us-gov:kms:us-gov-*:????22223333:key/mrk-*'] },
    ],
    ['key: { aliases: [alias/ehr-*] }', { aliases: ['alias/ehr-*'] }],
  ])('%s', (line, expected) => {
    const pack = packOf(edited('allow: [SSE-KMS]', `allow: [SSE-KMS]\n      ${line}`));
    expect(pack.requirements[0]?.encryption.key).toMatchObject(expected);
  });

  test('every setting reaches the model', () => {
    const pack = packOf(
      edited(
        'allow: [SSE-KMS]',
        [
          'allow: [SSE-KMS]',
          '      bucket-key: forbidden',
          '      sse-c: blocked',
          '      client-side: required',
          '      unfinished-uploads: exclude',
          '    transport: { tls: "1.3" }',
          '    decrypt: { principals: ["arn:aws:sts::111122223333:assumed-role/ehr/*"], max-age: 30, deny-direct: true }',
          '    paths: [update, put]',
          '    rationale: |',
          '      Because.',
          '    controls: { hipaa: ["164.312(b)"] }',
        ].join('\n'),
      ),
    );
    expect(pack.requirements[0]).toMatchObject({
      encryption: {
        bucketKey: 'forbidden',
        sseC: 'blocked',
        clientSide: 'required',
        unfinishedUploads: 'exclude',
      },
      transport: { tls: '1.3' },
      decrypt: {
        principals: ['arn:aws:sts::111122223333:assumed-role/ehr/*'],
        maxAgeDays: 30,
        denyDirect: true,
      },
      paths: ['update', 'put'],
      rationale: 'Because.',
      controls: { hipaa: ['164.312(b)'] },
    });
  });

  test('a tag value may stand alone, and may be empty', () => {
    const values = (text: string) => packOf(edited('[phi] }', `${text} }`)).dataClasses[0]?.any;
    expect(values('phi')).toEqual([{ kind: 'bucket-tag', key: 'data-class', values: ['phi'] }]);
    expect(values('["", phi]')).toEqual([{ kind: 'bucket-tag', key: 'data-class', values: ['', 'phi'] }]);
  });
});

describe('several packs', () => {
  test('come with all their warnings', () => {
    const parsed = parseRulePacks(
      [
        file('a.yml', edited('2026-12-31', '2026-02-01')),
        file('b.yml', edited('pack: p', 'pack: q').replace('2026-12-31', '2026-03-01')),
      ],
      TODAY,
    );
    expect(parsed).toMatchObject({ ok: true, packs: [{ pack: 'p' }, { pack: 'q' }] });
    expect(parsed.ok && parsed.warnings.map((warning) => `${warning.file}:${warning.line}`)).toEqual([
      'a.yml:20',
      'b.yml:20',
    ]);
  });

  test('are refused together, in the order of the files', () => {
    const parsed = parseRulePacks(
      [file('b.yml', edited('high', 'hgih')), file('a.yml', ''), file('c.yml', PACK)],
      TODAY,
    );
    expect(!parsed.ok && parsed.problems.map((problem) => `${problem.file}:${problem.line}`)).toEqual([
      'b.yml:10',
      'a.yml:1',
    ]);
  });

  test.each([
    [
      'two files with one name',
      'other',
      'b.yml:1:7 pack: "p" is already the name of a.yml; choose another\n',
    ],
    ['one file given twice', 'a.yml', 'b.yml:1:7 pack: the same pack as a.yml; name the file once\n'],
  ])('%s are refused', (_, digest, expected) => {
    const parsed = parseRulePacks([file('a.yml', PACK), file('b.yml', PACK, digest)], TODAY);
    expect(!parsed.ok && formatProblems(parsed.problems)).toBe(expected);
  });
});

describe('problems on a terminal', () => {
  test('cannot carry escape sequences, not even in the file name', () => {
    const problem = { file: 'a\u001b[2J.yml', line: 1, column: 2, path: '', message: 'is empty' };
    expect(formatProblems([problem])).toBe('a\\u{1b}[2J.yml:1:2: is empty\n');
  });
});

describe('the word that was meant', () => {
  test.each([
    ['SSE-KSM', ['SSE-S3', 'SSE-KMS', 'DSSE-KMS'], 'SSE-KMS'],
    ['ssekms', ['SSE-S3', 'SSE-KMS'], 'SSE-KMS'],
    ['data_classes', ['data-class', 'data-classes'], 'data-classes'],
    ['expiry', ['expires', 'approved'], 'expires'],
    ['put', ['update', 'replicate'], null],
    ['x', ['y'], null],
    ['', ['any'], null],
    ['a'.repeat(10_000), ['any'], null],
  ])('%s', (word, candidates, expected) => {
    expect(closest(word, candidates)).toBe(expected);
  });
});

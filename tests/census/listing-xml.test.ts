import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseListingPage } from '../../lib/collectors/listing-xml.ts';
import { MalformedAnswer } from '../../lib/collectors/observe.ts';

const objects = (content: string, head = '<IsTruncated>false</IsTruncated>'): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${head}${content}</ListBucketResult>`;
const versions = (content: string, head = '<IsTruncated>false</IsTruncated>'): string =>
  `<ListVersionsResult>${head}${content}</ListVersionsResult>`;
const entry = (key: string): string =>
  `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>7</Size></Contents>`;

describe('a page of a listing', () => {
  test('versions and delete markers keep the order in which S3 sent them', () => {
    const version = (id: string): string =>
      `<Version><Key>k</Key><VersionId>${id}</VersionId><IsLatest>false</IsLatest><Size>1</Size></Version>`;
    const marker =
      '<DeleteMarker><Key>k</Key><VersionId>d</VersionId><IsLatest>true</IsLatest></DeleteMarker>';
    const { entries } = parseListingPage(versions(marker + version('2') + marker + version('1')), true);
    expect(entries.map(({ versionId }) => versionId)).toEqual(['d', '2', 'd', '1']);
    expect(entries.map(({ deleteMarker }) => deleteMarker)).toEqual([true, false, true, false]);
    expect(entries[0]).toMatchObject({ isLatest: true, size: 0 });
  });

  test('an owner, a checksum and a restore status inside an entry are not mistaken for its fields', () => {
    const xml = objects(
      '<Contents><Owner><ID>o</ID></Owner><Key>a</Key><ChecksumAlgorithm>CRC32</ChecksumAlgorithm><Size>3</Size></Contents>',
    );
    expect(parseListingPage(xml, false).entries).toEqual([
      {
        key: 'a',
        versionId: null,
        isLatest: true,
        size: 3,
        lastModified: null,
        etag: null,
        deleteMarker: false,
      },
    ]);
  });

  test.each([
    ['a space written as a plus', 'a+b', 'a b'],
    ['a plus written as %2B', 'a%2Bb', 'a+b'],
    ['control characters', 'a%00%0Ab', 'a\u0000\nb'],
    ['a percent sign', '100%25', '100%'],
    ['an emoji', '%F0%9F%98%80', '\u{1F600}'],
  ])('a key in URL encoding: %s', (_name, sent, key) => {
    const head = '<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>';
    expect(parseListingPage(objects(entry(sent), head), false).entries[0]?.key).toBe(key);
  });

  test.each([
    ['named entities', 'a&amp;b&lt;&quot;&apos;&gt;', 'a&b<"\'>'],
    ['numbered entities', '&#65;&#x1F600;', 'A\u{1F600}'],
    ['a plus, which is then a plus', 'a+b', 'a+b'],
  ])('a key as plain XML: %s', (_name, sent, key) => {
    expect(parseListingPage(objects(entry(sent)), false).entries[0]?.key).toBe(key);
  });

  test.each([
    ['cut in half', objects(entry('a')).slice(0, 80)],
    ['of another kind', versions('')],
    ['without IsTruncated', objects('', '')],
    ['with an entry without a key', objects('<Contents><Size>1</Size></Contents>')],
    ['with an entry without a size', objects('<Contents><Key>a</Key></Contents>')],
    ['with a size that is none', objects('<Contents><Key>a</Key><Size>-1</Size></Contents>')],
    ['with an entry that does not end', objects('<Contents><Key>a</Key><Size>1</Size>')],
    ['with an entity nobody defined', objects(entry('&constructor;'))],
    ['with a character that does not exist', objects(entry('&#x110000;'))],
    ['with an unescaped section', objects('<![CDATA[<Contents>]]>')],
    [
      'with broken URL encoding',
      objects(entry('%zz'), '<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>'),
    ],
  ])('%s is malformed, never an empty page', (_name, xml) => {
    expect(() => parseListingPage(xml, false)).toThrow(MalformedAnswer);
  });

  test('any key survives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (key) => {
        const sent = encodeURIComponent(key).replaceAll('%20', '+');
        const head = '<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType>';
        expect(parseListingPage(objects(entry(sent), head), false).entries[0]?.key).toBe(key);
      }),
    );
  });
});

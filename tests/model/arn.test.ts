import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseArn } from '../../lib/model/arn.ts';

const piece = fc.constantFrom('arn', 'aws', 's3', '', 'a/b', ':', '1');

describe('the parts of an ARN', () => {
  test.each<[string, ReturnType<typeof parseArn>]>([
    ['arn:aws:s3:::b/k', { partition: 'aws', service: 's3', region: '', account: '', resource: 'b/k' }],
    ['arn:aws:a:r:1:x:y', { partition: 'aws', service: 'a', region: 'r', account: '1', resource: 'x:y' }],
    ['arn:aws:a:::', { partition: 'aws', service: 'a', region: '', account: '', resource: '' }],
    ['arn:aws:a::', null],
    ['arn::s3:::b', null],
    ['arn:aws::::b', null],
    ['xarn:aws:s3:::b', null],
    ['arn', null],
    ['', null],
  ])('%j', (text, expected) => {
    expect(parseArn(text)).toEqual(expected);
  });

  test('put together again, they are the text', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const text = pieces.join(':');
        const arn = parseArn(text);
        const [prefix, partition, service] = text.split(':');
        const isArn = prefix === 'arn' && partition !== '' && service !== '' && text.split(':').length >= 6;
        expect(arn === null ? null : ['arn', ...Object.values(arn)].join(':')).toBe(isArn ? text : null);
      }),
    );
  });
});

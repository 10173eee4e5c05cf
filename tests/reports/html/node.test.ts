import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeHtml, h, scriptJson, toHtml } from '../../../reports/html/node.ts';

describe('h', () => {
  test.each([
    ['text', h('p', null, 'a & b'), '<p>a &amp; b</p>'],
    ['a number', h('td', null, 3), '<td>3</td>'],
    ['children in lists of lists', h('p', null, ['a', ['b', h('i', null, 'c')]]), '<p>ab<i>c</i></p>'],
    ['children that are left out', h('p', null, null, false, undefined, '', 'a'), '<p>a</p>'],
    ['attributes that are left out', h('p', { id: null, class: undefined, hidden: false }), '<p></p>'],
    ['a bare attribute', h('details', { open: true }), '<details open></details>'],
    ['a void element', h('input', { type: 'search' }), '<input type="search">'],
    ['quotes in an attribute', h('p', { title: `"'<>&` }), '<p title="&quot;&#39;&lt;&gt;&amp;"></p>'],
    [
      'invisible characters',
      h('p', { title: 'a\u202Eb' }, 'a\u200Bb'),
      '<p title="a\\u{202E}b">a\\u{200B}b</p>',
    ],
    ['line feeds, spelled out', h('p', null, 'a\nb'), '<p>a\\u{0A}b</p>'],
    ['line feeds, kept in a block', h('pre', null, 'a\n\tb\r'), '<pre>a\n\tb\\u{0D}</pre>'],
    ['a link inside the report', h('a', { href: '#findings' }), '<a href="#findings"></a>'],
    ['a link to a file beside it', h('a', { href: './evidence/a.json' }), '<a href="./evidence/a.json"></a>'],
  ])('%s', (_, element, html) => expect(toHtml(element)).toBe(html));

  test.each([
    'javascript:alert(1)',
    'https://example.org',
    '//example.org',
    '/etc/passwd',
    'evidence/a.json',
    ' #a',
    'data:,',
  ])('refuses a link to %s', (href) =>
    expect(() => h('a', { href })).toThrow('A report links only to itself'),
  );

  test('no text or attribute can open, close or leave an element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, title) => {
        const html = toHtml(h('p', { title }, text));
        const inside = /^<p(?: title(?:="([^"]*)")?)?>([^<]*)<\/p>$/s.exec(html);
        expect(inside).not.toBeNull();
        expect(inside![2]).not.toMatch(/[<>]/);
      }),
    );
  });
});

test('escapeHtml can be read back', () => {
  const unescape = (html: string) =>
    html
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&');
  fc.assert(fc.property(fc.string(), (text) => expect(unescape(escapeHtml(text))).toBe(text)));
});

test('scriptJson is JSON of the same value that cannot end its element or a line', () => {
  const words = fc.constantFrom('</script>', '<!--', '-->', ']]>', '\u2028', '\u2029', '&lt;');
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), words)), (texts) => {
      const json = scriptJson(texts);
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(json)).toEqual(texts);
    }),
  );
});

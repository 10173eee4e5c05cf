import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cappedList, createDeferred, type DeferredData } from '../../../reports/html/deferred.ts';
import { h, type Html } from '../../../reports/html/node.ts';
import { textOf } from './tree.ts';

/** What the page's script makes of a reference. */
function built(data: DeferredData, reference: string | number): Html {
  const node = typeof reference === 'number' ? data.nodes[reference]! : reference;
  if (typeof node === 'string') return node;
  const [tag, attributes, ...children] = node;
  return [tag, attributes, ...children.map((child) => built(data, child))];
}

const item = (text: string) =>
  h('li', { class: 'long enough to pool' }, h('b', null, text), ' and the same words');
const list = (count: number, shown: number, deferred = createDeferred()) => ({
  deferred,
  ...cappedList({
    deferred,
    tag: 'ul',
    items: Array.from({ length: count }, (_, i) => item(`item ${i}`)),
    shown,
    what: 'items',
    elsewhere: 'items.csv',
  }),
});

describe('a list', () => {
  test('short enough stays whole and needs no script', () => {
    const { list: element, more, deferred } = list(3, 5);
    expect(element.slice(2)).toHaveLength(3);
    expect(more).toBeNull();
    expect(deferred.data()).toEqual({ nodes: [], lists: [] });
  });

  test('that is cut says how much of it is shown, and where the rest is', () => {
    const { list: element, more } = list(1234, 5);
    expect(element.slice(2)).toHaveLength(5);
    expect(textOf(more!)).toBe('Showing 5 of 1,234 items. All of them are in items.csv. Show more');
  });

  test('and its tail are together every item, in order', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), (count, shown) => {
        const { list: element, deferred } = list(count, shown);
        const data = deferred.data();
        const tail = (data.lists[0]?.tail ?? []).map((reference) => built(data, reference));
        expect([...element.slice(2), ...tail]).toEqual(
          Array.from({ length: count }, (_, i) => item(`item ${i}`)),
        );
      }),
    );
  });

  test('keeps equal parts once', () => {
    const one = JSON.stringify(list(101, 1).deferred.data()).length;
    const two = JSON.stringify(list(1001, 1).deferred.data()).length;
    expect(two / one).toBeLessThan(11);
    const deferred = createDeferred();
    deferred.add([item('the same text'), item('the same text')], 0, null);
    const { nodes, lists } = deferred.data();
    expect(lists[0]!.tail).toEqual([nodes.length - 1, nodes.length - 1]);
  });

  test('with an index is one the script may narrow, cut or not', () => {
    const deferred = createDeferred();
    const facets = {
      outcome: ['fail'],
      check: ['stored'],
      requirement: ['a/b'],
      bucket: ['x\u202Ey'],
      account: ['1'],
      framework: [],
    };
    const { list: element } = cappedList({
      deferred,
      tag: 'ul',
      items: [item('a')],
      shown: 1,
      what: 'items',
      elsewhere: 'items.csv',
      index: [{ id: 'finding-1', facets, texts: ['a long reason that is pooled'] }],
    });
    expect(element[1]).toEqual({ 'data-list': '0' });
    const data = deferred.data();
    const [id, values, texts] = data.lists[0]!.index![0]!;
    const read = (reference: string | number) => textOf(built(data, reference));
    expect(id).toBe('finding-1');
    expect(values.map((each) => each.map(read))).toEqual([
      ['fail'],
      ['stored'],
      ['a/b'],
      ['x\\u{202E}y'],
      ['1'],
      [],
    ]);
    expect(texts.map(read)).toEqual(['a long reason that is pooled']);
  });
});

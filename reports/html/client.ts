import { FACETS } from './deferred.ts';

/**
 * The page's own script, as text: the report has to be written by bundles that have no files beside them.
 * It only searches, filters and opens what is already in the page, and builds what a large report keeps as data;
 * text becomes text nodes, never markup. Plain JavaScript of 2020, so that it runs where the auditor is.
 */
export const CLIENT_SCRIPT = `
'use strict';
(() => {
  const STEP = 200;
  const FACETS = ${JSON.stringify(FACETS)};
  const SVG = 'http://www.w3.org/2000/svg';
  const byId = (id) => document.getElementById(id);
  const count = (number) => String(number).replace(/\\B(?=(\\d{3})+$)/g, ',');
  const data = JSON.parse(byId('data').textContent);
  const text = (reference) => (typeof reference === 'number' ? data.nodes[reference] : reference);

  /** What a reference into the data stands for, as nodes. */
  function build(reference, inSvg) {
    const node = text(reference);
    if (typeof node === 'string') return document.createTextNode(node);
    const [tag, attributes, ...children] = node;
    const svg = inSvg || tag === 'svg';
    const element = svg ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    for (const child of children) element.append(build(child, svg));
    return element;
  }

  /** Lists: nodes[i] is item i, null until it is built. */
  const lists = data.lists.map((list, position) => {
    const element = document.querySelector('[data-list="' + position + '"]');
    const note = document.querySelector('[data-more="' + position + '"]');
    const nodes = Array.from(element.children);
    const inPage = nodes.length;
    while (nodes.length < list.total) nodes.push(null);
    const index = list.index && list.index.map(([id, facets, texts]) => ({ id, texts, facets: facets.map((values) => values.map(text)) }));
    const limit = list.tail.length > 0 ? Math.max(inPage, index ? 20 : 0) : list.total;
    return { element, note, nodes, inPage, tail: list.tail, index, limit, wanted: null, pinned: -1, matches: list.total };
  });

  /** Shows the first items of a list that are wanted, up to its limit, and says how many there are. */
  function draw(list) {
    let matches = 0;
    let shown = 0;
    let last = null;
    for (let i = 0; i < list.nodes.length; i += 1) {
      const wanted = !list.wanted || list.wanted(list.index[i]);
      if (wanted) matches += 1;
      const visible = wanted && (matches <= list.limit || i === list.pinned);
      if (visible && !list.nodes[i]) {
        list.nodes[i] = build(list.tail[i - list.inPage], false);
        if (last) last.after(list.nodes[i]);
        else list.element.prepend(list.nodes[i]);
      }
      if (list.nodes[i]) {
        list.nodes[i].hidden = !visible;
        last = list.nodes[i];
      }
      if (visible) shown += 1;
    }
    list.matches = matches;
    if (!list.note) return;
    list.note.hidden = shown === matches;
    const [counted, elsewhere, button] = list.note.children;
    elsewhere.hidden = true;
    button.hidden = false;
    counted.textContent = 'Showing ' + count(shown) + ' of ' + count(matches) + '. ';
    button.textContent = 'Show ' + count(Math.min(STEP, matches - shown)) + ' more';
  }

  for (const list of lists) {
    if (list.note) {
      list.note.querySelector('button').addEventListener('click', () => {
        list.limit += STEP;
        draw(list);
      });
    }
    draw(list);
  }

  const findingLists = lists.filter((list) => list.index);
  const form = byId('filters');

  /** For each word of the search, which of the shared texts hold it: findings only look these up. */
  function textMatcher(search) {
    const words = search.toLowerCase().split(/\\s+/).filter(Boolean);
    const holds = (value, word) => typeof value === 'string' && value.toLowerCase().includes(word);
    const hits = words.map((word) => data.nodes.map((node) => holds(node, word)));
    return (texts) => words.every((word, w) => texts.some((value) => (typeof value === 'number' ? hits[w][value] : holds(value, word))));
  }

  function filter() {
    const chosen = new FormData(form);
    const search = String(chosen.get('text') || '').trim();
    const asked = FACETS.map((facet) => chosen.getAll(facet).filter((value) => value !== ''));
    const active = search !== '' || asked.some((values) => values.length > 0);
    const matchesText = textMatcher(search);
    const wanted = (entry) =>
      asked.every((values, f) => values.length === 0 || entry.facets[f].some((value) => values.includes(value))) &&
      matchesText(entry.texts);
    let total = 0;
    for (const list of findingLists) {
      list.wanted = active ? wanted : null;
      draw(list);
      total += list.matches;
    }
    for (const box of document.querySelectorAll('.group, .passed')) {
      const matches = findingLists.filter((list) => box.contains(list.element)).reduce((sum, list) => sum + list.matches, 0);
      box.hidden = active && matches === 0;
      if (active) {
        if (!('before' in box.dataset)) box.dataset.before = box.open ? 'open' : 'closed';
        box.open = matches > 0;
      } else if ('before' in box.dataset) {
        box.open = box.dataset.before === 'open';
        delete box.dataset.before;
      }
    }
    byId('no-match').hidden = total > 0;
    const all = findingLists.reduce((sum, list) => sum + list.nodes.length, 0);
    byId('match-count').textContent = active ? count(total) + ' of ' + count(all) + ' findings' : count(all) + (all === 1 ? ' finding' : ' findings');
  }

  let queued = 0;
  const soon = () => {
    cancelAnimationFrame(queued);
    queued = requestAnimationFrame(filter);
  };
  if (form) {
    form.hidden = false;
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', soon);
    form.addEventListener('reset', soon);
    byId('expand').addEventListener('click', () => {
      for (const finding of document.querySelectorAll('.findings > li:not([hidden]) > .finding')) {
        if (finding.closest('.passed:not([open])') === null) finding.open = true;
      }
    });
    byId('collapse').addEventListener('click', () => {
      for (const finding of document.querySelectorAll('.finding[open]')) finding.open = false;
    });
  }

  /** A link to a finding opens it, building it first if it is only data so far. */
  function reveal() {
    let id = location.hash.slice(1);
    try {
      id = decodeURIComponent(id);
    } catch {
      // Not an encoded text: looked for as it is.
    }
    if (id === '') return;
    if (id.startsWith('finding-')) {
      for (const list of findingLists) {
        const position = list.index.findIndex((entry) => entry.id === id);
        if (position < 0) continue;
        if (list.wanted && !list.wanted(list.index[position])) {
          form.reset();
          filter();
        }
        list.pinned = position;
        draw(list);
      }
    }
    const target = byId(id);
    if (!target) return;
    for (let box = target; box; box = box.parentElement) if (box.tagName === 'DETAILS') box.open = true;
    arriveAt(target, 8);
    const summary = target.querySelector('summary');
    if (summary) summary.focus({ preventScroll: true });
  }
  /** What is above gets its real height only when it comes near, and would push the target away again. */
  function arriveAt(target, frames) {
    target.scrollIntoView();
    if (frames > 0) requestAnimationFrame(() => arriveAt(target, frames - 1));
  }
  addEventListener('hashchange', reveal);
  // Once it has loaded, and not before, the browser goes to the fragment itself and takes the focus away.
  if (document.readyState === 'complete') reveal();
  else addEventListener('load', reveal);

  /** Browsers that cannot open details through a print style get them opened, and closed again after. */
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = Array.from(document.querySelectorAll('details:not([open]):not(.pass.finding):not(.na.finding)'));
    for (const box of opened) box.open = true;
  });
  addEventListener('afterprint', () => {
    for (const box of opened) box.open = false;
    opened = [];
  });
})();
`;

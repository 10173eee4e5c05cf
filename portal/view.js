/** Elements are built, never parsed: whatever a run or an API says stays text. */

/** An element with attributes and children; text stays text, and null children are left out. */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (typeof value === 'boolean') node.toggleAttribute(key, value);
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null));
  return node;
}

const STATUS_WORDS = {
  running: 'Under way',
  failed: 'Failed',
  incomplete: 'Broken off',
  complete: 'No summary',
};

/** The run's verdict as a chip; without one, how far it got. */
export function verdictChip({ status, summary }) {
  const outcome = summary?.verdict.outcome;
  return el(
    'span',
    { class: `chip ${outcome ?? status}` },
    summary?.verdict.headline ?? STATUS_WORDS[status] ?? status,
  );
}

/** `25 Nov 2026, 02:00 UTC`, from the run's id, which every run has. */
export function whenOf(runId) {
  const [, y, m, d, h, min] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(runId) ?? [];
  if (!y) return runId;
  const month = new Intl.DateTimeFormat('en', { month: 'short', timeZone: 'UTC' }).format(
    new Date(`${y}-${m}-15`),
  );
  return `${Number(d)} ${month} ${y}, ${h}:${min} UTC`;
}

export const count = (n) => (n === undefined ? '' : n.toLocaleString('en'));

const COLUMNS = ['Audit', 'Verdict', 'Fail', 'Unknown', 'Pass', 'Buckets', 'Objects'];

/** The list of runs. `on` gets `toggle`, `open`, `files` and `verify`, each with the run's id. */
export function runTable(runs, chosen, on) {
  const action = (label, name, runId) =>
    el(
      'button',
      { type: 'button', 'aria-label': `${label}: ${whenOf(runId)}`, click: () => on[name](runId) },
      label,
    );
  const row = (run) => {
    const { runId, status, summary } = run;
    const box = el('input', {
      type: 'checkbox',
      'aria-label': `Compare ${whenOf(runId)}`,
      disabled: status !== 'complete',
      change: () => on.toggle(runId),
    });
    box.checked = chosen.has(runId);
    return el(
      'tr',
      {},
      el('td', {}, box),
      el('th', { scope: 'row' }, whenOf(runId), el('br'), el('code', { class: 'quiet' }, runId)),
      el('td', {}, verdictChip(run)),
      ...[
        summary?.findings.NON_COMPLIANT,
        summary?.findings.INSUFFICIENT_DATA,
        summary?.findings.COMPLIANT,
        summary?.coverage.buckets.population,
        summary?.coverage.objects.population,
      ].map((n) => el('td', { class: 'number' }, count(n))),
      el(
        'td',
        {},
        el(
          'div',
          { class: 'actions' },
          status === 'complete' ? action('Report', 'open', runId) : null,
          action('Files', 'files', runId),
          status === 'complete' ? action('Verify', 'verify', runId) : null,
        ),
      ),
    );
  };
  return el(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Audits' },
    el(
      'table',
      {},
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          el('th', { scope: 'col' }, 'Compare'),
          ...COLUMNS.map((name, i) =>
            el('th', { scope: 'col', ...(i > 1 ? { class: 'number' } : {}) }, name),
          ),
          el('th', { scope: 'col' }, 'Actions'),
        ),
      ),
      el('tbody', {}, runs.map(row)),
    ),
  );
}

/** A heading and a list; a list without entries says so. */
export const listOf = (heading, entries) => [
  el('h3', {}, `${heading} (${entries.length})`),
  entries.length === 0
    ? el('p', { class: 'quiet' }, 'None.')
    : el(
        'ul',
        {},
        entries.map((entry) => el('li', {}, entry)),
      ),
];

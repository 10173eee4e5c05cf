import { createClient } from './client.js';
import { compareFindings } from './compare.js';
import { integrityOf } from './integrity.js';
import { currentToken, finishLogin, logIn, logOut } from './login.js';
import { count, el, listOf, runTable, whenOf } from './view.js';

const at = (id) => document.getElementById(id);
const chosen = new Set();
let runs = [];
let next = null;
let client;
let config;

/** One line for eyes and screen readers alike. */
function say(text, bad = false) {
  at('message').textContent = text;
  at('message').classList.toggle('bad', bad);
}

/** Runs an action; what goes wrong is told in words, and an expired login offers the next one. */
const guarded =
  (action) =>
  async (...args) => {
    try {
      await action(...args);
    } catch (error) {
      if (error.status === 401 && config?.login) {
        logOut();
        showLogin();
        say('Log in to see the audits.');
      } else say(error.message, true);
    }
  };

function detail(heading, ...children) {
  const section = at('detail');
  section.replaceChildren(el('h2', {}, heading), ...children.flat());
  section.hidden = false;
  section.focus();
}

const actions = {
  toggle: (runId) => {
    if (!chosen.delete(runId)) chosen.add(runId);
    at('compare').disabled = chosen.size !== 2;
  },
  open: guarded(async (runId) => {
    const { url } = await client.link(runId, 'report.html');
    window.open(url, '_blank', 'noopener,noreferrer');
  }),
  files: guarded(async (runId) => {
    const { status, reason, summary, files, evidenceFiles } = await client.run(runId);
    const download = guarded(async (path) => {
      const { url } = await client.link(runId, path);
      location.assign(url);
    });
    const item = ({ path, bytes }) => [
      el(
        'button',
        { type: 'button', 'aria-label': `Download ${path}`, click: () => download(path) },
        'Download',
      ),
      ` ${path}`,
      el('span', { class: 'quiet' }, ` ${count(bytes)} bytes`),
    ];
    detail(
      `Files of ${whenOf(runId)}`,
      el('p', {}, reason ?? summary?.verdict.sentence ?? `This audit is ${status}.`),
      listOf('Report files', files.map(item)),
      el('p', { class: 'quiet' }, `And ${count(evidenceFiles)} files of evidence, listed in manifest.json.`),
    );
  }),
  verify: guarded(async (runId) => {
    const parts = await integrityOf(
      client,
      runId,
      (done, all) => say(`Checked ${done} of ${all} files.`),
      () => actions.verify(runId),
    );
    say('');
    detail(`Integrity of ${whenOf(runId)}`, parts);
  }),
};

const compare = guarded(async () => {
  const [before, after] = [...chosen].sort();
  const read = async (runId) =>
    JSON.parse(new TextDecoder().decode(await client.download(runId, 'findings.json'))).findings;
  const changed = compareFindings(...(await Promise.all([read(before), read(after)])));
  detail(
    `From ${whenOf(before)} to ${whenOf(after)}`,
    el('p', {}, `${count(changed.same)} findings are as they were.`),
    listOf('New failures', changed.worse),
    listOf('No longer failing', changed.better),
    listOf('Changed otherwise', changed.other),
    listOf('Asked for the first time', changed.added),
    listOf('No longer asked', changed.gone),
  );
});

function render() {
  at('runs').replaceChildren(
    runs.length === 0
      ? el('p', { class: 'quiet' }, 'There are no audits yet.')
      : runTable(runs, chosen, actions),
  );
  at('more').hidden = next === null;
}

const load = guarded(async (before) => {
  const page = await client.list(before);
  runs = before ? [...runs, ...page.runs] : page.runs;
  next = page.next;
  render();
});

function showLogin() {
  const inside = currentToken() !== null;
  at('login').hidden = inside;
  at('logout').hidden = !inside;
}

const main = guarded(async () => {
  config = await (await fetch('/portal/config.json')).json();
  client = createClient(config, currentToken);
  at('more').addEventListener('click', () => load(next));
  at('compare').addEventListener('click', compare);
  at('start').addEventListener(
    'click',
    guarded(async () => {
      const { runId } = await client.start();
      await load();
      say(`Audit ${runId} is under way.`);
    }),
  );
  if (config.login) {
    at('login').addEventListener(
      'click',
      guarded(async () => logIn(config.login)),
    );
    at('logout').addEventListener('click', () => {
      logOut();
      location.reload();
    });
    await finishLogin(config.login);
    showLogin();
  }
  await load();
});

await main();

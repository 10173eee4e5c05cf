import type { Assessment } from '../../lib/model/run.ts';
import { formatCount, sumOf } from '../format.ts';
import { runVerdict } from '../outcome.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { code, fileLink, name, section } from './parts.ts';

const FILES = 40;

/** How someone who does not trust this page can check it: integrity, replay, and the files it was made from. */
export function verifySection(assessment: Assessment, deferred: Deferred): HtmlElement {
  const step = (title: string, command: string, text: Child) =>
    h(
      'li',
      null,
      h('h3', null, title),
      h('pre', { class: 'command', tabindex: 0, role: 'group', 'aria-label': `Command: ${title}` }, command),
      h('p', null, text),
    );
  return section(
    'verify',
    'Verify and replay',
    'Every finding can be derived again from the saved evidence, offline and without AWS credentials. RUNDIR is the folder that holds this page.',
    h(
      'ol',
      { class: 'steps' },
      step('Replay the judgement', 'sealcheck judge RUNDIR', [
        'Judges the evidence again. The same evidence, rule packs and version give the same bytes of every report file; findings of run ',
        code(assessment.run.runId),
        ' keep their ids.',
      ]),
      step(
        'Check that nothing was changed',
        'sealcheck verify RUNDIR --key PUBLIC-KEY.pem',
        'Compares every file with the SHA-256 in manifest.json and checks the manifest’s signature. Get the key’s fingerprint from its owner by another way than this folder. The manifest holds this page’s own hash, so this page cannot show it.',
      ),
      step(
        'Check the rule packs',
        'sha256sum RULES.yaml',
        'Must print the digest shown for the pack under “This run”.',
      ),
      step(
        'Compare with another run',
        'sealcheck diff RUNDIR OTHER-RUNDIR',
        'Findings keep their ids from run to run: shows what appeared, what was resolved and what changed.',
      ),
    ),
    objectFiles(assessment, deferred),
    signOff(assessment),
  );
}

/** Room for a signature, on paper only: the run and its verdict beside the name that answers for the review. */
const signOff = (assessment: Assessment): HtmlElement =>
  h(
    'div',
    { class: 'sign-off' },
    h('h3', null, 'Reviewed'),
    h(
      'p',
      null,
      `Run ${assessment.run.runId}: ${runVerdict(assessment).headline.toLowerCase()}. ${runVerdict(assessment).sentence}`,
    ),
    h(
      'div',
      null,
      ['Name and role', 'Signature', 'Date'].map((what) => h('span', null, what)),
    ),
  );

function objectFiles({ objectFiles: files }: Assessment, deferred: Deferred): Child {
  if (files.length === 0) return null;
  const { list, more } = cappedList({
    deferred,
    tag: 'ul',
    className: 'files columns',
    items: files.map((file) =>
      h(
        'li',
        null,
        fileLink(file.path, file.path),
        ' ',
        h('span', { class: 'quiet' }, name(formatCount(file.rows)), ' rows'),
      ),
    ),
    shown: FILES,
    what: 'object lists',
    elsewhere: 'the folder objects',
  });
  return [
    h('h3', null, 'Lists of objects'),
    h(
      'p',
      null,
      `${formatCount(sumOf(files, (file) => file.rows))} object versions that do not pass, or could not be read, one a row.`,
    ),
    list,
    more,
  ];
}

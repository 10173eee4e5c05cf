import type { Assessment } from '../../lib/model/run.ts';
import type { ClientSideEncryption } from '../../lib/model/object-encryption.ts';
import { byCodeUnit, formatBytes, formatCount, groupBy } from '../format.ts';
import { amountOf } from '../seals.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type HtmlElement } from './node.ts';
import { head, name, number, section, table } from './parts.ts';

const ROWS = 60;

/** Client-side encryption, apart from the server-side kind: metadata says so, and metadata can be written by anyone. */
export function claimSection({ censuses }: Assessment, deferred: Deferred): HtmlElement {
  const rows = censuses.flatMap((census) =>
    [
      ...groupBy(
        census.groups.filter((group) => group.encryption.clientSide.kind !== 'none'),
        (group) => describe(group.encryption.clientSide).join('\n'),
      ),
    ].map(([key, groups]) => ({
      bucket: census.bucket,
      key,
      words: describe(groups[0]?.encryption.clientSide ?? { kind: 'none' }),
      ...amountOf(groups),
    })),
  );
  rows.sort((a, b) => b.objects - a.objects || byCodeUnit(a.bucket, b.bucket) || byCodeUnit(a.key, b.key));
  if (rows.length === 0) {
    return section(
      'claims',
      'Client-side encryption',
      null,
      h(
        'p',
        { class: 'empty' },
        'No object claims to have been encrypted before its upload. An instruction file under another suffix would not have been recognised.',
      ),
    );
  }
  const { list, more } = cappedList({
    deferred,
    tag: 'tbody',
    items: rows.map((row) =>
      h(
        'tr',
        null,
        h('th', { scope: 'row' }, name(row.bucket)),
        row.words.map((word) => h('td', null, word)),
        number(formatCount(row.objects)),
        number(formatBytes(row.bytes)),
      ),
    ),
    shown: ROWS,
    what: 'rows',
    elsewhere: 'the evidence folder',
  });
  return section(
    'claims',
    'Client-side encryption',
    [
      h('strong', null, 'A claim, not a proof. '),
      'Object metadata says these were encrypted before upload. Anyone who may write metadata can write that; only decrypting shows it. They have a server-side seal as well, which is what the sections above count.',
    ],
    h(
      'div',
      { class: 'capped' },
      table(
        'Client-side encryption claims',
        'plain claims',
        head('Bucket', 'What the metadata says', 'Data key wrapped by', 'Cipher', 'Objects', 'Bytes'),
        list,
      ),
      more,
    ),
  );
}

/** What is said, how the data key is wrapped, the cipher. */
function describe(clientSide: ClientSideEncryption): readonly [string, string, string] {
  switch (clientSide.kind) {
    case 'none':
      return ['nothing', '', ''];
    case 'claimed':
      return [
        `claims format ${clientSide.format}${clientSide.instructionFile ? ', with an instruction file' : ''}`,
        clientSide.keyWrap ?? 'not told',
        clientSide.cipher ?? 'not told',
      ];
    case 'instruction-file':
      return ['is an instruction file: wrapped keys for the object beside it, not data', '', ''];
    case 'invalid':
      return [`contradicts itself: ${clientSide.detail}`, '', ''];
    case 'undetermined':
      return [`cannot be decided: ${clientSide.detail}`, '', ''];
  }
}

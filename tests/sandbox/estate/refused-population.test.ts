import { expect, test } from '@jest/globals';
import { told } from './small.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

const ROWS: readonly Refusal[] = [
  [
    'a key of two groups',
    ['keys: [b, c]', 'keys: [b, a/002]'],
    'keys: [b, a/002]',
    "buckets.first.objects.1: 'a/002' is there already, from objects.0",
  ],
  [
    'a key twice in one list',
    ['keys: [b, c]', 'keys: [b, b]'],
    'keys: [b, b]',
    "buckets.first.objects.1: 'b' is there already, from objects.1",
  ],
  [
    'a key that meets an instruction file',
    [
      'keys: [b, c], written: 2024-02-01, seal: plain }',
      'keys: [b, b.instruction], written: 2024-02-01, seal: plain, client-side: v2-instruction-file }',
    ],
    'keys: [b, b.',
    "buckets.first.objects.1: 'b.instruction' is there already, from objects.1",
  ],
  [
    'a key longer than S3 takes, in bytes',
    ['keys: [b, c]', `keys: [b, ${'é'.repeat(513)}]`],
    'keys: [b, é',
    'buckets.first.objects.1: a key of 1026 bytes; S3 takes 1024',
  ],
  [
    'a key of an upload that is too long',
    ["key: 'u/{n}'", `key: '${'u'.repeat(1023)}{n:2}'`],
    "key: 'uuu",
    'buckets.first.uploads.0: a key of 1025 bytes; S3 takes 1024',
  ],
  [
    'a key that is not Unicode',
    ['keys: [b, c]', 'keys: [b, "\\uD800"]'],
    '\\uD800',
    "buckets.first.objects.1: '\\u{d800}' is not Unicode: it holds half a surrogate pair",
  ],
  [
    'an event about objects that are not there',
    ['prefix: a/', 'prefix: z/'],
    'prefix: z/',
    "events.0: bucket first holds no object under a KMS key below 'z/'",
  ],
  [
    'an event about objects that no KMS key seals',
    ['prefix: a/', 'prefix: b'],
    'prefix: b,',
    "events.0: bucket first holds no object under a KMS key below 'b'",
  ],
];

test.each(ROWS)(
  'what the whole adds up to is told with its line: %s',
  (_behaviour, edit, passage, problem) => {
    const { text, line } = refusal(edit, passage);
    expect(told(text)).toEqual([`line ${line}, ${problem}`]);
  },
);

import { ALLOWABLE_TYPES } from '../../lib/model/object-encryption.ts';
import type { AllowableType } from '../../lib/model/object-encryption.ts';
import type { BucketEvidence } from '../../lib/model/evidence.ts';
import { CHECK_IDS, type Finding } from '../../lib/model/finding.ts';
import { KEY_PLACEHOLDER, type FixSet, type Remedy } from '../../lib/model/remedy.ts';
import type { Requirement } from '../../lib/model/requirement.ts';
import type { Assessment } from '../../lib/model/run.ts';
import { byCodeUnit, formatBytes, formatCount, groupBy, plural } from '../format.ts';
import { compareFindings, outcomeOf, requirementKey } from '../outcome.ts';
import type { RequirementResult } from '../requirements.ts';
import { findingAnchor, requirementAnchor } from './anchors.ts';
import { choiceGuide } from './choices.ts';
import { cappedList, type Deferred } from './deferred.ts';
import { h, type Child, type HtmlElement } from './node.ts';
import { fileLink, name, section } from './parts.ts';

const SHOWN = 25;

/** What a kind is good for where a requirement asks for it. */
const WHY: Readonly<Record<AllowableType, string>> = {
  'SSE-S3': 'there is no key to manage and none to lose; whoever may read the object reads its contents.',
  'SSE-KMS':
    'using the key is a permission of its own beside reading the object, and CloudTrail records who used it.',
  'DSSE-KMS': 'as SSE-KMS, in two layers, for rules that ask for double encryption; every read asks KMS.',
  'SSE-C': 'AWS keeps no key; who loses the key loses the object.',
};

type AdviceContext = {
  readonly buckets: ReadonlyMap<string, BucketEvidence>;
  readonly requirements: ReadonlyMap<string, Requirement | null>;
  /** By requirement and bucket. */
  readonly remedies: ReadonlyMap<string, Remedy>;
};

/** Which encryption to take and why, and for each failing bucket its next steps. */
export function adviceSection(
  { findings, buckets, remedies = [] }: Assessment,
  results: readonly RequirementResult[],
  deferred: Deferred,
): HtmlElement {
  const context: AdviceContext = {
    buckets: new Map(buckets.map((bucket) => [bucket.name, bucket])),
    requirements: new Map(results.map(({ key, requirement }) => [key, requirement])),
    remedies: new Map(remedies.map((remedy) => [pairOf(remedy.requirement, remedy.bucket), remedy])),
  };
  const failing = findings.filter((finding) => outcomeOf(finding) === 'NON_COMPLIANT').sort(compareFindings);
  const { list, more } = cappedList({
    deferred,
    tag: 'ul',
    className: 'advice',
    items: [...groupBy(failing, ({ bucket }) => bucket)].map(([bucket, own], i) =>
      bucketAdvice(bucket, own, context, i === 0),
    ),
    shown: SHOWN,
    what: 'failing buckets, worst first',
    elsewhere: 'findings.json and the fixes folder',
  });
  return section(
    'advice',
    'Advice',
    'With every server-side kind S3 encrypts and decrypts, so plaintext passes through it; only client-side encryption keeps it out.',
    choiceGuide(),
    h('h3', null, 'Failing buckets: what to use instead, and the next steps'),
    failing.length === 0
      ? h('p', { class: 'empty' }, 'No bucket fails a requirement that is not waived.')
      : [
          h(
            'p',
            { class: 'lead' },
            'Sealcheck changes nothing itself. Test a new policy where it can hurt nobody first: it refuses uploads.',
          ),
          list,
          more,
        ],
  );
}

const pairOf = (requirement: string, bucket: string): string => JSON.stringify([requirement, bucket]);

function bucketAdvice(
  bucket: string,
  failing: readonly Finding[],
  context: AdviceContext,
  open: boolean,
): HtmlElement {
  const byRequirement = [...groupBy(failing, requirementKey)];
  return h(
    'li',
    null,
    h(
      'details',
      { open },
      h(
        'summary',
        null,
        h('h4', null, name(bucket)),
        h('span', { class: 'quiet' }, plural(byRequirement.length, 'requirement fails', 'requirements fail')),
      ),
      byRequirement.map(([key, own]) =>
        h(
          'div',
          { class: 'advice-one' },
          h('p', null, h('a', { href: `#${requirementAnchor(key)}` }, name(key)), ` ${own[0]?.title ?? ''}`),
          useInstead(context.requirements.get(key) ?? null),
          h('ol', null, steps(own, context.remedies.get(pairOf(key, bucket)), context.buckets.get(bucket))),
        ),
      ),
    ),
  );
}

/** The kinds that the requirement accepts, and what each is good for. */
function useInstead(requirement: Requirement | null): Child {
  if (requirement === null)
    return h('p', { class: 'quiet' }, 'The rule packs of this run no longer hold this requirement.');
  const { allow, sseC, clientSide } = requirement.encryption;
  const kinds = ALLOWABLE_TYPES.filter(
    (type) => allow.includes(type) && (type !== 'SSE-C' || sseC === 'any'),
  );
  return [
    clientSide === 'required' &&
      h(
        'p',
        null,
        'Use ',
        h('strong', null, 'client-side encryption'),
        ' before upload: S3 then never sees plaintext. It seals what it gets as well:',
      ),
    kinds.map((kind, i) =>
      h(
        'p',
        null,
        i === 0 ? 'Use ' : 'or ',
        h('strong', null, kind),
        kind.endsWith('KMS') && keyWords(requirement),
        `: ${WHY[kind]}`,
      ),
    ),
  ];
}

function keyWords({ encryption: { key } }: Requirement): string {
  if (key === null) return '';
  const named = [...key.arns, ...key.aliases];
  const manager =
    key.manager === 'CUSTOMER'
      ? ' under a key that you manage'
      : key.manager === 'AWS'
        ? ' under a key that AWS manages'
        : '';
  return [
    manager,
    named.length > 0 ? `${manager === '' ? ' under' : ','} ${named.join(' or ')}` : '',
    key.accounts.length > 0 ? `, of account ${key.accounts.join(' or ')}` : '',
  ].join('');
}

/** One step for each check that fails, in the order of the checks; what stops new mistakes comes before old ones. */
function steps(
  failing: readonly Finding[],
  remedy: Remedy | undefined,
  bucket: BucketEvidence | undefined,
): readonly HtmlElement[] {
  const order = ['default', 'enforced', ...CHECK_IDS.filter((id) => id !== 'default' && id !== 'enforced')];
  const failed = [...failing].sort(
    (a, b) => order.indexOf(a.check) - order.indexOf(b.check) || byCodeUnit(a.id, b.id),
  );
  const undecided = failed.some(({ check }) => check === 'enforced') ? null : (remedy?.policyCommand ?? null);
  return [
    ...failed.map((finding) =>
      h(
        'li',
        null,
        h('a', { class: 'check', href: `#${findingAnchor(finding.id)}` }, finding.check),
        ' ',
        finding.check === 'enforced' && remedy?.policyCommand
          ? policyStep(remedy.policyCommand, bucket)
          : (finding.remediation ?? finding.reasons[0] ?? 'No reason was recorded.'),
        finding.check === 'stored' && remedy?.fixes.map(fixLine),
      ),
    ),
    ...(undecided !== null
      ? [
          h(
            'li',
            null,
            'Whether the policy closes every way was not decided. ',
            policyStep(undecided, bucket),
          ),
        ]
      : []),
  ];
}

function policyStep(command: string, bucket: BucketEvidence | undefined): Child {
  return [
    'Write a policy that refuses every other upload, proved before it is printed:',
    h('pre', { class: 'command' }, command),
    h(
      'span',
      { class: 'quiet' },
      command.split(' ').includes(KEY_PLACEHOLDER) && PLACEHOLDER,
      mergeWords(bucket),
    ),
  ];
}

/** A policy cannot ask who manages a key, so the key must be named. */
const PLACEHOLDER = `For ${KEY_PLACEHOLDER} put the full ARN of the key to use: a policy sees the ARN of a key, not who manages it. `;

/** Putting a bucket policy replaces the one that is there. */
function mergeWords(bucket: BucketEvidence | undefined): string {
  switch (bucket?.policy.state) {
    case 'known':
      return 'The bucket has a policy: save it to a file and add --merge FILE, or its statements are lost.';
    case 'absent':
      return 'The bucket has no policy yet.';
    default:
      return 'Whether the bucket has a policy is not known: look first, and add --merge FILE if it has, or its statements are lost.';
  }
}

function fixLine({ method, objects, bytes, manifest, job, reasons }: FixSet): HtmlElement {
  const amount = `${plural(objects, 'object version')}, ${formatBytes(bytes)}`;
  const why = Object.entries(reasons)
    .map(([reason, count]) => (count === objects ? reason : `${reason} (${formatCount(count)})`))
    .join('; ');
  return h(
    'p',
    { class: 'fix' },
    method === 'by-hand'
      ? `By hand: ${amount}: ${why}.`
      : `S3 Batch Operations, ${method}: ${amount}: ${why}. `,
    manifest !== null && [fileLink(manifest, 'Fix list'), job !== null && [', ', fileLink(job, 'job')], '.'],
  );
}

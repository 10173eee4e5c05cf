import { expect, test } from '@jest/globals';
import { remediesOf } from '../../lib/audit/remedies.ts';
import type { CheckId, Finding, Status } from '../../lib/model/finding.ts';
import type { FixSet } from '../../lib/model/remedy.ts';
import type { DataClassMatcher, RulePack } from '../../lib/model/requirement.ts';
import { assessment } from '../reports/fixture.ts';
import { bucketEvidence, requirement } from '../support/evidence.ts';

const NAME = 'records';
const packs = (any: readonly DataClassMatcher[]): readonly RulePack[] => [
  {
    pack: 'p',
    title: 'p',
    file: 'p.yml',
    digest: '',
    dataClasses: [{ id: 'p/phi', title: 'PHI', any }],
    requirements: [requirement()],
    waivers: [],
  },
];
const WHOLE = packs([{ kind: 'bucket-name', glob: '*' }]);
const BY_KEY = packs([{ kind: 'key-prefix', prefix: 'phi/' }]);
const finding = (check: CheckId, status: Status, waived = false): Finding => ({
  ...assessment.findings[0]!,
  pack: 'p',
  requirement: 'r',
  bucket: NAME,
  check,
  status,
  waiver: waived ? { ...assessment.findings.find(({ waiver }) => waiver)!.waiver!, state: 'active' } : null,
});
const fix: FixSet = {
  requirement: 'p/r',
  bucket: NAME,
  method: 'by-hand',
  objects: 1,
  bytes: 1,
  manifest: null,
  job: null,
  reasons: {},
};
const LINE = 'sealcheck policy --bucket records --require SSE-KMS --paths put';

test.each<[string, readonly RulePack[], readonly Finding[], readonly (string | null)[]]>([
  ['nothing that fails', WHOLE, [finding('enforced', 'INSUFFICIENT_DATA')], []],
  ['only what is waived', WHOLE, [finding('stored', 'NON_COMPLIANT', true)], []],
  ['a policy with a hole', WHOLE, [finding('enforced', 'NON_COMPLIANT')], [LINE]],
  ['a hole under one prefix', BY_KEY, [finding('enforced', 'NON_COMPLIANT')], [`${LINE} --prefix=phi/`]],
  [
    'objects, beside a policy that was not decided',
    WHOLE,
    [finding('stored', 'NON_COMPLIANT'), finding('enforced', 'INSUFFICIENT_DATA')],
    [LINE],
  ],
  [
    'objects, beside a policy that is proved',
    WHOLE,
    [finding('stored', 'NON_COMPLIANT'), finding('enforced', 'COMPLIANT')],
    [null],
  ],
])('of %s', (_, rules, findings, lines) => {
  const buckets = [bucketEvidence({ name: NAME })];
  const remedies = remediesOf({ packs: rules, buckets, keys: [] }, findings, [
    fix,
    { ...fix, bucket: 'another' },
  ]);
  expect(remedies.map(({ policyCommand }) => policyCommand)).toEqual(lines);
  for (const one of remedies) expect(one).toMatchObject({ requirement: 'p/r', bucket: NAME, fixes: [fix] });
});

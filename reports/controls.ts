import { CHECK_IDS, type CheckId, type Finding } from '../lib/model/finding.ts';
import type { Assessment } from '../lib/model/run.ts';
import { byCodeUnit } from './format.ts';
import { outcomeOf, worstOf, type Outcome } from './outcome.ts';

/** What frameworks are called in reports, by the id that rule packs use. */
const FRAMEWORK_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    hipaa: 'HIPAA Security Rule, 45 CFR Part 164',
    'nist-800-53': 'NIST SP 800-53 Rev. 5',
    'nist-800-171': 'NIST SP 800-171 Rev. 3',
    'nist-csf-2.0': 'NIST Cybersecurity Framework 2.0',
    fedramp: 'FedRAMP Rev. 5',
    'pci-4.0.1': 'PCI DSS v4.0.1',
    'cis-aws': 'CIS AWS Foundations Benchmark v6 and v7',
    'cis-aws-v5': 'CIS AWS Foundations Benchmark v3 to v5',
    'aws-fsbp': 'AWS Foundational Security Best Practices',
    'soc-2': 'SOC 2, AICPA Trust Services Criteria',
    'iso-27001': 'ISO/IEC 27001:2022, Annex A',
    gdpr: 'GDPR, Regulation (EU) 2016/679',
  }),
);

/** The name of a framework; a pack's own framework is called by its id. */
export const frameworkName = (id: string): string => FRAMEWORK_NAMES.get(id) ?? id;

type Topic = { readonly checks: readonly CheckId[]; readonly controls: Readonly<Record<string, string>> };

/** Which controls speak of what a check asks. FedRAMP numbers its controls as NIST SP 800-53 does. */
const TOPICS: readonly Topic[] = [
  {
    // Encryption at rest under a key one controls.
    checks: ['stored', 'default'],
    controls: {
      'nist-800-53': 'SC-28 SC-28(1) SC-13 SC-12(2)',
      'pci-4.0.1': '3.5.1 3.5.1.2',
      hipaa: '164.312(a)(2)(iv)',
      'aws-fsbp': 'S3.17',
      'soc-2': 'CC6.1',
      'iso-27001': 'A.8.24',
    },
  },
  {
    // A policy that refuses what is not encrypted, or under the wrong key.
    checks: ['enforced'],
    controls: {
      'nist-800-53': 'SC-28(1) CM-6 AC-3',
      'pci-4.0.1': '3.5.1',
      hipaa: '164.312(a)(2)(iv)',
      'soc-2': 'CC6.1',
      'iso-27001': 'A.8.24',
    },
  },
  {
    // A policy that refuses plain HTTP.
    checks: ['enforced'],
    controls: {
      'nist-800-53': 'SC-8 SC-8(1) SC-23 AC-17(2)',
      'pci-4.0.1': '4.2.1',
      hipaa: '164.312(e)(1) 164.312(e)(2)(ii)',
      'cis-aws-v5': '2.1.1',
      'cis-aws': '3.1.1',
      'aws-fsbp': 'S3.5',
      'soc-2': 'CC6.7',
      'iso-27001': 'A.8.24',
    },
  },
  {
    // Rotation of keys, and keys about to be deleted.
    checks: ['keys'],
    controls: {
      'nist-800-53': 'SC-12 SC-12(2) SC-28(3)',
      'pci-4.0.1': '3.7.4 3.7.5',
      hipaa: '164.312(a)(2)(iv)',
      'cis-aws-v5': '3.6',
      'cis-aws': '4.6',
      'aws-fsbp': 'KMS.3 KMS.4',
      'soc-2': 'CC6.1',
      'iso-27001': 'A.8.24',
    },
  },
  {
    // Who may decrypt.
    checks: ['keys', 'opened'],
    controls: {
      'nist-800-53': 'AC-3 AC-6 AC-6(3)',
      'pci-4.0.1': '3.6.1 7.2.1',
      hipaa: '164.312(a)(1)',
      'aws-fsbp': 'KMS.1 KMS.2',
      'soc-2': 'CC6.1 CC6.3',
    },
  },
  {
    // Who did decrypt, and whether the trail could tell.
    checks: ['opened'],
    controls: {
      'nist-800-53': 'AU-2 AU-3 AU-6 AU-9 AU-9(3) AU-10 AU-12 AC-6(9) SI-7',
      'pci-4.0.1': '10.2.1 10.3.2 10.3.3 10.3.4 10.4.1',
      hipaa: '164.312(b) 164.308(a)(1)(ii)(D) 164.312(c)(1) 164.312(c)(2)',
      'cis-aws-v5': '3.2 3.5 3.8 3.9',
      'cis-aws': '4.2 4.5 4.8 4.9',
      'aws-fsbp': 'S3.22 S3.23 CloudTrail.1 CloudTrail.2 CloudTrail.4',
      'soc-2': 'CC7.2 CC7.3',
      'iso-27001': 'A.8.15 A.8.16',
    },
  },
];

/** PCI DSS 3.5.1.2 asks how disk-level encryption is used, which only an assessor can judge: never a pass here. */
export const isForAssessor = (framework: string, control: string): boolean =>
  framework === 'pci-4.0.1' && control === '3.5.1.2';

/** `framework control` → the checks that speak of it. */
const CHECKS_OF: ReadonlyMap<string, ReadonlySet<CheckId>> = (() => {
  const checks = new Map<string, Set<CheckId>>();
  for (const topic of TOPICS) {
    for (const [framework, controls] of Object.entries(topic.controls)) {
      for (const control of controls.split(' ')) {
        const key = `${framework} ${control}`;
        checks.set(key, new Set([...(checks.get(key) ?? []), ...topic.checks]));
      }
    }
  }
  return checks;
})();

/** A control of a framework, both as the rule pack spells them. */
export type Control = { readonly framework: string; readonly control: string };

/**
 * The controls that one finding speaks of: of those that its requirement names, the ones about what its check asks.
 * A log that nobody reviews is no matter of the bucket's default encryption. A control that is not in our table is
 * the pack's own word, and every check of the requirement speaks of it.
 */
export function controlsOf({ controls, check }: Pick<Finding, 'controls' | 'check'>): Control[] {
  return Object.entries(controls)
    .sort(([a], [b]) => byCodeUnit(a, b))
    .flatMap(([framework, ids]) =>
      ids
        .filter((control) => {
          const table = framework === 'fedramp' ? 'nist-800-53' : framework;
          return CHECKS_OF.get(`${table} ${control}`)?.has(check) ?? true;
        })
        .map((control) => ({ framework, control })),
    );
}

/** What a run says about one control. `outcome` is the worst of its findings, as far as this run asked. */
export type ControlResult = Control & {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  /** True when the tool must not call it passed, whatever the findings are. */
  readonly forAssessor: boolean;
};

/** Every control that a finding of the run speaks of, by framework and control. */
export function controlResults({ findings }: Pick<Assessment, 'findings'>): ControlResult[] {
  const groups = new Map<string, Control & { findings: Finding[] }>();
  for (const finding of [...findings].sort(byIdentity)) {
    for (const { framework, control } of controlsOf(finding)) {
      const key = `${framework} ${control}`;
      const group = groups.get(key) ?? { framework, control, findings: [] };
      group.findings.push(finding);
      groups.set(key, group);
    }
  }
  return [...groups]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([, { framework, control, findings: about }]) => ({
      framework,
      control,
      outcome: worstOf(about.map(outcomeOf)),
      findings: about,
      forAssessor: isForAssessor(framework, control),
    }));
}

const byIdentity = (a: Finding, b: Finding): number =>
  byCodeUnit(a.pack, b.pack) ||
  byCodeUnit(a.requirement, b.requirement) ||
  byCodeUnit(a.bucket, b.bucket) ||
  CHECK_IDS.indexOf(a.check) - CHECK_IDS.indexOf(b.check) ||
  byCodeUnit(a.id, b.id);

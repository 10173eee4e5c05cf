/** A framework whose controls a requirement may name. */
export type Framework = {
  readonly name: string;
  /** What one of its control identifiers looks like. */
  readonly control: RegExp;
  readonly example: string;
};

/** Frameworks by the id that packs use; others are accepted with a warning. */
export const FRAMEWORKS: Readonly<Record<string, Framework>> = {
  hipaa: {
    name: 'HIPAA Security Rule, 45 CFR Part 164',
    control: /^164\.\d{3}(\([a-z0-9]+\))*$/i,
    example: '164.312(a)(2)(iv)',
  },
  'nist-800-53': {
    name: 'NIST SP 800-53 Rev. 5',
    control: /^[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?$/,
    example: 'SC-28(1)',
  },
  'nist-800-171': { name: 'NIST SP 800-171 Rev. 3', control: /^\d{2}\.\d{2}\.\d{2}$/, example: '03.13.08' },
  'nist-csf-2.0': {
    name: 'NIST Cybersecurity Framework 2.0',
    control: /^[A-Z]{2}\.[A-Z]{2}-\d{2}$/,
    example: 'PR.DS-01',
  },
  fedramp: { name: 'FedRAMP Rev. 5', control: /^[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?$/, example: 'SC-28(1)' },
  'pci-4.0.1': { name: 'PCI DSS v4.0.1', control: /^(\d{1,2}|A[1-3])(\.\d{1,2}){1,4}$/, example: '3.5.1' },
  'cis-aws': {
    name: 'CIS AWS Foundations Benchmark v6 and v7',
    control: /^\d(\.\d{1,2}){1,2}$/,
    example: '3.1.1',
  },
  'cis-aws-v5': {
    name: 'CIS AWS Foundations Benchmark v3 to v5',
    control: /^\d(\.\d{1,2}){1,2}$/,
    example: '2.1.1',
  },
  'aws-fsbp': {
    name: 'AWS Foundational Security Best Practices',
    control: /^[A-Za-z0-9]+\.\d{1,3}$/,
    example: 'S3.17',
  },
  'soc-2': {
    name: 'SOC 2, AICPA Trust Services Criteria',
    control: /^(CC|A|C|PI|P)\d(\.\d{1,2})?$/,
    example: 'CC6.1',
  },
  'iso-27001': { name: 'ISO/IEC 27001:2022, Annex A', control: /^A\.\d{1,2}\.\d{1,2}$/, example: 'A.8.24' },
  gdpr: {
    name: 'GDPR, Regulation (EU) 2016/679',
    control: /^\d{1,2}(\(\d{1,2}\))?(\([a-z]\))?$/,
    example: '32(1)(a)',
  },
};

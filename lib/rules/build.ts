import type {
  DataClass,
  DataClassMatcher,
  DecryptRequirement,
  EncryptionRequirement,
  KeyRequirement,
  Requirement,
  RulePack,
  SamplingRequirement,
  Waiver,
} from '../model/requirement.ts';
import { CHECK_IDS } from '../model/finding.ts';
import type { PackYaml } from './schema.ts';

type RequirementYaml = PackYaml['requirements'][number];
type EncryptionYaml = RequirementYaml['encryption'];
type MatcherYaml = PackYaml['data-classes'][string]['any'][number];

/** A valid pack in the nouns of the model, with every default written out. */
export function toRulePack(yaml: PackYaml, file: string, digest: string): RulePack {
  const { pack } = yaml;
  return {
    pack,
    title: yaml.title ?? pack,
    file,
    digest,
    dataClasses: Object.entries(yaml['data-classes']).map(([name, { title, any }]): DataClass => ({
      id: `${pack}/${name}`,
      title: title ?? name,
      any: any.flatMap(toMatchers),
    })),
    requirements: yaml.requirements.map((requirement) => toRequirement(requirement, pack)),
    waivers: (yaml.waivers ?? []).map(({ checks, compensating, reason, ...rest }): Waiver => ({
      pack,
      ...rest,
      checks: checks ?? CHECK_IDS,
      reason: reason.trim(),
      compensating: compensating?.trim() ?? null,
    })),
  };
}

function toMatchers(matcher: MatcherYaml): DataClassMatcher[] {
  const { 'bucket-tag': tag = {}, 'bucket-name': glob, 'key-prefix': prefix } = matcher;
  return [
    ...Object.entries(tag).map(([key, values]): DataClassMatcher => ({
      kind: 'bucket-tag',
      key,
      values: typeof values === 'string' ? [values] : values,
    })),
    ...(glob === undefined ? [] : [{ kind: 'bucket-name', glob } as const]),
    ...(prefix === undefined ? [] : [{ kind: 'key-prefix', prefix } as const]),
  ];
}

const toRequirement = (yaml: RequirementYaml, pack: string): Requirement => ({
  id: yaml.id,
  pack,
  title: yaml.title.trim(),
  dataClass: `${pack}/${yaml['data-class']}`,
  severity: yaml.severity,
  rationale: yaml.rationale?.trim() ?? null,
  encryption: toEncryption(yaml.encryption),
  transport: yaml.transport ?? null,
  decrypt: yaml.decrypt === undefined ? null : toDecrypt(yaml.decrypt),
  ...(yaml.sampling && { sampling: toSampling(yaml.sampling) }),
  paths: yaml.paths ?? ['put'],
  controls: yaml.controls ?? {},
});

const toEncryption = (yaml: EncryptionYaml): EncryptionRequirement => ({
  allow: yaml.allow,
  key: yaml.key === undefined ? null : toKey(yaml.key),
  bucketKey: yaml['bucket-key'] ?? 'any',
  sseC: yaml['sse-c'] ?? 'any',
  clientSide: yaml['client-side'] ?? 'any',
  unfinishedUploads: yaml['unfinished-uploads'] ?? 'assess',
});

function toKey({ rotation, ...yaml }: NonNullable<EncryptionYaml['key']>): KeyRequirement {
  return {
    manager: yaml.manager ?? 'any',
    arns: yaml.arns ?? [],
    aliases: yaml.aliases ?? [],
    accounts: yaml.accounts ?? [],
    rotation: typeof rotation === 'object' ? 'required' : (rotation ?? 'any'),
    rotationMaxDays: typeof rotation === 'object' ? rotation['max-days'] : null,
  };
}

const toSampling = (yaml: NonNullable<RequirementYaml['sampling']>): SamplingRequirement => ({
  tolerablePercent: Number(yaml['tolerable-rate'].slice(0, -1)),
  confidencePercent: Number((yaml.confidence ?? '95%').slice(0, -1)),
});

const toDecrypt = (yaml: NonNullable<RequirementYaml['decrypt']>): DecryptRequirement => ({
  principals: yaml.principals,
  maxAgeDays: yaml['max-age'] ?? null,
  denyDirect: yaml['deny-direct'] ?? false,
});

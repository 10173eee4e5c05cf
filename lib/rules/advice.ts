import { keysOf } from './data.ts';
import { FRAMEWORKS } from './frameworks.ts';
import { quote } from './problems.ts';
import type { Fault, Path } from './problems.ts';
import type { PackYaml } from './schema.ts';
import { didYouMean } from '../model/spelling.ts';
import { waiverWarnings } from './waiver-terms.ts';

type RequirementYaml = PackYaml['requirements'][number];

/** What is allowed in a valid pack and yet is seldom meant. */
export const advice = (pack: PackYaml, today: string): Fault[] => [
  ...unusedClasses(pack),
  ...Object.entries(pack['data-classes']).flatMap(([name, { any }]) =>
    any.flatMap((matcher, index) => matcherAdvice(matcher, ['data-classes', name, 'any', index])),
  ),
  ...pack.requirements.flatMap((requirement, index) => [
    ...idleKey(requirement, ['requirements', index, 'encryption', 'key']),
    ...controlAdvice(requirement.controls ?? {}, ['requirements', index, 'controls']),
  ]),
  ...waiverWarnings(pack.waivers ?? [], today),
];

function unusedClasses(pack: PackYaml): Fault[] {
  const used = new Set(pack.requirements.map((requirement) => requirement['data-class']));
  return keysOf(pack['data-classes'])
    .filter((name) => !used.has(name))
    .map((name) => {
      const message = 'is used by no requirement; add one, or remove the class';
      return { path: ['data-classes', name], at: 'key', message };
    });
}

type MatcherYaml = PackYaml['data-classes'][string]['any'][number];

function matcherAdvice(matcher: MatcherYaml, path: Path): Fault[] {
  const glob = matcher['bucket-name'];
  if (glob !== undefined && /[A-Z]/.test(glob)) {
    const message = `${quote(glob)} holds capitals, which names of buckets made since March 2018 do not; write ${quote(glob.toLowerCase())}`;
    return [{ path: [...path, 'bucket-name'], at: 'value', message }];
  }
  const prefix = matcher['key-prefix'];
  if (prefix?.startsWith('/')) {
    const message = `${quote(prefix)} begins with /, which object keys seldom do; ${quote(prefix.slice(1))} is the usual spelling`;
    return [{ path: [...path, 'key-prefix'], at: 'value', message }];
  }
  return [];
}

function idleKey({ encryption: { key } }: RequirementYaml, path: Path): Fault[] {
  if (key === undefined) return [];
  const { manager = 'any', rotation = 'any', arns, aliases, accounts } = key;
  if (manager !== 'any' || rotation !== 'any' || arns || aliases || accounts) return [];
  return [{ path, at: 'key', message: 'asks nothing of the key; name its manager, or remove key' }];
}

function controlAdvice(controls: Readonly<Record<string, readonly string[]>>, path: Path): Fault[] {
  return Object.entries(controls).flatMap(([id, names]): Fault[] => {
    const framework = Object.hasOwn(FRAMEWORKS, id) ? FRAMEWORKS[id] : undefined;
    if (framework === undefined) {
      const known = Object.keys(FRAMEWORKS);
      const near = didYouMean(id, known) || '; reports show it as it is.';
      const message = `is not a framework we know${near} Known: ${known.join(', ')}`;
      return [{ path: [...path, id], at: 'key', message }];
    }
    return names.flatMap((name, index): Fault[] => {
      if (framework.control.test(name)) return [];
      const message = `${quote(name)} does not look like a control of ${framework.name}; they look like ${framework.example}`;
      return [{ path: [...path, id, index], at: 'value', message }];
    });
  });
}

/** Fragment of a requirement's group; characters that an id may not hold become their code. */
export const requirementAnchor = (key: string): string =>
  `requirement-${key.replace(/[^A-Za-z0-9_-]/g, (character) => `.${character.charCodeAt(0).toString(16)}`)}`;

/** Fragment of a finding. */
export const findingAnchor = (id: string): string => `finding-${id}`;

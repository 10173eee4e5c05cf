import packageJson from '../../package.json' with { type: 'json' };

/** The version of this package, as reports name it. */
export const VERSION: string = packageJson.version;

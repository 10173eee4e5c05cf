/** Something wrong at a place of an estate file. */
export type Problem = { readonly path: readonly PropertyKey[]; readonly message: string };

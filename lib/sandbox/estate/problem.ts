/** Something wrong at a place of an estate file. `at`: whether the place is a value, or the key that names it. */
export type Problem = {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly at?: 'key';
};

/** Where a finder of problems puts them. */
export type Report = (path: readonly PropertyKey[], message: string) => void;

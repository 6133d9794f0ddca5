/**
 * One guard of the product, and how to take it away. `npm run test:guards` does so in a copy of the
 * repository and expects the named test to fail: a check that never failed proves nothing.
 */
export interface Guard {
  /** What the guard prevents, or what it is, in a few words: the row of the docs' table. */
  guard: string;
  /** The document whose table it stands in. */
  doc: "reliability" | "security";
  /** The file that changes, from the repository's root, and the change: `find` occurs in it once. */
  file: string;
  find: string;
  replace: string;
  /** The test file, and a part of the name of the test in it that must fail. */
  test: string;
  name: string;
}

/** Makes entries of one document's table; the arguments are the fields of `Guard`, in their order. */
export const guardFor = (doc: Guard["doc"]) =>
(
  guard: string,
  file: string,
  find: string,
  replace: string,
  test: string,
  name: string,
): Guard => ({ guard, doc, file, find, replace, test, name });

const migration = (name: string) => `supabase/migrations/2026112300000${name}.sql`;

/** Where the database's guards are. */
export const migrations = {
  jobs: migration("1_vision_board_jobs"),
  ownership: migration("2_ownership"),
  pictures: migration("3_pictures"),
  lifecycle: migration("4_lifecycle"),
  sweep: migration("5_sweep"),
};

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

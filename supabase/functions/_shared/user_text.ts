/**
 * Texts as people write them, in the one way that create-job, the database and the page count them.
 */

/** The most characters that each may have. */
export const LONGEST = { goal: 200, name: 80, tag: 40 };

/**
 * A text as a person meant it: without what the database cannot store (NUL, halves of an emoji that a
 * frontend cut in two) and other invisible controls, without blanks around it.
 */
export const clean = (text: string): string =>
  // deno-lint-ignore no-control-regex -- these are the ones to remove
  text.replace(/[\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/gu, "").trim();

/** Characters as people and the database count them: code points, so that an emoji is mostly one. */
export const length = (text: string): number => [...text].length;

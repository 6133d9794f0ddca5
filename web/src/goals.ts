/** Goals as people type and paste them, counted as the server counts them. */
import { MAX_GOALS } from "../../supabase/functions/_shared/board/layout.ts";

export { MAX_GOALS };
/** Characters. */
export const LONGEST = { goal: 200, name: 80, tag: 40 };

/** What create-job makes of a text before it counts: no invisible controls, no blanks around it. */
export const clean = (text: string): string =>
  // deno-lint-ignore no-control-regex -- these are the ones to remove
  text.replace(/[\p{Cs}\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/gu, "")
    .trim();

/** Characters as the server counts them: code points, so that an emoji is mostly one. */
export const count = (text: string): number => [...clean(text)].length;

/** What lists begin their lines with: `- `, `• `, `3. `, `b) `, `[x] `, `✓ `. */
const MARK = /^(?:[-*+•‣⁃◦–—·▪▫●○■□✓✔☐☑✅]|\[[ xX]?\]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+/u;

/** The goals of a text: one a line, without bullets and numbers, and without empty lines. */
export function split(text: string): string[] {
  return text.split(/[\r\n\u2028\u2029]+/).map((line) => {
    let rest = clean(line);
    for (let shorter = ""; shorter !== rest;) {
      [shorter, rest] = [rest, rest.replace(MARK, "")];
    }
    return rest;
  }).filter((line) => line !== "" && !/^[-*_=•]+$/.test(line));
}

/** "3 left", "12 too many", or nothing while the limit is far. */
export function room(text: string, most: number): string {
  const left = most - count(text);
  if (left < 0) return `${-left} too many`;
  return left <= Math.min(40, most / 4) ? `${left} left` : "";
}

/** Goals as people type and paste them, counted as the server counts them. */
import { MAX_GOALS } from "../../supabase/functions/_shared/board/layout.ts";
import { clean, length, LONGEST } from "../../supabase/functions/_shared/user_text.ts";

export { clean, LONGEST, MAX_GOALS };

/** Characters of a text that will be cleaned. */
export const count = (text: string): number => length(clean(text));

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

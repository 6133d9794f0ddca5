/** Goals as people type and paste them, counted as the server counts them. */
import { MAX_GOALS } from "../../../supabase/functions/_board/preview.ts";
import { clean, length, LONGEST } from "../../../supabase/functions/_shared/user_text.ts";

export { clean, LONGEST, MAX_GOALS };

/** Characters of a text that will be cleaned. */
export const count = (text: string): number => length(clean(text));

/** What lists begin their lines with: `- `, `• `, `[x] `, `✔️ `, `・`. */
const BULLET = /^(?:(?:[-*+•‣⁃◦–—·▪▫●○■□✓✔☐☑✅]\uFE0F?|\[[ xX]?\])\s+|・\s*)/u;
/** The same with numbers and letters: `3. `, `b) `, `3、`. */
const MARK = new RegExp(
  `${BULLET.source}|^(?:\\(?(?:[\\d０-９]{1,3}|[a-zA-Z])[.)．）]\\s+|[\\d０-９]{1,3}、\\s*)`,
  "u",
);

const isGoal = (line: string) => line !== "" && !/^[-*_=•]+$/.test(line);

/**
 * The goals of a text: one a line, without bullets and numbers, and without empty lines. A line of its
 * own keeps its number: "1. FC Köln" is no list.
 */
export function split(text: string): string[] {
  const lines = text.split(/[\r\n\u2028\u2029]+/).map(clean).filter(isGoal);
  const mark = lines.length > 1 ? MARK : BULLET;
  return lines.map((line) => {
    let rest = line;
    for (let shorter = ""; shorter !== rest;) {
      [shorter, rest] = [rest, rest.replace(mark, "")];
    }
    return rest;
  }).filter(isGoal);
}

/** "3 left", "12 too many", or nothing while the limit is far. */
export function room(text: string, most: number): string {
  const left = most - count(text);
  if (left < 0) return `${-left} too many`;
  return left <= Math.min(40, most / 4) ? `${left} left` : "";
}

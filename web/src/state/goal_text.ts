/** Goals as people type and paste them, counted as the server counts them. */
import {
  cleanText,
  countCharacters,
  LIMITS,
} from "../../../supabase/functions/_shared/contract.ts";

export { cleanText, LIMITS };

/** How many characters of a text count: those that are left once it is cleaned. */
export const lengthOf = (text: string): number => countCharacters(cleanText(text));

/** What lists begin their lines with: `- `, `• `, `[x] `, `✔️ `, `・`. */
const BULLET = /^(?:(?:[-*+•‣⁃◦–—·▪▫●○■□✓✔☐☑✅]\uFE0F?|\[[ xX]?\])\s+|・\s*)/u;
/** The same with numbers and letters: `3. `, `b) `, `3、`. */
const MARK = new RegExp(
  `${BULLET.source}|^(?:\\(?(?:[\\d０-９]{1,3}|[a-zA-Z])[.)．）]\\s+|[\\d０-９]{1,3}、\\s*)`,
  "u",
);

const isGoal = (line: string) => cleanText(line) !== "" && !/^[-*_=•]+$/.test(line);

/**
 * The goals in a text, one for each line, without bullets, numbers and empty lines. A single line keeps
 * its number: "1. FC Köln" is no list.
 */
export function splitGoals(text: string): string[] {
  const lines = text.split(/[\r\n\u2028\u2029]+/).map(cleanText).filter(isGoal);
  const mark = lines.length > 1 ? MARK : BULLET;
  return lines.map((line) => {
    let rest = line;
    for (let shorter = ""; shorter !== rest;) [shorter, rest] = [rest, rest.replace(mark, "")];
    return rest;
  }).filter(isGoal);
}

/** "3 left", "12 too many", or nothing while the limit is far. */
export function lengthHint(text: string, limit: number): string {
  const left = limit - lengthOf(text);
  if (left < 0) return `${-left} too many`;
  return left <= Math.min(40, limit / 4) ? `${left} left` : "";
}

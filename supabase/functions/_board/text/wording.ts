/** The board's own words: its title, its year line and its footer. */

/** "Ava’s vision"; without a name, "Vision board". */
export function titleFor(name: string): string {
  return name === "" ? "Vision board" : `${name}’s vision`;
}

/**
 * The year that a board is for: its date's, and from October on the next, since that is when people
 * draw boards for the year to come.
 */
export function yearFor(date: Date): number {
  return date.getUTCFullYear() + (date.getUTCMonth() >= 9 ? 1 : 0);
}

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** The UTC day in words: "23 November 2026". */
export function dayInWords(date: Date): string {
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** "8 goals, one at a time". */
export function countInWords(goals: number): string {
  return goals === 1 ? "One goal, all in" : `${goals} goals, one at a time`;
}

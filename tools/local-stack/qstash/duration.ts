const MS_PER_UNIT: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/y;

/**
 * Reads a duration as QStash writes them: `5s`, `1d10h30m`, `1.5s`. A number without a unit is
 * none.
 *
 * @returns milliseconds, or undefined if the text is not a duration
 */
export function parseDuration(text: string): number | undefined {
  let total = 0;
  PART.lastIndex = 0;
  for (let end = 0; end < text.length; end = PART.lastIndex) {
    const part = PART.exec(text);
    if (!part) return undefined;
    total += Number(part[1]) * (MS_PER_UNIT[part[2] ?? ""] ?? NaN);
  }
  return text === "" ? undefined : total;
}

import type { HeaderMap } from "./message.ts";

/** No wait between two deliveries is longer than a day. */
const MAX_DELAY_MS = 86_400_000;

/**
 * How long QStash waits before the next delivery: as the response's `Retry-After` asks, else by the
 * message's own expression, else min(86400, e^(2.5·n)) seconds for the n-th retry (12 s, 2 m 28 s,
 * 30 m 8 s, 6 h).
 *
 * @param retried retries made so far: 0 after the first delivery
 * @param expression `Upstash-Retry-Delay`
 * @param header the response's, with canonical names
 * @param now milliseconds, for a `Retry-After` that names a date
 * @returns milliseconds, from 0 to a day
 * @see https://upstash.com/docs/qstash/features/retry
 */
export function retryDelayMs(
  retried: number,
  expression: string | undefined,
  header: HeaderMap,
  now: number,
): number {
  const asked = parseRetryAfter(header["Retry-After"]?.[0] ?? "", now);
  if (asked <= MAX_DELAY_MS) return Math.max(0, asked);
  const delay = expression === undefined
    ? Math.exp(2.5 * (retried + 1)) * 1_000
    : evaluate(expression, retried);
  // An expression may divide by zero or take the root of -1: the longest wait does the least harm.
  return Number.isNaN(delay)
    ? MAX_DELAY_MS
    : Math.min(MAX_DELAY_MS, Math.max(0, Math.round(delay)));
}

/** Milliseconds until then, from seconds (`10`) or a date; NaN for anything else. */
function parseRetryAfter(value: string, now: number): number {
  return /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
}

const FUNCTIONS = ["pow", "sqrt", "abs", "exp", "floor", "ceil", "round", "min", "max"] as const;
const TOKENS = new RegExp(
  `^(?:\\d+(?:\\.\\d+)?|\\b(?:retried|${FUNCTIONS.join("|")})\\b|[-+*/%(),\\s])+$`,
);

/**
 * Computes an expression of `Upstash-Retry-Delay`: numbers, `+ - * / %`, parentheses, the variable
 * `retried` and the functions above. Whatever is made of these alone, JavaScript may compute.
 *
 * @throws {SyntaxError} if it is anything else
 */
export function evaluate(source: string, retried: number): number {
  if (!TOKENS.test(source)) throw new SyntaxError(`"${source}" is not arithmetic`);
  const compute = new Function("retried", ...FUNCTIONS, `return (${source}\n)`);
  return compute(retried, ...FUNCTIONS.map((name) => Math[name]));
}

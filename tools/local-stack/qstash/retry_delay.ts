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

/**
 * Computes an expression of `Upstash-Retry-Delay`: numbers, `+ - * / %`, parentheses, the variable
 * `retried` and the functions above.
 *
 * @throws {SyntaxError} naming what was not understood
 */
export function evaluate(source: string, retried: number): number {
  const tokens = source.match(/\d+(?:\.\d+)?|[a-z]+|\S/g) ?? [];
  let at = 0;
  const wrong = () => new SyntaxError(`unexpected "${tokens[at] ?? "end"}"`);
  const take = (...wanted: string[]) => wanted.includes(tokens[at] ?? "") ? tokens[at++] : null;
  const expect = (wanted: string) => {
    if (!take(wanted)) throw wrong();
  };

  const sum = (): number => {
    let value = product();
    for (let sign; (sign = take("+", "-"));) value += sign === "+" ? product() : -product();
    return value;
  };
  const product = (): number => {
    let value = factor();
    for (let operator; (operator = take("*", "/", "%"));) {
      const right = factor();
      if (operator === "*") value *= right;
      else if (operator === "/") value /= right;
      else value %= right;
    }
    return value;
  };
  const factor = (): number => {
    if (take("-")) return -factor();
    if (take("retried")) return retried;
    if (/^\d/.test(tokens[at] ?? "")) return Number(tokens[at++]);
    const name = FUNCTIONS.find((known) => take(known));
    expect("(");
    const args = [sum()];
    while (name && take(",")) args.push(sum());
    expect(")");
    if (!name) return args[0]!;
    if (args.length !== Math[name].length) throw new SyntaxError(`${name}(${args}) is no call`);
    return (Math[name] as (...args: number[]) => number)(...args);
  };

  const value = sum();
  if (at < tokens.length) throw wrong();
  return value;
}

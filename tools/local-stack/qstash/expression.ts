/**
 * The arithmetic of `Upstash-Retry-Delay`: numbers, `+ - * / %`, parentheses, the variable
 * `retried` and the functions below. Parsed once into closures; nothing is ever evaluated as code.
 *
 * @see https://upstash.com/docs/qstash/features/retry
 */

/** Computes an expression for a number of retries already made. */
export type Expression = (retried: number) => number;

/** Nesting costs stack while parsing; an honest delay formula needs fewer than ten levels. */
const MAX_DEPTH = 50;

/** Name to function and its number of arguments. */
const FUNCTIONS: Record<string, { call: (...args: number[]) => number; arity: number }> = {
  pow: { call: Math.pow, arity: 2 },
  sqrt: { call: Math.sqrt, arity: 1 },
  abs: { call: Math.abs, arity: 1 },
  exp: { call: Math.exp, arity: 1 },
  floor: { call: Math.floor, arity: 1 },
  ceil: { call: Math.ceil, arity: 1 },
  round: { call: Math.round, arity: 1 },
  min: { call: Math.min, arity: 2 },
  max: { call: Math.max, arity: 2 },
};

const TOKEN = /\s*(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+|[a-z_]+|[-+*/%(),])/iy;

/**
 * Parses an expression.
 *
 * @throws {SyntaxError} saying what was not understood
 */
export function parseExpression(source: string): Expression {
  const parser = new Parser(tokenize(source));
  return parser.whole();
}

function tokenize(source: string): string[] {
  const text = source.trimEnd();
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; end < text.length; end = TOKEN.lastIndex) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw new SyntaxError(`unexpected "${text.slice(end).trim()[0]}"`);
    tokens.push(token);
  }
  return tokens;
}

/** Recursive descent, one method for each level of precedence. */
class Parser {
  #position = 0;
  #depth = 0;

  constructor(private readonly tokens: string[]) {}

  whole(): Expression {
    const value = this.#sum();
    if (this.#peek() !== undefined) throw new SyntaxError(`unexpected "${this.#peek()}"`);
    return value;
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const [a, operator] = [left, this.#take("+", "-")];
      if (!operator) return left;
      const b = this.#product();
      left = operator === "+" ? (n) => a(n) + b(n) : (n) => a(n) - b(n);
    }
  }

  #product(): Expression {
    let left = this.#signed();
    for (;;) {
      const [a, operator] = [left, this.#take("*", "/", "%")];
      if (!operator) return left;
      const b = this.#signed();
      if (operator === "*") left = (n) => a(n) * b(n);
      else if (operator === "/") left = (n) => a(n) / b(n);
      else left = (n) => a(n) % b(n);
    }
  }

  #signed(): Expression {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError("nested too deeply");
    const sign = this.#take("+", "-");
    const value = sign ? this.#signed() : this.#atom();
    this.#depth--;
    return sign === "-" ? (n) => -value(n) : value;
  }

  #atom(): Expression {
    const token = this.#peek();
    if (token === undefined) throw new SyntaxError("unexpected end");
    this.#position++;
    if (/^[\d.]/.test(token)) {
      const number = Number(token);
      return () => number;
    }
    if (token === "retried") return (retried) => retried;
    if (token === "(") {
      const value = this.#sum();
      this.#expect(")");
      return value;
    }
    return this.#call(token);
  }

  #call(name: string): Expression {
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!known) throw new SyntaxError(`unexpected "${name}"`);
    this.#expect("(");
    const args = [this.#sum()];
    while (this.#take(",")) args.push(this.#sum());
    this.#expect(")");
    if (args.length !== known.arity) {
      throw new SyntaxError(`${name} takes ${known.arity} argument(s), got ${args.length}`);
    }
    return (n) => known.call(...args.map((arg) => arg(n)));
  }

  #peek(): string | undefined {
    return this.tokens[this.#position];
  }

  #take(...wanted: string[]): string | undefined {
    const token = this.#peek();
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.#position++;
    return token;
  }

  #expect(wanted: string): void {
    if (!this.#take(wanted)) {
      throw new SyntaxError(
        `expected "${wanted}", got ${JSON.stringify(this.#peek() ?? "the end")}`,
      );
    }
  }
}

/** What the commands print: steps with their times, and tables. Plain text where there is no terminal. */

const colour = Deno.stdout.isTerminal() && !Deno.env.get("NO_COLOR");
const paint = (code: number) => (text: string) => colour ? `\x1b[${code}m${text}\x1b[0m` : text;
export const bold = paint(1),
  dim = paint(2),
  red = paint(31),
  green = paint(32),
  yellow = paint(33),
  cyan = paint(36);

const frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const write = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
export const print = (line = "") => write(`${line}\n`);
export const printError = (line = "") => console.error(line);

/** One step at a time, with a spinner while it runs and its time when it is done. */
export class Steps {
  #label = "";
  #started = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Ends the running step, if any, as done, and begins this one. */
  begin(label: string): void {
    this.done();
    this.#label = label;
    this.#started = performance.now();
    if (!Deno.stdout.isTerminal()) return;
    let frame = 0;
    const draw = () => write(`\r\x1b[K${cyan(frames[frame++ % frames.length]!)} ${this.#label}`);
    draw();
    this.#timer = setInterval(draw, 80);
  }

  /** Ends the running step; `outcome` replaces its label. */
  done(outcome = this.#label): void {
    this.#end(green("✓"), outcome);
  }

  /** For a part that reports its stages in lower case and says `ready` at the end. */
  stage = (label: string): void => {
    if (label === "ready") this.done();
    else this.begin(label[0]!.toUpperCase() + label.slice(1));
  };

  /** Ends the running step as failed. */
  failed(): void {
    this.#end(red("✗"), this.#label);
  }

  #end(mark: string, label: string): void {
    clearInterval(this.#timer);
    if (!this.#label) return;
    const time = dim(seconds(performance.now() - this.#started));
    print(`${Deno.stdout.isTerminal() ? "\r\x1b[K" : ""}${mark} ${label.padEnd(50)} ${time}`);
    this.#label = "";
  }
}

/** `1.2 s` */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(5)} s`;

/** Prints names and values in two columns. */
export function table(rows: Iterable<[string, unknown]>): void {
  const all = [...rows];
  const width = Math.max(...all.map(([name]) => name.length));
  for (const [name, value] of all) print(`  ${dim(name.padEnd(width))}  ${value}`);
}

/** Shortens a text to what a terminal's line can show. */
export function shorten(text: string, width = 84): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

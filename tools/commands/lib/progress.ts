import { cyan, dim, frames, green, print, red, seconds, shorten, write } from "./terminal.ts";

/** Several things at once: a line for each that ended, and on a terminal a last line of what runs. */
class Progress {
  #running = new Set<string>();
  #ended = 0;
  #frame = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param total how many there are */
  constructor(private readonly total: number) {
    if (Deno.stdout.isTerminal()) this.#timer = setInterval(() => this.#draw(), 80);
  }

  begin(label: string): void {
    this.#running.add(label);
  }

  /** Ends it, with what is to be said about it. */
  end(label: string, ...lines: string[]): void {
    this.#running.delete(label);
    this.#ended++;
    this.#clear();
    lines.forEach(print);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #draw(): void {
    const mark = cyan(frames[this.#frame++ % frames.length]!);
    const count = ` ${this.#ended} of ${this.total} `;
    const { columns } = Deno.consoleSize();
    const names = shorten([...this.#running].join(" · "), columns - count.length - 3);
    write(`\r\x1b[K${mark}${count}${dim(names)}`);
  }

  #clear(): void {
    if (this.#timer !== undefined) write("\r\x1b[K");
  }
}

/** Works through the items, one for each worker at a time; shows whether each went well, and lines. */
export async function each<T, W>(
  workers: W[],
  items: T[],
  name: (item: T) => string,
  work: (worker: W, item: T) => Promise<[boolean, string[]]>,
) {
  const progress = new Progress(items.length);
  const queue = [...items];
  const next = async (worker: W) => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const began = performance.now();
      progress.begin(name(item));
      const [ok, [title, ...more]] = await work(worker, item);
      const line = `${ok ? green("✓") : red("✗")} ${title!.padEnd(70)}`;
      progress.end(name(item), `${line} ${dim(seconds(performance.now() - began))}`, ...more);
    }
  };
  await Promise.all(workers.map(next)).finally(() => progress.stop());
}

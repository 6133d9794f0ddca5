interface Line {
  active: number;
  waiting: (() => void)[];
}

/**
 * Lets deliveries begin in the order of their arrival, with each key only so many at once.
 *
 * @see https://upstash.com/docs/qstash/features/flowcontrol
 */
export class FlowControl {
  #lines = new Map<string, Line>();

  /**
   * Calls `begin` as soon as the key has room, perhaps at once; `leave` must follow when it is over.
   *
   * @returns gives up the place in the line; without effect after `begin`
   */
  enter(key: string, parallelism: number, begin: () => void): () => void {
    const line = this.#lines.get(key) ?? { active: 0, waiting: [] };
    this.#lines.set(key, line);
    if (line.active < parallelism) {
      line.active++;
      begin();
    } else {
      line.waiting.push(begin);
    }
    return () => {
      line.waiting = line.waiting.filter((other) => other !== begin);
    };
  }

  /** A delivery that had begun is over: the next one has its place. */
  leave(key: string): void {
    const line = this.#lines.get(key)!;
    const next = line.waiting.shift();
    if (next) next();
    else line.active--;
  }
}

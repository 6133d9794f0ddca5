/** A longer time-out would overflow `setTimeout` and fire at once; the timer is then set again. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

interface Entry {
  /** Milliseconds on the timeline's clock. */
  at: number;
  run: () => void;
}

/** Everything that is to happen later, on a single timer for whatever is due next. */
export class Timeline {
  /** By time, then in the order of arrival. */
  #entries: Entry[] = [];
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param now milliseconds
   * @param onError gets what an entry throws; the others still run
   */
  constructor(private readonly now: () => number, private readonly onError: (e: unknown) => void) {}

  /** Runs something at a time, soon if that has passed; the answer takes it off again. */
  at(time: number, run: () => void): () => void {
    if (this.#stopped) return () => {};
    const entry: Entry = { at: time, run };
    const later = this.#entries.findLastIndex((other) => other.at <= time) + 1;
    this.#entries.splice(later, 0, entry);
    if (later === 0) this.#arm();
    return () => this.#remove(entry);
  }

  /** Forgets everything, frees the timer and takes on nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#entries = [];
    this.#arm();
  }

  #remove(entry: Entry): void {
    const index = this.#entries.indexOf(entry);
    if (index < 0) return;
    this.#entries.splice(index, 1);
    if (index === 0) this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const next = this.#entries[0];
    if (!next) return;
    const wait = Math.min(MAX_TIMEOUT_MS, Math.max(0, next.at - this.now()));
    const armedFor = this.now() + wait;
    this.#timer = setTimeout(() => this.#fire(armedFor), wait);
  }

  /**
   * Timers may fire a millisecond early by the clock: what the timer was set for is due by decree.
   */
  #fire(armedFor: number): void {
    const time = Math.max(armedFor, this.now());
    const end = this.#entries.findLastIndex((entry) => entry.at <= time) + 1;
    for (const entry of this.#entries.splice(0, end)) {
      try {
        entry.run();
      } catch (error) {
        this.onError(error);
      }
    }
    this.#arm();
  }
}

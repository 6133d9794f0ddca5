/** What a benchmark is given, and how it measures: ways in turn, round after round. */
import type { Steps } from "../commands/lib/terminal.ts";

/** One run of `npm run bench`, and how much it measures. */
export interface Bench {
  steps: Steps;
  /** Called when the subject is done, or the run is interrupted; the last one first. */
  defer(stop: () => Promise<void>): void;
  rounds: number;
  /** How many rows the table has, in ascending order. */
  rows: number[];
  /** Rows without an owner: at a sign-up, and in a sweep. */
  unowned: { signUp: number; sweep: number };
  /** Jobs that one sweep has to help. */
  helped: number;
  connections: number[];
  /** Jobs that go through their life in one turn. */
  jobs: number;
  /** People who ask for a board at the same time. */
  people: number[];
}

/** The median of the rounds, the lowest and the highest of them; Infinity is what was cancelled. */
export type Summary = { median: number; min: number; max: number };

/** A table of results, and its plot: the columns from left to right, a line for each row. */
export interface Table {
  /** The name of the plot's file; without one, none is drawn. */
  id?: string;
  title: string;
  /** How it was measured. */
  note: string;
  columns: string[];
  rows: Map<string, Summary[]>;
}

export const newTable = (title: string, note: string, id?: string): Table => ({
  ...{ id, title, note, columns: [], rows: new Map() },
});

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/**
 * Lets every way have its turn in each round, so that a noisy moment hits them all. Each round begins with
 * another way: none profits from always coming after the same one.
 * @param ways measure once; each is a row
 * @param columns by what is measured: where it goes
 */
export async function takeTurns<M extends string>(
  { rounds, steps }: Bench,
  label: string,
  ways: Record<string, () => Promise<Record<M, number>>>,
  columns: Record<M, readonly [table: Table, column: string]>,
): Promise<void> {
  const all = Object.entries(ways);
  const taken = new Map(all.map(([name]) => [name, [] as Record<M, number>[]]));
  steps.begin(label);
  for (let round = 0; round < rounds; round++) {
    const first = round % all.length;
    for (const [name, turn] of [...all.slice(first), ...all.slice(0, first)]) {
      taken.get(name)!.push(await turn());
    }
  }
  steps.done();
  for (const [what, [table, column]] of Object.entries(columns) as [M, [Table, string]][]) {
    if (!table.columns.includes(column)) table.columns.push(column);
    for (const [name, turns] of taken) {
      const values = turns.map((turn) => turn[what]);
      const summary = {
        median: median(values),
        min: Math.min(...values),
        max: Math.max(...values),
      };
      table.rows.set(name, [...table.rows.get(name) ?? [], summary]);
    }
  }
}

/** Milliseconds that something took. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

/** A turn of up to ten times, but no new time after half a second: some ways take seconds. */
export const upToTen = (run: () => Promise<number>) => async (): Promise<{ ms: number }> => {
  const values: number[] = [];
  const started = performance.now();
  while (values.length < 10 && performance.now() - started < 500) {
    values.push(await run());
  }
  return { ms: median(values) };
};

/** `1 k`, `5 M` */
export const short = (n: number): string =>
  n >= 1e6 ? `${n / 1e6} M` : n >= 1e3 ? `${n / 1e3} k` : String(n);

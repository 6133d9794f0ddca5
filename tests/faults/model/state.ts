/** What the database holds, as the model sees it. Times are seconds since the start. */
import type { Body, Requester } from "./calls.ts";
import { changed, type Row } from "./row.ts";

/** What the database must answer to a step, and which of its cases this was, in a few words. */
export interface Said {
  answer: unknown;
  /** For counting what was reached; several where one step does several things. */
  cases: string[];
}

export const says = (answer: unknown, ...cases: string[]): Said => ({ answer, cases });

export interface Asked {
  who: Requester;
  key: string | null;
  body: Body;
  at: number;
  expiresAt: number;
  /** When the row was deleted. */
  goneAt: number | null;
}

export class State {
  now = 0;
  /** public.vision_board_jobs, by the number of the job. */
  rows = new Map<number, Row>();
  /** vision_board.requests: who asked for which job, how, and when; it outlives the row for a day. */
  requests = new Map<number, Asked>();
  /** vision_board.unreferenced_boards: pictures that may exist and that no row names. */
  objects = new Map<string, { token: string | null; removableAt: number }>();
  /** How many jobs there ever were. */
  jobs = 0;
  /** Every token that a claim gave out, in their order. */
  tokens: string[] = [];

  all(): Row[] {
    return [...this.rows.values()];
  }

  write(row: Row, change: Partial<Row>) {
    const next = changed(row, change, this.now);
    if (!next) throw new Error(`the model breaks its own rules: ${JSON.stringify(change)}`);
    this.rows.set(row.job, next);
  }

  /** A deleted row leaves its picture to the sweep, removable at once. */
  remove(row: Row) {
    this.rows.delete(row.job);
    this.requests.get(row.job)!.goneAt = this.now;
    if (row.path) this.objects.set(row.path, { token: null, removableAt: this.now });
  }
}
